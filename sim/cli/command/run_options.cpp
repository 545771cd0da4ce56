#include "cli/command/run_options.hpp"

#include "catalog/lookup/catalog.hpp"

namespace podsim::cli {

void add_run_options(CLI::App& command, RunOptions& options) {
  command.add_option("WORKLOAD", options.workload, "name in the catalogue, or path of a YAML file")
      ->required()
      ->option_text(" ");
  command.add_option("PLATFORM", options.platform, "name in the catalogue, or path of a YAML file")
      ->required()
      ->option_text(" ");
  add_plan_options(command, parallel::PlanReach::machines, options.plan);
  command.add_option("--stack", options.stack, "software era; default: the one for this chip and model")
      ->option_text("NAME");
  add_plan_options(command, parallel::PlanReach::sizes, options.plan);
  command.add_option("--set", options.overrides, "override a key: platform.interconnect.link_GBps=164")
      ->allow_extra_args(false)
      ->option_text("KEY=VALUE");
  command.add_flag("--full", options.full, "simulate every rank, even where one can stand for many")
      ->disable_flag_override();
}

study::RunSpec spec_of(const RunOptions& options) {
  study::RunSpec spec;
  spec.workload = options.workload;
  spec.platform = options.platform;
  spec.stack = options.stack;
  for (const std::string& text : options.overrides) spec.overrides.push_back(catalog::parse_override(text));
  catalog::check_override_keys(spec.overrides);
  spec.plan = plan_choice(options.plan);
  spec.full = options.full;
  return spec;
}

}  // namespace podsim::cli
