#include "study/report/plan_report.hpp"

#include "catalog/text/units.hpp"
#include "results/json.hpp"
#include "results/or_null.hpp"
#include "results/quantity.hpp"
#include "results/text.hpp"
#include "results/text_table.hpp"
#include "study/point/result_columns.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace podsim::study {
namespace {

using PlanJson = nlohmann::ordered_json;

constexpr std::size_t kPlanColumns = 100;
constexpr std::size_t kMostRunnersUp = 5;

std::string plan_lines(const std::string& text) { return results::paragraph(text, kPlanColumns); }

std::string kind_words(std::string kind) {
  std::replace(kind.begin(), kind.end(), '_', ' ');
  return kind;
}

std::string question(const PlanQuery& query) {
  std::string text;
  if (query.deadline_hours) text += fmt::format(" within {} h", results::number(*query.deadline_hours));
  if (query.budget_usd) text += fmt::format(" for at most {}", results::dollars(*query.budget_usd));
  return text;
}

std::string goal(const PlanQuery& query) { return query.budget_usd && !query.deadline_hours ? "fastest" : "cheapest"; }

std::string description(const PlannedRun& planned) {
  const run::RunResult& run = planned.run;
  return fmt::format("{} of {} ({}), batch {}: {} h ({} - {}), {}", results::count(run.setup.chips, "chip"),
                     run.setup.platform, run.setup.slice, results::count(run.plan.global_batch()),
                     results::number(planned.hours), results::number(run.wall.seconds.low / catalog::kHour),
                     results::number(run.wall.seconds.high / catalog::kHour), results::dollars(planned.usd));
}

/// Why a limit cannot be held, by the nearest that can be.
std::string nothing_allowed(const RunPlan& plan) {
  const PlannedRun& fastest = plan.front.front();
  const PlannedRun& cheapest = plan.front.back();
  return plan_lines(fmt::format("Nothing trains {}{}.", plan.query.workload, question(plan.query))) +
         plan_lines("The fastest is " + description(fastest) + ".") +
         plan_lines("The cheapest is " + description(cheapest) + ".");
}

std::string doubt_about(const RunPlan& plan) {
  const auto& deadline = plan.query.deadline_hours;
  if (!deadline || plan.best->run.wall.seconds.high / catalog::kHour <= *deadline) return "";
  return plan_lines("The upper end of its interval is past the deadline: it may be late.");
}

std::string answer_of(const RunPlan& plan) {
  if (!plan.best) return nothing_allowed(plan);
  return plan_lines(fmt::format("The {} way to train {}{}, at the price {}:", goal(plan.query), plan.query.workload,
                                question(plan.query), kind_words(plan.query.price_kind))) +
         "  " + description(*plan.best) + "\n" +
         (plan.best->to_fit.empty() ? "" : fmt::format("  to fit into memory: {}\n", plan.best->to_fit)) +
         doubt_about(plan);
}

/// What a run loses against the best one.
std::string against(const PlannedRun& run, const PlannedRun& best) {
  return fmt::format("{:.2f} x the time, {:.2f} x the dollars", run.hours / best.hours, run.usd / best.usd);
}

std::vector<std::string> run_row(const PlannedRun& planned) {
  const run::RunResult& run = planned.run;
  return {run.setup.platform,
          results::count(run.setup.chips),
          results::count(run.plan.global_batch()),
          results::number(planned.hours),
          results::dollars(planned.usd),
          results::percent(run.step.mfu),
          results::percent(run.step.breakdown.exposed_communication_seconds / run.step.breakdown.total_seconds())};
}

std::vector<results::Heading> run_headings() {
  return {{"platform", results::Align::left}, {"chips"}, {"batch"}, {"hours"}, {"dollars"}, {"MFU"}, {"exposed"}};
}

/// How the runs of a table fit into memory, where something was chosen for it.
std::string fitting_lines(const PlannedRun* first, std::size_t count) {
  std::string lines;
  for (std::size_t i = 0; i < count; ++i) {
    const PlannedRun& run = first[i];
    if (run.to_fit.empty()) continue;
    lines += plan_lines(fmt::format("to fit into memory on {} of {}, batch {}: {}",
                                    results::count(run.run.setup.chips, "chip"), run.run.setup.platform,
                                    results::count(run.run.plan.global_batch()), run.to_fit));
  }
  return lines;
}

std::string runners_up_text(const RunPlan& plan) {
  if (!plan.best || plan.runners_up.empty()) return "";
  auto headings = run_headings();
  headings.push_back({"against it", results::Align::left});
  results::TextTable table(std::move(headings));
  const std::size_t shown = std::min(kMostRunnersUp, plan.runners_up.size());
  for (std::size_t i = 0; i < shown; ++i) {
    auto cells = run_row(plan.runners_up[i]);
    cells.push_back(against(plan.runners_up[i], *plan.best));
    table.add(std::move(cells));
  }
  return "\nThe best of the other platforms:\n" + table.text() + fitting_lines(plan.runners_up.data(), shown);
}

std::string front_text(const RunPlan& plan) {
  results::TextTable table(run_headings());
  for (const PlannedRun& run : plan.front) table.add(run_row(run));
  return "\nFrom the fastest to the cheapest, whatever else is both slower and dearer:\n" + table.text() +
         fitting_lines(plan.front.data(), plan.front.size());
}

/// The price lists of the platforms that the tables name: "google 2019-06 (tpu-v2-pod, tpu-v3-pod)".
std::string price_lists_text(const RunPlan& plan) {
  std::map<std::string, std::set<std::string>> platforms;
  const auto add = [&](const PlannedRun& planned) {
    const PriceList& list = plan.price_lists.at(planned.run.setup.platform);
    const std::string words = (list.provider.empty() ? "the platform's own of" : list.provider) + " " + list.date;
    platforms[words].insert(planned.run.setup.platform);
  };
  std::for_each(plan.front.begin(), plan.front.end(), add);
  std::for_each(plan.runners_up.begin(), plan.runners_up.end(), add);
  std::string text = platforms.size() > 1 ? "Prices are not of one list and month:" : "Prices:";
  for (const auto& [list, names] : platforms) {
    text += fmt::format("{} {} ({})", text.back() == ':' ? "" : ";", list, fmt::join(names, ", "));
  }
  return "\n" + plan_lines(text + ".");
}

std::string closing_text(const RunPlan& plan) {
  std::string text = fmt::format("{} of {} candidates simulated; the others cannot be better", plan.simulated,
                                 results::count(static_cast<int64_t>(plan.candidates)));
  if (plan.unfit > 0) text += fmt::format("; {} more do not fit into memory", plan.unfit);
  std::string lines = price_lists_text(plan) + plan_lines(text + ".");
  for (const LeftOut& left : plan.left_out) {
    lines += plan_lines(fmt::format("left out: {}: {}", left.platform, left.reason));
  }
  if (plan.front.front().run.length.target.assumed) {
    lines += plan_lines(
        "note: the workload has no law of convergence, so that only its own batch is tried; --batch tries others");
  }
  return lines;
}

PlanJson planned_json(const PlannedRun& planned, const std::string& price_kind) {
  return {{"hours", planned.hours},
          {"usd", planned.usd},
          {"price", price_kind},
          {"to_fit", planned.to_fit},
          {"run", results::to_json(planned.run)}};
}

PlanJson planned_list(const std::vector<PlannedRun>& runs, const std::string& price_kind) {
  PlanJson json = PlanJson::array();
  for (const PlannedRun& run : runs) json.push_back(planned_json(run, price_kind));
  return json;
}

}  // namespace

std::string plan_table(const RunPlan& plan) {
  return answer_of(plan) + runners_up_text(plan) + front_text(plan) + closing_text(plan);
}

PlanJson plan_json(const RunPlan& plan) {
  PlanJson json{{"schema", "podsim/plan/1"},
                {"workload", plan.query.workload},
                {"price", plan.query.price_kind},
                {"deadline_hours", results::or_null(plan.query.deadline_hours)},
                {"budget_usd", results::or_null(plan.query.budget_usd)},
                {"goal", goal(plan.query)},
                {"best", plan.best ? planned_json(*plan.best, plan.query.price_kind) : PlanJson(nullptr)},
                {"runners_up", planned_list(plan.runners_up, plan.query.price_kind)},
                {"front", planned_list(plan.front, plan.query.price_kind)},
                {"candidates", plan.candidates},
                {"simulated", plan.simulated},
                {"unfit", plan.unfit},
                {"left_out", PlanJson::array()},
                {"price_lists", PlanJson::object()}};
  for (const auto& [platform, list] : plan.price_lists) {
    json["price_lists"][platform] = {{"provider", list.provider}, {"date", list.date}};
  }
  for (const LeftOut& left : plan.left_out) {
    json["left_out"].push_back({{"platform", left.platform}, {"reason", left.reason}});
  }
  return json;
}

results::StudyTable front_study_table(const std::vector<PlannedRun>& front) {
  std::vector<std::string> platforms;
  std::vector<PointOutcome> outcomes;
  for (const PlannedRun& run : front) {
    platforms.push_back(run.run.setup.platform);
    outcomes.emplace_back(run.run);
  }
  results::StudyTable table{{{"run.platform", "", platforms}}, {{"run.platform", "", platforms}}};
  for (results::Column& column : result_columns(outcomes)) table.points.push_back(std::move(column));
  return table;
}

}  // namespace podsim::study
