#include "workload/models/expand.hpp"

#include "catalog/text/error.hpp"
#include "workload/convolutional.hpp"
#include "workload/gan.hpp"
#include "workload/recurrent.hpp"
#include "workload/transformer/transformer.hpp"

#include <variant>

namespace podsim::workload {

namespace {

struct Expander {
  const catalog::TrainingPhase& phase;
  double examples;
  const catalog::Stack& stack;
  const Shard& shard;

  Graph operator()(const catalog::Transformer& model) const {
    return expand_transformer(model, phase, examples, stack, shard);
  }
  Graph operator()(const catalog::Convolutional& model) const {
    catalog::Convolutional sized = model;
    if (phase.resolution_px > 0) sized.image_px = phase.resolution_px;
    return expand_convolutional(sized, examples, stack);
  }
  Graph operator()(const catalog::Recurrent& model) const { return expand_recurrent(model, phase, examples, stack); }
  Graph operator()(const catalog::Gan& model) const { return expand_gan(model, phase, examples, stack); }
};

void refuse_problems(const std::vector<ShardProblem>& problems) {
  if (problems.empty()) return;
  throw catalog::InputError(problems.front().rule + "\n  way out: " + problems.front().way_out);
}

}  // namespace

Graph expand(const catalog::Workload& workload, const catalog::TrainingPhase& phase, double examples,
             const catalog::Stack& stack, const Shard& shard) {
  refuse_problems(shard_problems(workload.model, phase, shard));
  return std::visit(Expander{phase, examples, stack, shard}, workload.model);
}

}  // namespace podsim::workload
