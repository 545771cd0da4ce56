#include "collective/schedule/operation.hpp"

namespace podsim::collective {

const std::vector<std::string>& operation_names() {
  static const std::vector<std::string> names = {"all_reduce", "reduce_scatter", "all_gather",
                                                 "broadcast",  "all_to_all",     "send_receive"};
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
    case Operation::send_receive: return 1;
  }
  return 1;
}

}  // namespace podsim::collective
