#include "collective/schedule/operation.hpp"

#include <cstdlib>

namespace podsim::collective {

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
  const bool inside = !place.all() && distance < place.period;
  const int from = inside ? rank % place.period - place.first : rank;
  const int lowest = rank - from / distance % size * distance;
  return sends && stride < 0 ? lowest + distance : lowest;
}

bool is_first(const Demand& demand, int rank) { return demand.place.holds(rank) && first_rank(demand, rank) == rank; }

}  // namespace podsim::collective
