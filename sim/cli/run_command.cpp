#include "catalog/error.hpp"
#include "cli/command.hpp"
#include "cli/option_values.hpp"
#include "cli/output.hpp"
#include "cli/run_options.hpp"
#include "cli/usage.hpp"
#include "results/hdf5.hpp"
#include "results/json.hpp"
#include "results/table.hpp"
#include "study/measurement.hpp"
#include "study/resolver.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <utility>
#include <variant>

namespace podsim::cli {
namespace {

struct RunCommandOptions {
  RunOptions run;
  std::optional<std::string> chips;
  std::optional<std::string> slice;
  std::optional<std::string> steps;
  std::optional<std::string> micro_batch;
  std::optional<std::string> phase;
  std::optional<std::string> measured;
  std::string format = "table";
  std::optional<std::string> output;
};

study::RunSpec full_spec(const RunCommandOptions& options) {
  study::RunSpec spec = spec_of(options.run);
  if (options.chips && options.slice) fail_usage("--chips", "cannot stand beside --slice", "keep one of them");
  if (options.chips) spec.chips = whole_number("--chips", *options.chips, study::kMaxChips);
  if (options.slice) spec.slice = slice_shape(*options.slice);
  if (options.steps) spec.steps = whole_number("--steps", *options.steps, study::kMaxSteps);
  if (options.micro_batch) spec.micro_batch = whole_number("--micro-batch", *options.micro_batch, study::kMaxBatch);
  spec.phase = options.phase;
  return spec;
}

/// The run as asked for, with the device time that the user's measurement implies.
study::ResolvedRun calibrated(const catalog::Catalog& catalog, study::RunSpec spec,
                              const std::optional<std::string>& measured) {
  if (!measured) return study::resolve(catalog, spec);
  const run::Calibration calibration = study::calibrate(catalog, study::parse_measurement(*measured, spec));
  spec.device_scale = calibration.used_scale;
  study::ResolvedRun resolved = study::resolve(catalog, spec);
  resolved.request.calibration = calibration;
  return resolved;
}

run::RunResult simulate(const run::RunRequest& request) {
  run::Outcome outcome = run::run_all({request}).front();
  if (const auto* impossible = std::get_if<run::ImpossibleRun>(&outcome)) throw catalog::InputError(impossible->reason);
  return std::get<run::RunResult>(std::move(outcome));
}

void run_one(const RunCommandOptions& options, const Invocation& invocation) {
  const bool json = wants_json(options.format);
  study::ResolvedRun resolved = calibrated(catalog::Catalog::standard(), full_spec(options), options.measured);
  std::optional<results::OutputFile> file;
  if (options.output) file.emplace(*options.output);
  results::Provenance origin = provenance(command_line(invocation), std::move(resolved.inputs));
  origin.created_utc = utc_now();
  const run::RunResult result = simulate(resolved.request);
  if (file) results::write_run(*file, result, origin);
  if (json) {
    print_json(results::to_json(result));
  } else {
    print(results::to_table(result));
  }
}

}  // namespace

void add_run_command(CLI::App& program, const Invocation& invocation) {
  auto options = std::make_shared<RunCommandOptions>();
  CLI::App& command = *program.add_subcommand("run", "simulate one training run: time, cost and where they go");
  add_run_options(command, options->run);
  command.add_option("--chips", options->chips, "number of chips; beyond the real machine a what-if")->option_text("N");
  command.add_option("--slice", options->slice, "shape of the slice, instead of --chips")->option_text("XxY[xZ]");
  command.add_option("--steps", options->steps, "optimiser steps; default: the recipe's")->option_text("S");
  command.add_option("--micro-batch", options->micro_batch, "examples per rank and pass")->option_text("N");
  command.add_option("--phase", options->phase, "one training phase alone, by name")->option_text("NAME");
  command
      .add_option("--measured", options->measured,
                  "calibrate to a step of yours: step_seconds=0.293@chips=16,batch=512")
      ->option_text("KEY=VALUE[@...]");
  add_format_option(command, options->format);
  command.add_option("-o,--output", options->output, "also write the result as HDF5")->option_text("FILE.h5");
  command.footer(
      "Example:\n  podsim run bert-large-500k tpu-v3-pod --chips 32\n"
      "  podsim run bert-large-500k tpu-v3-pod --chips 256 --measured step_seconds=0.31@chips=32,batch=1024");
  command.callback([options, &invocation] { run_one(*options, invocation); });
}

}  // namespace podsim::cli
