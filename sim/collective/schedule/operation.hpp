#pragma once

#include <string>
#include <tuple>
#include <vector>

namespace podsim::collective {

/// What a group of ranks does together. Sizes are those of nccl-tests: the buffer of one rank for
/// all_reduce, broadcast, all_to_all, send_receive and send; the whole result for all_gather and the whole
/// input for reduce_scatter. send_receive: each rank sends to the next and the last to the first; send: one way, in
/// groups of two, from the first rank to the other.
enum class Operation { all_reduce, reduce_scatter, all_gather, broadcast, all_to_all, send_receive, send };

/// "all_reduce", ... in the order of the enumeration.
const std::vector<std::string>& operation_names();
const std::string& name_of(Operation operation);

/// Bus bandwidth over algorithm bandwidth as nccl-tests defines it: what a rank's link must carry for
/// each byte of the size.
double bus_factor(Operation operation, int ranks);

/// Ranks first, first + stride, ...: `size` of them. All ranks of a slice fall into such groups, and
/// all groups do the same at the same time. With `jobs` above 1 each group is a job of whole nodes, and the
/// nodes of the slice are dealt to the jobs in turn.
struct Group {
  int size = 1;
  int stride = 1;
  int jobs = 1;

  bool operator==(const Group&) const = default;
  bool operator<(const Group& other) const {
    return std::tie(size, stride, jobs) < std::tie(other.size, other.stride, other.jobs);
  }
};

/// Some ranks of a slice: those whose number modulo `period` lies in [first, first + count). A count of 0: all of them.
struct Place {
  int first = 0;
  int count = 0;
  int period = 0;

  bool all() const { return count == 0; }
  bool holds(int rank) const { return all() || (rank % period >= first && rank % period < first + count); }

  bool operator==(const Place&) const = default;
  bool operator<(const Place& other) const {
    return std::tie(first, count, period) < std::tie(other.first, other.count, other.period);
  }
};

/// All groups of a demand, not one of them.
inline constexpr int kAllGroups = -1;

/// One collective as a program asks for it. All groups whose first rank lies in `place` do the same at the same time; what
/// is asked for is what all of them do, or one of them beside the others: the one whose first rank is `instance`. A group's
/// first rank is its lowest; of a send it is the sender, and the stride may be negative.
struct Demand {
  Operation operation = Operation::all_reduce;
  Group group;
  double bytes = 0;
  Place place{};
  int instance = kAllGroups;

  bool operator==(const Demand&) const = default;
  bool operator<(const Demand& other) const {
    return std::tie(operation, group, bytes, place, instance) <
           std::tie(other.operation, other.group, other.bytes, other.place, other.instance);
  }
};

/// The first rank of the group that a rank belongs to. Groups of a stride below the period of their place start with
/// it in each run of a period, others with the slice. Of a send, whose senders are those in `place`: the sender.
int first_rank(const Demand& demand, int rank);

/// Whether a group of the demand starts with this rank.
bool is_first(const Demand& demand, int rank);

/// The first ranks of all groups on a slice of so many ranks, ascending.
std::vector<int> first_ranks(const Demand& demand, int ranks);

}  // namespace podsim::collective
