#include "study/sweep.hpp"

#include "results/json.hpp"
#include "results/quantity.hpp"
#include "results/text.hpp"
#include "study/result_columns.hpp"
#include "study/text_table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace podsim::study {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kFigures = {"chips", "step", "hours", "on demand", "MFU"};

/// "link_GBps" for "platform.interconnect.link_GBps"; the keys of a run stay as they are.
std::string short_key(const std::string& key) { return key.starts_with("run.") ? key : key.substr(key.rfind('.') + 1); }

std::vector<Heading> headings(const Study& study) {
  std::vector<Heading> headings{{"point"}};
  for (const Axis& axis : study.axes) headings.push_back({short_key(axis.key), Align::left});
  for (const char* figure : kFigures) headings.push_back({figure});
  return headings;
}

std::vector<std::string> figures(const run::RunResult& run) {
  const auto cost = run.cost_usd.find("on_demand");
  return {results::count(run.chips) + (run.what_if ? "*" : ""), results::duration(run.step_seconds.value),
          results::number(run.wall_seconds.value / 3600),
          cost != run.cost_usd.end() ? results::dollars(cost->second) : "-", results::percent(run.mfu)};
}

std::vector<std::string> row(const Sweep& sweep, std::size_t point) {
  std::vector<std::string> cells{std::to_string(point)};
  const Study& study = sweep.study;
  for (std::size_t axis = 0; axis < study.axes.size(); ++axis) {
    cells.push_back(study.axes[axis].values[study.value_index(axis, point)].text);
  }
  const PointOutcome& outcome = sweep.outcomes[point];
  if (const auto* run = std::get_if<run::RunResult>(&outcome)) {
    for (std::string& figure : figures(*run)) cells.push_back(std::move(figure));
  } else {
    cells.push_back(status_of(outcome));
    cells.insert(cells.end(), kFigures.size() - 1, "-");
  }
  return cells;
}

/// Each reason once, with the points that it holds for.
std::string reasons_text(const Sweep& sweep) {
  std::vector<std::pair<std::string, std::vector<std::string>>> reasons;
  for (std::size_t point = 0; point < sweep.outcomes.size(); ++point) {
    const std::string reason = short_reason_of(sweep.outcomes[point]);
    if (reason.empty()) continue;
    auto known = std::find_if(reasons.begin(), reasons.end(), [&](const auto& entry) { return entry.first == reason; });
    if (known == reasons.end()) known = reasons.insert(known, {reason, {}});
    known->second.push_back(std::to_string(point));
  }
  TextTable table({{"points", Align::left}, {"why there is no result", Align::left}});
  for (const auto& [reason, points] : reasons) {
    table.add_words(points.size() == 1 ? points.front() : fmt::format("{}, {} in all", points.front(), points.size()),
                    reason);
  }
  return reasons.empty() ? "" : "\n" + table.text();
}

Json axes_json(const std::vector<results::Column>& axes, std::size_t point) {
  Json json = Json::object();
  for (const results::Column& axis : axes) {
    std::visit([&](const auto& values) { json[axis.name] = values[point]; }, axis.values);
  }
  return json;
}

Json outcome_json(const PointOutcome& outcome) {
  const auto* run = std::get_if<run::RunResult>(&outcome);
  if (run == nullptr) return reason_of(outcome);
  Json json = results::to_json(*run);
  json["simulation"].erase("wall_seconds");
  return json;
}

}  // namespace

std::size_t Sweep::count(const std::string& status) const {
  return static_cast<std::size_t>(std::count_if(
      outcomes.begin(), outcomes.end(), [&](const PointOutcome& outcome) { return status_of(outcome) == status; }));
}

Sweep sweep(const catalog::Catalog& catalog, Study study, const SimulateOptions& options) {
  auto inputs = check_study(catalog, study);
  auto outcomes = simulate(catalog, study.specs(), options);
  return {std::move(study), std::move(outcomes), std::move(inputs)};
}

std::string to_table(const Sweep& sweep) {
  TextTable table(headings(sweep.study));
  for (std::size_t point = 0; point < sweep.outcomes.size(); ++point) table.add(row(sweep, point));
  const std::string title =
      fmt::format("{}: {} points, {} done, {} impossible, {} failed", sweep.study.name, sweep.outcomes.size(),
                  sweep.count("done"), sweep.count("impossible"), sweep.count("failed"));
  return results::cut(title, 100) + "\n\n" + table.text() + reasons_text(sweep);
}

Json to_json(const Sweep& sweep) {
  Json json{{"schema", "podsim/sweep/1"},
            {"name", sweep.study.name},
            {"axes", Json::object()},
            {"done", sweep.count("done")},
            {"impossible", sweep.count("impossible")},
            {"failed", sweep.count("failed")},
            {"points", Json::array()}};
  for (const results::Column& axis : axis_values(sweep.study)) {
    std::visit([&](const auto& values) { json["axes"][axis.name] = values; }, axis.values);
  }
  const auto axes = axis_columns(sweep.study);
  for (std::size_t point = 0; point < sweep.outcomes.size(); ++point) {
    const PointOutcome& outcome = sweep.outcomes[point];
    const bool done = std::holds_alternative<run::RunResult>(outcome);
    json["points"].push_back({{"axes", axes_json(axes, point)},
                              {"status", status_of(outcome)},
                              {done ? "run" : "reason", outcome_json(outcome)}});
  }
  return json;
}

results::StudyTable to_study_table(const Sweep& sweep) {
  results::StudyTable table{axis_columns(sweep.study), axis_values(sweep.study)};
  for (results::Column& column : result_columns(sweep.outcomes)) table.points.push_back(std::move(column));
  return table;
}

}  // namespace podsim::study
