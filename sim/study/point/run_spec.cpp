#include "study/point/run_spec.hpp"

#include "catalog/text/decimal.hpp"
#include "catalog/text/error.hpp"
#include "catalog/text/nearest.hpp"
#include "run/account/convergence.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace podsim::study {
namespace {

/// Makes one phase the whole recipe, with its steps and its batch.
void make_alone(catalog::Workload& workload, const catalog::TrainingPhase& phase) {
  catalog::Training& training = workload.training;
  const int64_t steps = run::training_length(workload, training.global_batch, std::nullopt).steps;
  catalog::TrainingPhase kept = phase;
  training.steps = std::max<int64_t>(1, std::llround(static_cast<double>(steps) * phase.share_of_steps));
  training.epochs.reset();
  training.tokens.reset();
  training.global_batch *= phase.batch_factor;
  kept.share_of_steps = 1;
  kept.batch_factor = 1;
  training.phases = {kept};
}

/// Leaves one phase in the recipe.
void keep_phase(catalog::Workload& workload, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& phase : workload.training.phases) {
    names.push_back(phase.name);
    if (phase.name != name) continue;
    make_alone(workload, catalog::TrainingPhase(phase));
    return;
  }
  throw catalog::InputError(fmt::format("{}: {} is no phase of this workload\n  way out: {}", workload.name, name,
                                        catalog::suggestion(name, names, "its phases")));
}

}  // namespace

run::RunRequest request_of(const RunSpec& spec, catalog::Workload workload, catalog::Platform platform,
                           catalog::Stack stack) {
  run::RunRequest request;
  request.stack = catalog::for_chip(std::move(stack), platform.chip);
  request.stack.kernels.slowdown *= spec.device_scale;
  request.workload = std::move(workload);
  request.platform = std::move(platform);
  if (spec.phase) keep_phase(request.workload, *spec.phase);
  request.chips = spec.chips;
  request.slice = spec.slice;
  request.plan = spec.plan;
  request.steps = spec.steps;
  request.full = spec.full;
  request.with_baseline = spec.with_baseline;
  request.seed = static_cast<uint64_t>(spec.seed);
  return request;
}

std::vector<int> parse_slice(std::string_view text) {
  std::vector<int> shape;
  int64_t chips = 1;
  while (true) {
    const std::size_t cross = text.find('x');
    const auto side = catalog::parse_whole(text.substr(0, cross), 1, kMaxChips / chips);
    if (!side) return {};
    shape.push_back(static_cast<int>(*side));
    chips *= *side;
    if (cross == std::string_view::npos) break;
    text.remove_prefix(cross + 1);
  }
  return shape.size() >= 2 ? shape : std::vector<int>{};
}

}  // namespace podsim::study
