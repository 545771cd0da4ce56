#include "cli/command/single_run.hpp"

#include "catalog/text/error.hpp"
#include "cli/terminal/option_values.hpp"
#include "cli/terminal/usage.hpp"

#include <limits>
#include <utility>
#include <variant>

namespace podsim::cli {

void add_single_run_options(CLI::App& command, SingleRunOptions& options) {
  add_run_options(command, options.run);
  command.add_option("--chips", options.chips, "number of chips; beyond the real machine a what-if")->option_text("N");
  command.add_option("--slice", options.slice, "shape of the slice, instead of --chips")->option_text("XxY[xZ]");
  command.add_option("--steps", options.steps, "optimiser steps; default: those that the target takes")
      ->option_text("S");
  add_plan_options(command, parallel::PlanReach::slice, options.run.plan);
  command.add_option("--phase", options.phase, "one training phase alone, by name")->option_text("NAME");
  command.add_option("--seed", options.seed, "of the failures and preemptions; default 1")->option_text("N");
}

study::RunSpec spec_of(const SingleRunOptions& options) {
  study::RunSpec spec = spec_of(options.run);
  if (options.chips && options.slice) fail_usage("--chips", "cannot stand beside --slice", "keep one of them");
  if (options.chips) spec.chips = whole_number("--chips", *options.chips, study::kMaxChips);
  if (options.slice) spec.slice = slice_shape(*options.slice);
  if (options.steps) spec.steps = whole_number("--steps", *options.steps, study::kMaxSteps);
  spec.phase = options.phase;
  if (options.seed) spec.seed = whole_number("--seed", *options.seed, std::numeric_limits<int64_t>::max());
  return spec;
}

run::RunResult simulate_one(const run::RunRequest& request, const Runner& runner) {
  run::Outcome outcome = runner({request}).front();
  if (const auto* impossible = std::get_if<run::ImpossibleRun>(&outcome)) throw catalog::InputError(impossible->reason);
  return std::get<run::RunResult>(std::move(outcome));
}

}  // namespace podsim::cli
