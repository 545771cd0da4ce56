#include "collective/schedule/operation.hpp"

#include <algorithm>
#include <cstdlib>

namespace podsim::collective {
namespace {

/// Whether the groups start with their place in each run of a period, and not with the slice.
bool starts_with_place(const Demand& demand) {
  return !demand.place.all() && std::abs(demand.group.stride) < demand.place.period;
}

/// The next rank that may be in the place, or in another member of a group, than this one.
int next_candidate(const Demand& demand, int rank) {
  const Place& place = demand.place;
  const int distance = std::abs(demand.group.stride);
  if (place.all()) return rank + distance - rank % distance;
  const int at = rank % place.period;
  if (!place.holds(rank)) return rank - at + place.first + (at < place.first ? 0 : place.period);
  const int from = starts_with_place(demand) ? at - place.first : rank;
  return rank + std::min(distance - from % distance, place.first + place.count - at);
}

}  // namespace

const std::vector<std::string>& operation_names() {
  static const std::vector<std::string> names = {"all_reduce", "reduce_scatter", "all_gather", "broadcast",
                                                 "all_to_all", "send_receive",   "send"};
  return names;
}

const std::string& name_of(Operation operation) { return operation_names()[static_cast<size_t>(operation)]; }

double bus_factor(Operation operation, int ranks) {
  const double others = (ranks - 1.0) / ranks;
  switch (operation) {
    case Operation::all_reduce: return 2 * others;
    case Operation::reduce_scatter:
    case Operation::all_gather:
    case Operation::all_to_all: return others;
    case Operation::broadcast:
    case Operation::send_receive:
    case Operation::send: return 1;
  }
  return 1;
}

int first_rank(const Demand& demand, int rank) {
  const auto& [size, stride, jobs] = demand.group;
  const Place& place = demand.place;
  const bool sends = demand.operation == Operation::send;
  if (sends && !place.all()) return place.holds(rank) ? rank : rank - stride;
  const int distance = std::abs(stride);
  const int from = starts_with_place(demand) ? rank % place.period - place.first : rank;
  const int lowest = rank - from / distance % size * distance;
  return sends && stride < 0 ? lowest + distance : lowest;
}

bool is_first(const Demand& demand, int rank) { return demand.place.holds(rank) && first_rank(demand, rank) == rank; }

std::vector<int> first_ranks(const Demand& demand, int ranks) {
  std::vector<int> firsts;
  for (int rank = 0; rank < ranks;) {
    if (is_first(demand, rank)) {
      firsts.push_back(rank++);
    } else {
      rank = next_candidate(demand, rank);
    }
  }
  return firsts;
}

}  // namespace podsim::collective
