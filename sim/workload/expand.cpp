#include "workload/expand.hpp"

#include "workload/convolutional.hpp"
#include "workload/gan.hpp"
#include "workload/recurrent.hpp"
#include "workload/transformer.hpp"

#include <variant>

namespace podsim::workload {

namespace {

struct Expander {
  const catalog::TrainingPhase& phase;
  double examples;
  const catalog::Stack& stack;

  Graph operator()(const catalog::Transformer& model) const {
    return expand_transformer(model, phase, examples, stack);
  }
  Graph operator()(const catalog::Convolutional& model) const {
    catalog::Convolutional sized = model;
    if (phase.resolution_px > 0) sized.image_px = phase.resolution_px;
    return expand_convolutional(sized, examples, stack);
  }
  Graph operator()(const catalog::Recurrent& model) const { return expand_recurrent(model, phase, examples, stack); }
  Graph operator()(const catalog::Gan& model) const { return expand_gan(model, phase, examples, stack); }
};

}  // namespace

Graph expand(const catalog::Workload& workload, const catalog::TrainingPhase& phase, double examples,
             const catalog::Stack& stack) {
  return std::visit(Expander{phase, examples, stack}, workload.model);
}

}  // namespace podsim::workload
