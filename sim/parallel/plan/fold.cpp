#include "parallel/plan/fold.hpp"

#include <fmt/format.h>

namespace podsim::parallel {

Fold fold_of(const Plan& plan, const catalog::Platform& platform) {
  using platform::NodeFold;
  const Degrees& degrees = plan.degrees;
  if (degrees.pipeline == 1) {
    return {NodeFold::all(), fmt::format("all {} ranks do the same at the same time: one stands for all", plan.ranks)};
  }
  const int node = plan.ranks_per_node;
  const std::string one_of_each =
      fmt::format("one rank of each of {} stages stands for the {} that do the same", degrees.pipeline,
                  plan.ranks / degrees.pipeline);
  if (std::holds_alternative<catalog::Torus>(platform.interconnect)) {
    return {NodeFold::none(), one_of_each + "; all chips of the torus are represented"};
  }
  const int stage = degrees.stage_ranks() * degrees.data;
  const int replica = degrees.replica_ranks();
  if (!degrees.data_outer && stage % node == 0) return {{.stride = 1, .count = stage / node}, one_of_each};
  if (degrees.data_outer && replica % node == 0) return {{.stride = replica / node, .count = degrees.data}, one_of_each};
  if (degrees.data_outer && node % replica == 0) return {NodeFold::all(), one_of_each};
  return {NodeFold::none(), one_of_each + "; nodes hold several stages, so that all of them are represented"};
}

}  // namespace podsim::parallel
