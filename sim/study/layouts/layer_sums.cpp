#include "study/layouts/layer_sums.hpp"

#include "parallel/gradient_buckets.hpp"
#include "parallel/pass.hpp"

#include <algorithm>
#include <span>

namespace podsim::study {
namespace {

void append(Sums& sums, double value) { sums.push_back(sums.back() + value); }

void append(WaySums& way, const std::vector<parallel::TimedOperation>& operations, double launches,
            const std::vector<workload::Exchange>& exchanges) {
  double seconds = 0;
  for (const parallel::TimedOperation& operation : operations) seconds += operation.seconds;
  append(way.device_seconds, seconds);
  append(way.launches, launches);
  const auto key = [](const workload::Exchange& exchange) {
    return std::tuple(exchange.axis, exchange.kind, exchange.bytes);
  };
  for (const workload::Exchange& exchange : exchanges) {
    if (exchange.blocking()) way.exchanges.try_emplace(key(exchange), way.device_seconds.size() - 1, 0.0);
  }
  for (auto& [what, sums] : way.exchanges) {
    append(sums, static_cast<double>(std::count_if(exchanges.begin(), exchanges.end(),
                                                   [&, &one = what](const workload::Exchange& exchange) {
                                                     return exchange.blocking() && key(exchange) == one;
                                                   })));
  }
}

}  // namespace

LayerSums layer_sums(const workload::Graph& graph, const parallel::Plan& plan, const run::RunRequest& request) {
  LayerSums sums;
  for (Sums* of : {&sums.forward.device_seconds, &sums.forward.launches, &sums.backward.device_seconds,
                   &sums.backward.launches, &sums.shared_parameters, &sums.expert_parameters}) {
    of->assign(1, 0.0);
  }
  catalog::Stack alone = request.stack;
  alone.host.launch_seconds = 0;  // the host is counted for whole stages
  parallel::Pass pass;
  for (std::size_t i = 0; i < graph.layers.size(); ++i) {
    const workload::Layer& layer = graph.layers[i];
    if (i == 0 || !layer.same_work(graph.layers[i - 1])) {
      pass = parallel::time_pass(std::span(&layer, 1), plan, {}, request.platform.chip, alone);
    }
    const parallel::TimedLayer& timed = pass.layer(0);
    append(sums.forward, timed.forward, timed.forward_launches, timed.forward_exchanges);
    append(sums.backward, timed.backward, timed.backward_launches, timed.backward_exchanges);
    append(sums.shared_parameters, layer.updates * parallel::parameters_of(layer, parallel::ParameterClass::shared));
    append(sums.expert_parameters, layer.updates * parallel::parameters_of(layer, parallel::ParameterClass::experts));
  }
  return sums;
}

}  // namespace podsim::study
