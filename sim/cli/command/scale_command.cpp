#include "cli/command/layout_options.hpp"
#include "cli/command/run_options.hpp"
#include "cli/terminal/command.hpp"
#include "cli/terminal/option_values.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/usage.hpp"
#include "study/answer/scale.hpp"
#include "study/answer/sizes.hpp"
#include "study/report/scale_report.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace podsim::cli {
namespace {

struct ScaleOptions {
  RunOptions run;
  std::string chips;
  std::optional<std::string> layout;
  bool strong = false;
  bool weak = false;
  std::string least_gain = "1.5";
  std::string format = "table";
  std::optional<std::string> output;
};

/// Of a range the sizes between, by the nodes of the platform.
std::vector<int64_t> sizes_for(const catalog::Catalog& catalog, const study::RunSpec& run, const ChipCounts& chips) {
  if (!chips.range) return chips.counts;
  const catalog::Platform platform = catalog.platform(run.platform, run.overrides).value;
  return study::sizes_between(platform, chips.counts.front(), chips.counts.back());
}

study::ScaleSpec scale_spec(const catalog::Catalog& catalog, const ScaleOptions& options) {
  if (options.strong && options.weak) fail_usage("--strong", "cannot stand beside --weak", "keep one of them");
  study::ScaleSpec spec;
  spec.run = spec_of(options.run);
  spec.run.search_layout = searches_layouts(options.layout);
  spec.mode = options.weak ? study::ScaleMode::weak : study::ScaleMode::strong;
  spec.least_gain = knee_gain(options.least_gain);
  spec.chips = sizes_for(catalog, spec.run, chip_counts(options.chips));
  return spec;
}

void scale(const ScaleOptions& options, const Invocation& invocation) {
  const bool json = wants_json(options.format);
  const catalog::Catalog catalog = catalog::Catalog::standard();
  const study::ScaleSpec spec = scale_spec(catalog, options);
  std::optional<results::OutputFile> file;
  if (options.output) file.emplace(*options.output);
  study::Scaling scaling = study::scale(catalog, spec);
  if (file) {
    const auto origin = provenance(command_line(invocation), std::move(scaling.inputs));
    results::write_table(*file, study::to_study_table(scaling), origin);
  }
  if (json) {
    print_json(study::to_json(scaling));
  } else {
    print(study::to_table(scaling));
  }
}

}  // namespace

void add_scale_command(CLI::App& program, const Invocation& invocation) {
  auto options = std::make_shared<ScaleOptions>();
  CLI::App& command =
      *program.add_subcommand("scale", "the same run on more and more chips, and where they stop paying");
  add_run_options(command, options->run);
  add_layout_option(command, options->layout);
  command.add_option("--chips", options->chips, "doubling from A to B by whole nodes, or a list A,B,C")
      ->required()
      ->option_text("A..B");
  command.add_flag("--strong", options->strong, "the same batch on all sizes (default)")->disable_flag_override();
  command.add_flag("--weak", options->weak, "the same batch per rank on all sizes")->disable_flag_override();
  command.add_option("--knee-gain", options->least_gain, "speed-up that a doubling must bring; default 1.5")
      ->option_text("G");
  add_format_option(command, options->format);
  command.add_option("-o,--output", options->output, "also write the points as HDF5")->option_text("FILE.h5");
  command.footer("Example:\n  podsim scale bert-large-500k tpu-v3-pod --chips 16..512");
  command.callback([options, &invocation] { scale(*options, invocation); });
}

}  // namespace podsim::cli
