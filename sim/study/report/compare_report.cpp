#include "study/report/compare_report.hpp"

#include "results/json.hpp"
#include "results/quantity.hpp"
#include "results/text.hpp"
#include "results/text_table.hpp"
#include "study/point/result_columns.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace podsim::study {
namespace {

constexpr double kBarColumns = 16;

std::string price(const run::RunResult& run, const std::string& kind) {
  const auto cost = run.cost_usd.find(kind);
  return cost == run.cost_usd.end() ? "-" : results::dollars(cost->second);
}

double longest_seconds(const Comparison& comparison) {
  double longest = 0;
  for (const ComparePoint& point : comparison.points) {
    if (point.result() != nullptr) longest = std::max(longest, point.result()->wall.seconds.value);
  }
  return longest;
}

std::vector<std::string> compare_row(const ComparePoint& point, double longest) {
  const run::RunResult& run = *point.result();
  const auto bar = static_cast<std::size_t>(std::lround(kBarColumns * run.wall.seconds.value / longest));
  return {run.setup.platform + (run.memory.fits() ? "" : " !"),
          results::count(run.setup.chips) + (run.setup.what_if ? "*" : " "),
          results::duration(run.wall.seconds),
          price(run, "on_demand"),
          price(run, "preemptible"),
          results::percent(run.step.mfu),
          std::string(std::max<std::size_t>(bar, 1), '#')};
}

std::string compare_title(const Comparison& comparison) {
  const auto first = std::find_if(comparison.points.begin(), comparison.points.end(),
                                  [](const ComparePoint& point) { return point.result() != nullptr; });
  return fmt::format("{}, {} steps of {} examples on the first machine:\n\n", comparison.workload,
                     results::count(first->result()->length.steps),
                     results::count(first->result()->plan.global_batch()));
}

std::string fitting_text(const Comparison& comparison) {
  std::string text;
  for (const ComparePoint& point : comparison.points) {
    if (point.to_fit.empty()) continue;
    const run::RunResult& run = *point.result();
    text += fmt::format("{} on {}: {}\n", results::count(run.setup.chips, "chip"), run.setup.platform, point.to_fit);
  }
  if (!text.empty()) text = "\nto fit into memory:\n" + text;
  for (const ComparePoint& point : comparison.points) {
    if (point.layout.empty() || point.result() == nullptr) continue;
    text += results::paragraph(fmt::format("layout on {}: {}", point.result()->setup.platform, point.layout), 100);
  }
  return text;
}

std::string marks_text(const Comparison& comparison) {
  bool what_if = false;
  bool misfit = false;
  for (const ComparePoint& point : comparison.points) {
    if (point.result() == nullptr) continue;
    what_if = what_if || point.result()->setup.what_if;
    misfit = misfit || !point.result()->memory.fits();
  }
  std::string text;
  if (what_if) text += "* larger than the real machine: a what-if\n";
  if (misfit) text += "! does not fit into memory: shown as if it did, and not ranked\n";
  return text;
}

std::string ranking_text(const Comparison& comparison) {
  if (!comparison.fastest) return "No machine has enough memory.\n";
  const run::RunResult& fastest = *comparison.points[*comparison.fastest].result();
  std::string text = fmt::format("fastest   {} on {}: {}\n", results::count(fastest.setup.chips, "chip"),
                                 fastest.setup.platform, results::duration(fastest.wall.seconds.value));
  if (comparison.cheapest) {
    const run::RunResult& cheapest = *comparison.points[*comparison.cheapest].result();
    text += fmt::format("cheapest  {} on {}: {} on demand\n", results::count(cheapest.setup.chips, "chip"),
                        cheapest.setup.platform, price(cheapest, "on_demand"));
  }
  return text;
}

nlohmann::ordered_json index_json(const std::optional<std::size_t>& index) {
  return index ? nlohmann::ordered_json(*index) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json compare_point_json(const ComparePoint& point) {
  if (point.result() != nullptr) {
    nlohmann::ordered_json json = results::to_json(*point.result());
    json["status"] = status_of(point.outcome);
    json["to_fit"] = point.to_fit;
    if (!point.layout.empty()) json["layout_options"] = point.layout;
    return json;
  }
  nlohmann::ordered_json json{{"platform", point.machine.platform}, {"chips", nullptr}};
  if (point.machine.chips) json["chips"] = *point.machine.chips;
  json["status"] = status_of(point.outcome);
  json["reason"] = reason_of(point.outcome);
  return json;
}

}  // namespace

std::string to_table(const Comparison& comparison) {
  results::TextTable table({{"platform", results::Align::left},
                            {"chips "},
                            {"time (80 % interval)"},
                            {"on demand"},
                            {"preempt."},
                            {"MFU"},
                            {"", results::Align::bar}});
  const double longest = longest_seconds(comparison);
  for (const ComparePoint& point : comparison.points) {
    if (point.result() != nullptr) {
      table.add(compare_row(point, longest));
    } else {
      table.add_words(point.machine.platform, short_reason_of(point.outcome));
    }
  }
  return compare_title(comparison) + table.text() + marks_text(comparison) + fitting_text(comparison) + "\n" +
         ranking_text(comparison);
}

nlohmann::ordered_json to_json(const Comparison& comparison) {
  nlohmann::ordered_json json{
      {"schema", "podsim/compare/1"}, {"workload", comparison.workload}, {"points", nlohmann::ordered_json::array()}};
  for (const ComparePoint& point : comparison.points) json["points"].push_back(compare_point_json(point));
  json["fastest"] = index_json(comparison.fastest);
  json["cheapest"] = index_json(comparison.cheapest);
  return json;
}

results::StudyTable to_study_table(const Comparison& comparison) {
  std::vector<std::string> platforms;
  std::vector<int64_t> chips;
  std::vector<PointOutcome> outcomes;
  for (const ComparePoint& point : comparison.points) {
    platforms.push_back(point.machine.platform);
    chips.push_back(point.result() != nullptr ? point.result()->setup.chips : point.machine.chips.value_or(0));
    outcomes.push_back(point.outcome);
  }
  results::StudyTable table{{{"run.platform", "", platforms}, {"run.chips", "", chips}},
                            {{"run.platform", "", platforms}}};
  for (results::Column& column : result_columns(outcomes)) table.points.push_back(std::move(column));
  return table;
}

}  // namespace podsim::study
