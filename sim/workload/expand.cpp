#include "workload/expand.hpp"

#include "workload/convolutional.hpp"
#include "workload/transformer.hpp"

#include <variant>

namespace podsim::workload {

Graph expand(const catalog::Workload& workload, const catalog::TrainingPhase& phase, double examples,
             const catalog::Stack& stack) {
  if (const auto* transformer = std::get_if<catalog::Transformer>(&workload.model)) {
    return expand_transformer(*transformer, phase, examples, stack);
  }
  return expand_convolutional(std::get<catalog::Convolutional>(workload.model), examples, stack);
}

}  // namespace podsim::workload
