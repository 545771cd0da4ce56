#include "run/elasticity.hpp"

#include "catalog/link_classes.hpp"

#include <algorithm>
#include <cmath>

namespace podsim::run {
namespace {

constexpr double kTenPercentMore = 1.1;

void more_matrix(RunRequest& request, double factor) {
  for (auto& [format, rate] : request.platform.chip.matrix.peak_flops_per_second) rate *= factor;
}

void more_memory(RunRequest& request, double factor) { request.platform.chip.memory_bytes_per_second *= factor; }

void shorter_operations(RunRequest& request, double factor) {
  request.platform.chip.operation_floor_seconds /= factor;
  request.stack.optimizer_overhead_seconds /= factor;
}

void shorter_latency(RunRequest& request, double factor) {
  catalog::Library& library = request.stack.library;
  for (auto& [algorithm, protocols] : library.algorithms) {
    for (auto& [protocol, timing] : protocols) {
      for (double* seconds : {&timing.base_seconds, &timing.chip_hop_seconds, &timing.pcie_hop_seconds,
                              &timing.network_hop_seconds, &timing.ramp_seconds}) {
        *seconds /= factor;
      }
    }
  }
  for (auto& [architecture, limits] : library.architectures) {
    limits.start_seconds /= factor;
    for (auto* rates :
         {&limits.ll, &limits.ring_ll128_channel, &limits.tree, &limits.tree_channel, &limits.tree_ll128_channel}) {
      for (double& rate : *rates) rate *= factor;
    }
  }
  if (auto* network = catalog::cluster_network(request.platform)) network->hop_seconds /= factor;
}

void faster_host(RunRequest& request, double factor) {
  request.stack.host.seconds /= factor;
  request.stack.step_overhead_seconds /= factor;
  request.stack.step_overhead_per_doubling_seconds /= factor;
}

void faster_input(RunRequest& request, double factor) {
  catalog::InputRates& input = request.stack.input;
  for (auto* rates : {&input.per_node, &input.per_chip, &input.per_host_core}) {
    for (auto& [kind, rate] : *rates) rate *= factor;
  }
}

/// The same step, alone: no smallest slice beside it, no faults.
RunRequest with_more(RunRequest request, const Resource& resource) {
  request.with_baseline = false;
  request.platform.faults.reset();
  request.platform.preemption.reset();
  if (resource.improve != nullptr) {
    resource.improve(request, kTenPercentMore);
  } else {
    const auto links = catalog::link_classes(request.platform);
    for (double* rate : links[resource.link].bytes_per_second) *rate *= kTenPercentMore;
  }
  return request;
}

}  // namespace

std::vector<Resource> resources(const RunRequest& request) {
  std::vector<Resource> all{{"matrix_rate", more_matrix},
                            {"memory_rate", more_memory},
                            {"operation_floor", shorter_operations},
                            {"collective_latency", shorter_latency},
                            {"host", faster_host},
                            {"input", faster_input}};
  catalog::Platform platform = request.platform;
  const auto links = catalog::link_classes(platform);
  for (size_t i = 0; i < links.size(); ++i) all.push_back({links[i].name, nullptr, i});
  return all;
}

std::vector<Outcome> run_all_with_elasticities(const std::vector<RunRequest>& requests) {
  std::vector<RunRequest> all = requests;
  for (const RunRequest& request : requests) {
    for (const Resource& resource : resources(request)) all.push_back(with_more(request, resource));
  }
  std::vector<Outcome> outcomes = run_all(all);
  size_t next = requests.size();
  for (size_t i = 0; i < requests.size(); ++i) {
    auto* result = std::get_if<RunResult>(&outcomes[i]);
    for (const Resource& resource : resources(requests[i])) {
      const auto* better = std::get_if<RunResult>(&outcomes[next++]);
      if (result == nullptr || better == nullptr) continue;
      const double ratio = result->step_seconds.value / better->step_seconds.value;
      result->elasticities.push_back({resource.name, std::log(ratio) / std::log(kTenPercentMore)});
    }
    if (result == nullptr) continue;
    std::stable_sort(result->elasticities.begin(), result->elasticities.end(),
                     [](const Elasticity& a, const Elasticity& b) { return a.value > b.value; });
  }
  outcomes.resize(requests.size());
  return outcomes;
}

}  // namespace podsim::run
