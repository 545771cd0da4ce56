#include "catalog/text/error.hpp"
#include "cli/command/layout_options.hpp"
#include "cli/command/single_run.hpp"
#include "cli/terminal/command.hpp"
#include "cli/terminal/output.hpp"
#include "results/hdf5.hpp"
#include "results/json.hpp"
#include "results/table.hpp"
#include "study/answer/measurement.hpp"
#include "study/layouts/layout_text.hpp"
#include "study/point/resolver.hpp"
#include "study/report/layout_report.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace podsim::cli {
namespace {

struct RunCommandOptions {
  SingleRunOptions run;
  std::optional<std::string> measured;
  std::optional<std::string> layout;
  std::string format = "table";
  std::optional<std::string> output;
};

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

/// Puts the best layout into a request. Throws InputError where none fits.
void choose_layout(run::RunRequest& request) {
  study::LayoutSearchOptions how = layout_search_options({});
  how.top = 1;
  const study::LayoutSearch search = study::search_layouts(request, how);
  if (search.best.empty()) {
    throw catalog::InputError("--layout auto: " + study::why_none(search) +
                              "\n  way out: take more chips, a chip with more memory, or another --batch");
  }
  request.plan = search.best.front().choice;
  request.notes.push_back(study::layout_note(search));
}

void run_one(const RunCommandOptions& options, const Invocation& invocation) {
  const bool json = wants_json(options.format);
  study::RunSpec spec = spec_of(options.run);
  spec.search_layout = searches_layouts(options.layout);
  study::ResolvedRun resolved = calibrated(catalog::Catalog::standard(), spec, options.measured);
  if (spec.search_layout) choose_layout(resolved.request);
  std::optional<results::OutputFile> file;
  if (options.output) file.emplace(*options.output);
  resolved.request.timeline = file.has_value();
  results::Provenance origin = provenance(command_line(invocation), std::move(resolved.inputs));
  origin.seed = static_cast<int64_t>(resolved.request.seed);
  origin.created_utc = utc_now();
  const run::RunResult result = simulate_one(resolved.request, run::run_all);
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
  add_single_run_options(command, options->run);
  add_layout_option(command, options->layout);
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
