#include "cli/command/layout_options.hpp"
#include "cli/terminal/command.hpp"
#include "cli/terminal/option_values.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/plan_options.hpp"
#include "cli/terminal/usage.hpp"
#include "study/answer/layout_planner.hpp"
#include "study/answer/planner.hpp"
#include "study/point/processors.hpp"
#include "study/point/run_spec.hpp"
#include "study/point/worker_pool.hpp"
#include "study/report/layout_report.hpp"
#include "study/report/plan_report.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace podsim::cli {
namespace {

struct PlanCommandOptions {
  std::string workload;
  std::vector<std::string> platforms;
  std::optional<std::string> batches;
  std::optional<std::string> deadline;
  std::optional<std::string> budget;
  std::string price = "on_demand";
  std::vector<std::string> overrides;
  std::string format = "table";
  std::optional<std::string> output;
  LayoutOptions layout;
};

study::PlanQuery plan_query(const PlanCommandOptions& options) {
  study::PlanQuery query;
  query.workload = options.workload;
  query.platforms = options.platforms;
  if (options.batches) query.batches = batches(*options.batches);
  if (options.deadline) query.deadline_hours = positive_number("--deadline", *options.deadline, "24, in hours");
  if (options.budget) query.budget_usd = positive_number("--budget", *options.budget, "5000, in US dollars");
  query.price_kind = options.price;
  for (const std::string& text : options.overrides) query.overrides.push_back(catalog::parse_override(text));
  catalog::check_override_keys(query.overrides);
  return query;
}

study::LayoutQuery layout_query(const PlanCommandOptions& options) {
  if (options.platforms.empty()) fail_usage("PLATFORM", "missing", "name the platforms on which layouts are searched");
  study::LayoutQuery query;
  query.plan = plan_query(options);
  query.stack = options.layout.stack;
  query.fixed = plan_choice(options.layout.plan);
  if (options.layout.chips) {
    const ChipCounts chips = chip_counts(*options.layout.chips);
    query.chips = chips.counts;
    query.range = chips.range;
  }
  return query;
}

void plan_layouts(const PlanCommandOptions& options, const Invocation& invocation) {
  const bool json = wants_json(options.format);
  const study::LayoutQuery query = layout_query(options);
  const study::LayoutSearchOptions how = layout_search_options(options.layout);
  std::optional<results::OutputFile> file;
  if (options.output) file.emplace(*options.output);
  study::LayoutPlan plan = study::plan_layouts(catalog::Catalog::standard(), query, how);
  if (file) {
    const auto origin = provenance(command_line(invocation), std::move(plan.inputs));
    results::write_table(*file, study::front_study_table(plan.front), origin);
  }
  if (json) {
    print_json(study::layout_plan_json(plan));
  } else {
    print(study::layout_plan_table(plan));
  }
}

void plan(const PlanCommandOptions& options, const Invocation& invocation) {
  if (searches_layouts(options.layout.layout)) return plan_layouts(options, invocation);
  require_no_layout_options(options.layout);
  const bool json = wants_json(options.format);
  const study::PlanQuery query = plan_query(options);
  std::optional<results::OutputFile> file;
  if (options.output) file.emplace(*options.output);
  study::PlanOptions how;
  how.workers = std::min(2, study::available_processors());
  study::RunPlan plan = study::plan(catalog::Catalog::standard(), query, how);
  if (file) {
    const auto origin = provenance(command_line(invocation), std::move(plan.inputs));
    results::write_table(*file, study::front_study_table(plan.front), origin);
  }
  if (json) {
    print_json(study::plan_json(plan));
  } else {
    print(study::plan_table(plan));
  }
}

}  // namespace

void add_plan_command(CLI::App& program, const Invocation& invocation) {
  auto options = std::make_shared<PlanCommandOptions>();
  CLI::App& command = *program.add_subcommand("plan", "which machine, size, batch or layout: hours against dollars");
  command.add_option("WORKLOAD", options->workload, "name in the catalogue, or path of a YAML file")
      ->required()
      ->option_text(" ");
  command.add_option("PLATFORM", options->platforms, "platforms to choose from; all of the catalogue without one")
      ->option_text("...");
  command.add_option("--deadline", options->deadline, "the cheapest that is done in so many hours")->option_text("H");
  command.add_option("--budget", options->budget, "the fastest for at most so many dollars")->option_text("USD");
  command.add_option("--price", options->price, "kind of price: on_demand (default), preemptible, owned, ...")
      ->option_text("KIND");
  command.add_option("--batch", options->batches, "batches to try; default: those that the workload's law allows")
      ->option_text("A,B,C");
  command.add_option("--set", options->overrides, "override a key: platform.interconnect.link_GBps=164")
      ->allow_extra_args(false)
      ->option_text("KEY=VALUE");
  add_format_option(command, options->format);
  command.add_option("-o,--output", options->output, "also write the front as HDF5")->option_text("FILE.h5");
  add_layout_options(command, options->layout);
  command.footer(
      "Examples:\n  podsim plan bert-large-500k --deadline 24\n"
      "  podsim plan gpt-3-175b dgx-a100 --layout auto --chips 1024 --batch 1536");
  command.callback([options, &invocation] { plan(*options, invocation); });
}

}  // namespace podsim::cli
