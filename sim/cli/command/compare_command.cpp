#include "cli/command/layout_options.hpp"
#include "cli/terminal/command.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/plan_options.hpp"
#include "study/answer/compare.hpp"
#include "study/report/compare_report.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace podsim::cli {
namespace {

struct CompareOptions {
  std::string workload;
  std::vector<std::string> machines;
  PlanTexts plan;
  std::optional<std::string> layout;
  std::vector<std::string> overrides;
  std::string format = "table";
  std::optional<std::string> output;
};

study::CompareSpec compare_spec(const CompareOptions& options) {
  study::CompareSpec spec;
  spec.run.workload = options.workload;
  for (const std::string& text : options.overrides) spec.run.overrides.push_back(catalog::parse_override(text));
  catalog::check_override_keys(spec.run.overrides);
  spec.run.plan = plan_choice(options.plan);
  spec.run.search_layout = searches_layouts(options.layout);
  for (const std::string& text : options.machines) spec.machines.push_back(study::parse_machine(text));
  return spec;
}

void compare(const CompareOptions& options, const Invocation& invocation) {
  const bool json = wants_json(options.format);
  const study::CompareSpec spec = compare_spec(options);
  std::optional<results::OutputFile> file;
  if (options.output) file.emplace(*options.output);
  study::Comparison comparison = study::compare(catalog::Catalog::standard(), spec);
  if (file) {
    const auto origin = provenance(command_line(invocation), std::move(comparison.inputs));
    results::write_table(*file, study::to_study_table(comparison), origin);
  }
  if (json) {
    print_json(study::to_json(comparison));
  } else {
    print(study::to_table(comparison));
  }
}

}  // namespace

void add_compare_command(CLI::App& program, const Invocation& invocation) {
  auto options = std::make_shared<CompareOptions>();
  CLI::App& command =
      *program.add_subcommand("compare", "one workload on several machines: time and dollars side by side");
  command.add_option("WORKLOAD", options->workload, "name in the catalogue, or path of a YAML file")
      ->required()
      ->option_text(" ");
  command.add_option("PLATFORM:CHIPS", options->machines, "machines; without :CHIPS the platform's smallest slice")
      ->required()
      ->option_text("...");
  add_plan_options(command, parallel::PlanReach::machines, options->plan);
  add_layout_option(command, options->layout);
  command.add_option("--set", options->overrides, "override a key on all machines: workload.training.epochs=90")
      ->allow_extra_args(false)
      ->option_text("KEY=VALUE");
  add_format_option(command, options->format);
  command.add_option("-o,--output", options->output, "also write the points as HDF5")->option_text("FILE.h5");
  command.footer(
      "Where memory is too small a machine takes its share of the batch in several passes a step, shares\n"
      "optimiser states (--zero 1) or computes layers again (--recompute full); the table says so.\n"
      "Example:\n  podsim compare resnet-50 tpu-v2-pod:4 tpu-v3-pod:4 gcp-8xv100:8");
  command.callback([options, &invocation] { compare(*options, invocation); });
}

}  // namespace podsim::cli
