#include "parallel/gradient_buckets.hpp"

namespace podsim::parallel {

double parameters_of(const workload::Layer& layer, ParameterClass which) {
  return which == ParameterClass::shared ? layer.parameters : layer.expert_parameters;
}

std::vector<GradientBucket> gradient_buckets(std::span<const workload::Layer> layers, const catalog::Stack& stack,
                                             ParameterClass which) {
  std::vector<GradientBucket> buckets;
  GradientBucket open;
  for (size_t i = layers.size(); i-- > 0;) {
    const double parameters = parameters_of(layers[i], which);
    open.bytes += parameters * layers[i].updates * catalog::bytes_of(stack.formats.gradient);
    open.weight_bytes += parameters * layers[i].updates * catalog::bytes_of(stack.formats.weight);
    if (open.bytes <= 0 || (i > 0 && open.bytes < stack.gradients.bucket_bytes)) continue;
    open.first_layer = i;
    buckets.push_back(open);
    open = {};
  }
  return buckets;
}

}  // namespace podsim::parallel
