#include "parallel/plan/fold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace podsim::parallel {
namespace {

using platform::NodeFold;

std::string one_of_each(const Plan& plan) {
  return fmt::format("one rank of each of {} stages stands for the {} that do the same", plan.degrees.pipeline,
                     plan.ranks / plan.degrees.pipeline);
}

/// Whether a group is the product of whole axes next to each other, the pods outermost.
bool fills_axes(const collective::Group& group, const std::vector<int>& axes) {
  int stride = 1;
  int size = 1;
  for (const int axis : axes) {
    if (size == group.size) return true;
    if (stride >= group.stride) size *= axis;
    stride *= axis;
    if (stride > group.stride && size == 1) return group.size == 1;
  }
  return size == group.size;
}

/// All groups of a layout that exchange something.
std::vector<collective::Group> groups_of(const Plan& plan) {
  const Mesh mesh = plan.mesh();
  std::vector<collective::Group> groups{mesh.tensor(),         mesh.key_copies(plan.key_copies),
                                        mesh.context(),        mesh.replicas(),
                                        mesh.expert(),         mesh.expert_tensor(),
                                        mesh.expert_replicas()};
  if (plan.update_shards > 1) {
    groups.push_back(mesh.shards(plan.update_shards));
    groups.push_back(mesh.across_shards(plan.update_shards));
  }
  groups.push_back({.size = plan.degrees.pipeline, .stride = mesh.stage_stride()});
  return groups;
}

Fold fold_torus(const Plan& plan, const catalog::Platform& platform, const platform::Slice& slice) {
  std::vector<int> axes{platform.chip.ranks};
  axes.insert(axes.end(), slice.shape.begin(), slice.shape.end());
  axes.push_back(slice.pods);
  const auto groups = groups_of(plan);
  const bool whole = std::all_of(groups.begin(), groups.end(), [&](const collective::Group& group) {
    return group.size == 1 || fills_axes(group, axes);
  });
  const bool stages = plan.degrees.pipeline > 1;
  if (!whole && plan.ranks <= kMostUnfoldedRanks) {
    return {.ranks = false,
            .nodes = NodeFold::none(),
            .reason = "groups lie on parts of axes: links carry different loads, and every rank is simulated"};
  }
  const std::string average = whole ? "" : "; groups lie on parts of axes, and links carry what they do on average";
  if (stages) return {true, NodeFold::none(), one_of_each(plan) + "; all chips of the torus are represented" + average};
  return {true, NodeFold::all(),
          fmt::format("all {} ranks do the same at the same time: one stands for all{}", plan.ranks, average)};
}

}  // namespace

Fold fold_of(const Plan& plan, const catalog::Platform& platform, const platform::Slice& slice) {
  const Degrees& degrees = plan.degrees;
  if (plan.laid_out() && std::holds_alternative<catalog::Torus>(platform.interconnect)) {
    return fold_torus(plan, platform, slice);
  }
  if (degrees.pipeline == 1) {
    return {true, NodeFold::all(),
            fmt::format("all {} ranks do the same at the same time: one stands for all", plan.ranks)};
  }
  const int node = plan.ranks_per_node;
  const int stage = degrees.stage_ranks() * degrees.data;
  const int replica = degrees.replica_ranks();
  if (!degrees.data_outer && stage % node == 0) {
    return {true, {.stride = 1, .count = stage / node}, one_of_each(plan)};
  }
  if (degrees.data_outer && replica % node == 0) {
    return {true, {.stride = replica / node, .count = degrees.data}, one_of_each(plan)};
  }
  if (degrees.data_outer && node % replica == 0) return {true, NodeFold::all(), one_of_each(plan)};
  return {true, NodeFold::none(),
          one_of_each(plan) + "; nodes hold several stages, so that all of them are represented"};
}

}  // namespace podsim::parallel
