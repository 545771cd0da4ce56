#include "cli/terminal/command.hpp"
#include "cli/terminal/option_values.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/plan_options.hpp"
#include "cli/terminal/usage.hpp"
#include "study/answer/planner.hpp"
#include "study/point/processors.hpp"
#include "study/point/run_spec.hpp"
#include "study/point/worker_pool.hpp"
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

void plan(const PlanCommandOptions& options, const Invocation& invocation) {
  const bool json = wants_json(options.format);
  const study::PlanQuery query = plan_query(options);
  std::optional<results::OutputFile> file;
  if (options.output) file.emplace(*options.output);
  study::PlanOptions how;
  how.workers = std::min(2, study::available_processors());
  study::RunPlan plan = study::plan(catalog::Catalog::standard(), query, how);
  if (file) {
    const auto origin = provenance(command_line(invocation), std::move(plan.inputs));
    results::write_table(*file, study::plan_study_table(plan), origin);
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
  CLI::App& command =
      *program.add_subcommand("plan", "which machine, how many chips, which batch: hours against dollars");
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
  command.footer("Example:\n  podsim plan bert-large-500k --deadline 24");
  command.callback([options, &invocation] { plan(*options, invocation); });
}

}  // namespace podsim::cli
