#include "study/run_spec.hpp"

#include "catalog/error.hpp"
#include "catalog/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <iterator>
#include <utility>

namespace podsim::study {
namespace {

/// Leaves one phase in the recipe. A recipe with phases of its own names has at least that one.
void keep_phase(catalog::Workload& workload, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& phase : workload.training.phases) {
    names.push_back(phase.name);
    if (phase.name != name) continue;
    catalog::TrainingPhase kept = phase;
    kept.share_of_steps = 1;
    workload.training.phases = {kept};
    return;
  }
  throw catalog::InputError(fmt::format("{}: {} is no phase of this workload\n  way out: {}", workload.name, name,
                                        catalog::suggestion(name, names, "its phases")));
}

}  // namespace

ResolvedRun resolve(const catalog::Catalog& catalog, const RunSpec& spec) {
  auto workload = catalog.workload(spec.workload, spec.overrides);
  auto platform = catalog.platform(spec.platform, spec.overrides);
  auto stack = spec.stack ? catalog.stack(*spec.stack, spec.overrides)
                          : catalog.default_stack(platform.value.chip, workload.value, spec.overrides);
  ResolvedRun resolved;
  for (auto* inputs : {&workload.inputs, &platform.inputs, &stack.inputs}) {
    std::move(inputs->begin(), inputs->end(), std::back_inserter(resolved.inputs));
  }
  run::RunRequest& request = resolved.request;
  request.workload = std::move(workload.value);
  request.platform = std::move(platform.value);
  if (spec.phase) keep_phase(request.workload, *spec.phase);
  request.stack = std::move(stack.value);
  request.stack.device_slowdown *= spec.device_scale;
  request.chips = spec.chips;
  request.slice = spec.slice;
  request.global_batch = spec.batch;
  request.steps = spec.steps;
  request.micro_batch = spec.micro_batch;
  request.full = spec.full;
  request.seed = static_cast<uint64_t>(spec.seed);
  request.raise_batch = spec.raise_batch;
  return resolved;
}

std::vector<int> parse_slice(std::string_view text) {
  std::vector<int> shape;
  int64_t chips = 1;
  while (true) {
    const std::size_t cross = text.find('x');
    const auto side = parse_whole(text.substr(0, cross), 1, kMaxChips / chips);
    if (!side) return {};
    shape.push_back(static_cast<int>(*side));
    chips *= *side;
    if (cross == std::string_view::npos) break;
    text.remove_prefix(cross + 1);
  }
  return shape.size() >= 2 ? shape : std::vector<int>{};
}

std::optional<int64_t> parse_whole(std::string_view text, int64_t low, int64_t high) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; })) {
    return std::nullopt;
  }
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < low || value > high) return std::nullopt;
  return value;
}

}  // namespace podsim::study
