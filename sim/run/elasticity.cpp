#include "run/elasticity.hpp"

#include "catalog/spec/link_classes.hpp"
#include "run/choice_note.hpp"
#include "run/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace podsim::run {
namespace {

constexpr double kTenPercentMore = 1.1;
constexpr double kSameStep = 1e-9;  ///< relative

void more_matrix(RunRequest& request, double factor) {
  for (auto& [format, rate] : request.platform.chip.matrix.peak_flops_per_second) rate *= factor;
}

void more_memory(RunRequest& request, double factor) { request.platform.chip.memory_bytes_per_second *= factor; }

void shorter_operations(RunRequest& request, double factor) {
  request.platform.chip.operation_floor_seconds /= factor;
  request.stack.update.overhead_seconds /= factor;
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
  request.stack.host.launch_seconds /= factor;
  request.stack.host.step_seconds /= factor;
  request.stack.host.step_per_doubling_seconds /= factor;
}

void faster_input(RunRequest& request, double factor) {
  catalog::InputRates& input = request.stack.input;
  for (auto* rates : {&input.per_node, &input.per_chip, &input.per_host_core}) {
    for (auto& [kind, rate] : *rates) rate *= factor;
  }
}

void change(RunRequest& request, const Resource& resource, double factor) {
  if (resource.improve != nullptr) {
    resource.improve(request, factor);
    return;
  }
  const auto links = catalog::link_classes(request.platform);
  for (double* rate : links[resource.link].bytes_per_second) *rate *= factor;
}

/// Resources that are changed together: one, a part of the machine, or one that is all of its part.
struct Trial {
  std::vector<Resource> resources;
  std::string resource;  ///< empty: not one alone
  std::string part;      ///< empty: not a whole part
  bool slower = false;   ///< a class of links, ten percent less of it
};

/// The same step, alone: no smallest slice beside it, no faults.
RunRequest changed(RunRequest request, const Trial& trial) {
  request.with_baseline = false;
  request.timeline = false;
  request.platform.faults.reset();
  request.platform.preemption.reset();
  for (const Resource& resource : trial.resources) {
    change(request, resource, trial.slower ? 1 / kTenPercentMore : kTenPercentMore);
  }
  return request;
}

std::vector<Trial> trials(const RunRequest& request) {
  std::map<std::string, std::vector<Resource>> parts;
  std::vector<Trial> all;
  for (const Resource& resource : resources(request)) {
    parts[part_of(resource.name)].push_back(resource);
    all.push_back({{resource}, resource.name, "", false});
  }
  for (Trial& alone : all) {
    const std::string part = part_of(alone.resource);
    if (parts.at(part).size() == 1) alone.part = part;
  }
  for (const Resource& link : parts["links"]) all.push_back({{link}, link.name, "", true});
  for (auto& [part, together] : parts) {
    if (together.size() > 1) all.push_back({std::move(together), "", part, false});
  }
  return all;
}

/// Where the better machine is the slower one, or the worse one the faster: what makes it so. Either the library then
/// chooses otherwise, or what the host holds up is spread over all kernels of a pass alike (parallel/pass.hpp), and
/// gradients of a pass with shorter kernels may leave later.
void note_wrong_way(RunResult& result, const RunRequest& request, const Trial& trial) {
  const Layout layout = lay_out(request);
  const RunRequest other = changed(request, trial);
  const std::vector<std::string> choices = choice_notes({request.platform, request.stack.library},
                                                        {other.platform, other.stack.library}, collectives_of(layout));
  const std::string what = fmt::format("10 % {} of {}", trial.slower ? "less" : "more",
                                       trial.resource.empty() ? trial.part : trial.resource);
  for (const std::string& note : choices) {
    const bool told = std::any_of(result.notes.begin(), result.notes.end(),
                                  [&](const std::string& known) { return known.ends_with(note); });
    if (!told) result.notes.push_back(fmt::format("{}: {}", what, note));
  }
  if (!choices.empty()) return;
  result.notes.push_back(what +
                         ": the kernels of a pass wait for the host alike, so that some gradients leave later: a "
                         "simplification, not the machine's doing");
}

bool is_wrong_way(const Trial& trial, double before, double seconds) {
  return trial.slower ? seconds < before * (1 - kSameStep) : seconds > before * (1 + kSameStep);
}

void add(RunResult& result, const RunRequest& request, const Trial& trial, double seconds) {
  const double before = result.step.seconds.value;
  if (is_wrong_way(trial, before, seconds)) note_wrong_way(result, request, trial);
  if (trial.slower) {
    result.explanation.links.push_back({trial.resource, loss(before, seconds)});
    return;
  }
  if (!trial.resource.empty()) result.explanation.resources.push_back({trial.resource, elasticity(before, seconds)});
  if (!trial.part.empty()) result.explanation.parts.push_back({trial.part, elasticity(before, seconds)});
}

/// The first, and with a plus those that are as slow within a twentieth.
std::string slowest_links(const std::vector<Elasticity>& losses) {
  std::string names;
  for (const Elasticity& link : losses) {
    if (link.value >= 0.95 * losses.front().value) names += (names.empty() ? "" : "+") + link.resource;
  }
  return names;
}

void sort_largest_first(std::vector<Elasticity>& elasticities) {
  std::stable_sort(elasticities.begin(), elasticities.end(),
                   [](const Elasticity& a, const Elasticity& b) { return a.value > b.value; });
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

std::string part_of(const std::string& resource) {
  if (resource == "matrix_rate" || resource == "memory_rate" || resource == "operation_floor") return "chip";
  if (resource == "collective_latency") return "latency";
  if (resource == "host" || resource == "input") return resource;
  return "links";
}

double elasticity(double seconds, double better_seconds) {
  return (1 - better_seconds / seconds) / (1 - 1 / kTenPercentMore);
}

double better_seconds(double seconds, double elasticity) {
  return seconds * (1 - elasticity * (1 - 1 / kTenPercentMore));
}

double loss(double seconds, double worse_seconds) { return (worse_seconds / seconds - 1) / (kTenPercentMore - 1); }

std::string binding(const RunResult& result) {
  if (result.explanation.parts.empty()) return "";
  const std::string& part = result.explanation.parts.front().resource;
  if (part == "links" && !result.explanation.links.empty()) return slowest_links(result.explanation.links);
  const auto largest = std::find_if(result.explanation.resources.begin(), result.explanation.resources.end(),
                                    [&](const Elasticity& elasticity) { return part_of(elasticity.resource) == part; });
  return largest == result.explanation.resources.end() ? part : largest->resource;
}

std::vector<Outcome> run_all_with_elasticities(const std::vector<RunRequest>& requests) {
  std::vector<RunRequest> all = requests;
  for (const RunRequest& request : requests) {
    for (const Trial& trial : trials(request)) all.push_back(changed(request, trial));
  }
  std::vector<Outcome> outcomes = run_all(all);
  size_t next = requests.size();
  for (size_t i = 0; i < requests.size(); ++i) {
    auto* result = std::get_if<RunResult>(&outcomes[i]);
    for (const Trial& trial : trials(requests[i])) {
      const auto* other = std::get_if<RunResult>(&outcomes[next++]);
      if (result != nullptr && other != nullptr) add(*result, requests[i], trial, other->step.seconds.value);
    }
    if (result == nullptr) continue;
    for (auto* list : {&result->explanation.resources, &result->explanation.parts, &result->explanation.links}) {
      sort_largest_first(*list);
    }
  }
  outcomes.resize(requests.size());
  return outcomes;
}

}  // namespace podsim::run
