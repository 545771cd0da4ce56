#include "study/layouts/shared_stages.hpp"

#include "parallel/stage.hpp"
#include "workload/models/expand.hpp"

namespace podsim::study {

SharedStages::GraphKey SharedStages::key_of(const parallel::Plan& plan, std::size_t phase) {
  const workload::Shard& shard = plan.shard;
  return {shard.tensor, shard.sequence,      shard.context,    static_cast<int>(shard.method),
          shard.expert, shard.expert_tensor, plan.batch.micro, parallel::parts_ends(plan),
          phase};
}

const workload::Graph& SharedStages::graph(const parallel::Plan& plan, std::size_t phase) {
  const GraphKey key = key_of(plan, phase);
  const auto found = graphs_.find(key);
  if (found != graphs_.end()) return found->second;
  const catalog::TrainingPhase& of = request_.workload.training.phases[phase];
  const auto examples = static_cast<double>(plan.batch_of(of).micro);
  workload::Graph graph = workload::expand(request_.workload, of, examples, request_.stack, plan.shard);
  workload::recompute_every(graph,
                            plan.recompute_every);  // of all layouts the same: the search varies what, not how much
  parallel::copy_tied_parameters(graph, plan);
  return graphs_.emplace(key, std::move(graph)).first->second;
}

const LayerSums& SharedStages::sums(const parallel::Plan& plan, std::size_t phase) {
  const SumsKey key{key_of(plan, phase), plan.recompute, plan.batch.passes > 1};
  const auto found = sums_.find(key);
  if (found != sums_.end()) return found->second;
  return sums_.emplace(key, layer_sums(graph(plan, phase), plan, request_)).first->second;
}

}  // namespace podsim::study
