#include "cli/command/run_options.hpp"

#include "catalog/lookup/catalog.hpp"
#include "cli/terminal/option_values.hpp"

namespace podsim::cli {

void add_run_options(CLI::App& command, RunOptions& options) {
  command.add_option("WORKLOAD", options.workload, "name in the catalogue, or path of a YAML file")
      ->required()
      ->option_text(" ");
  command.add_option("PLATFORM", options.platform, "name in the catalogue, or path of a YAML file")
      ->required()
      ->option_text(" ");
  command.add_option("--batch", options.batch, "examples per step of all ranks")->option_text("B");
  command.add_option("--stack", options.stack, "software era; default: the one for this chip and model")
      ->option_text("NAME");
  command.add_option("--recompute", options.recompute, "computed again on the way back: none, selective, full")
      ->option_text("WHAT");
  command.add_option("--zero", options.zero, "1: the ranks share the optimizer; 0: each has all of it")
      ->option_text("0|1");
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
  if (options.batch) spec.batch = whole_number("--batch", *options.batch, study::kMaxBatch);
  if (options.recompute) spec.recompute = recompute_kind(*options.recompute);
  if (options.zero) spec.zero = zero_stage(*options.zero);
  spec.full = options.full;
  return spec;
}

}  // namespace podsim::cli
