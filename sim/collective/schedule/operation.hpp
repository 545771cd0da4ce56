#pragma once

#include <string>
#include <tuple>
#include <vector>

namespace podsim::collective {

/// What a group of ranks does together. Sizes are those of nccl-tests: the buffer of one rank for
/// all_reduce, broadcast, all_to_all and send_receive; the whole result for all_gather and the whole
/// input for reduce_scatter.
enum class Operation { all_reduce, reduce_scatter, all_gather, broadcast, all_to_all, send_receive };

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

/// One collective as a program asks for it.
struct Demand {
  Operation operation = Operation::all_reduce;
  Group group;
  double bytes = 0;

  bool operator==(const Demand&) const = default;
  bool operator<(const Demand& other) const {
    return std::tie(operation, group, bytes) < std::tie(other.operation, other.group, other.bytes);
  }
};

}  // namespace podsim::collective
