#include "parallel/gradient_buckets.hpp"

namespace podsim::parallel {

std::vector<GradientBucket> gradient_buckets(const workload::Graph& graph, const catalog::Stack& stack) {
  std::vector<GradientBucket> buckets;
  GradientBucket open;
  for (size_t i = graph.layers.size(); i-- > 0;) {
    const workload::Layer& layer = graph.layers[i];
    open.bytes += layer.parameters * layer.updates * catalog::bytes_of(stack.formats.gradient);
    open.weight_bytes += layer.parameters * layer.updates * catalog::bytes_of(stack.formats.weight);
    if (open.bytes <= 0 || (i > 0 && open.bytes < stack.gradients.bucket_bytes)) continue;
    open.first_layer = i;
    buckets.push_back(open);
    open = {};
  }
  return buckets;
}

}  // namespace podsim::parallel
