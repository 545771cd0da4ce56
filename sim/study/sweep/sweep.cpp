#include "study/sweep/sweep.hpp"

#include "results/json.hpp"
#include "results/quantity.hpp"
#include "results/text.hpp"
#include "results/text_table.hpp"
#include "study/point/result_columns.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace podsim::study {
namespace {

using Json = nlohmann::ordered_json;

/// Columns of the table beside the axes; the chips stay out where they are an axis.
constexpr std::array kFigures = {"chips", "step", "hours", "on demand", "MFU"};
constexpr std::array kStatuses = {"done", "does_not_fit", "impossible", "failed", "pending"};
/// A longer table is cut after its first rows.
constexpr std::size_t kMostRows = 100;
constexpr std::size_t kFirstRows = 40;
constexpr std::size_t kMostReasons = 20;

/// "link_GBps" for "platform.interconnect.link_GBps"
std::string short_key(const std::string& key) { return key.substr(key.rfind('.') + 1); }

bool has_chips_axis(const Study& study) {
  return std::any_of(study.dimensions.begin(), study.dimensions.end(), [](const Dimension& dimension) {
    return std::any_of(dimension.axes.begin(), dimension.axes.end(),
                       [](const Axis& axis) { return axis.key == "run.chips"; });
  });
}

std::size_t first_figure(const Study& study) { return has_chips_axis(study) ? 1 : 0; }

std::vector<results::Heading> headings(const Study& study) {
  std::vector<results::Heading> headings{{"point"}};
  for (const Dimension& dimension : study.dimensions) {
    for (const Axis& axis : dimension.axes) headings.push_back({short_key(axis.key), results::Align::left});
  }
  for (std::size_t i = first_figure(study); i < kFigures.size(); ++i) headings.push_back({kFigures[i]});
  return headings;
}

std::vector<std::string> figures(const run::RunResult& run) {
  const auto cost = run.cost_usd.find("on_demand");
  return {results::count(run.setup.chips) + (run.setup.what_if ? "*" : ""), results::duration(run.step.seconds.value),
          results::number(run.wall.seconds.value / 3600),
          cost != run.cost_usd.end() ? results::dollars(cost->second) : "-", results::percent(run.step.mfu)};
}

/// "does not fit" for "does_not_fit".
std::string in_words(std::string status) {
  std::replace(status.begin(), status.end(), '_', ' ');
  return status;
}

std::vector<std::string> row(const Sweep& sweep, std::size_t point) {
  const Study& study = sweep.study;
  std::vector<std::string> cells{std::to_string(point)};
  for (std::size_t i = 0; i < study.dimensions.size(); ++i) {
    for (const Axis& axis : study.dimensions[i].axes) cells.push_back(axis.values[study.index(i, point)].text);
  }
  const PointOutcome& outcome = sweep.outcomes[point];
  std::vector<std::string> shown(kFigures.size(), "-");
  if (const auto* run = std::get_if<run::RunResult>(&outcome)) shown = figures(*run);
  // What does not fit has figures on paper only: none here.
  if (status_of(outcome) != "done") {
    shown.assign(kFigures.size(), "-");
    shown[first_figure(study)] = in_words(status_of(outcome));
  }
  cells.insert(cells.end(), shown.begin() + static_cast<std::ptrdiff_t>(first_figure(study)), shown.end());
  return cells;
}

/// Points that share a reason.
struct ReasonCount {
  std::size_t first = 0;
  std::size_t points = 0;
};

/// Each reason once, with the points that it holds for, in the order of the first points.
std::string reasons_text(const Sweep& sweep) {
  std::map<std::string, ReasonCount> reasons;
  for (std::size_t point = 0; point < sweep.outcomes.size(); ++point) {
    std::string reason = short_reason_of(sweep.outcomes[point]);
    if (!reason.empty()) ++reasons.try_emplace(std::move(reason), ReasonCount{point, 0}).first->second.points;
  }
  if (reasons.empty()) return "";
  std::vector<std::pair<std::string, ReasonCount>> ordered(reasons.begin(), reasons.end());
  std::sort(ordered.begin(), ordered.end(),
            [](const auto& a, const auto& b) { return a.second.first < b.second.first; });
  results::TextTable table({{"points", results::Align::left}, {"why there is no result", results::Align::left}});
  for (std::size_t i = 0; i < std::min(ordered.size(), kMostReasons); ++i) {
    const auto& [reason, count] = ordered[i];
    table.add_words(count.points == 1
                        ? std::to_string(count.first)
                        : fmt::format("{}, {} in all", count.first, results::count(static_cast<int64_t>(count.points))),
                    reason);
  }
  std::string text = "\n" + table.text();
  if (ordered.size() > kMostReasons) text += fmt::format("and {} more reasons\n", ordered.size() - kMostReasons);
  return text;
}

Json axes_json(const std::vector<results::Column>& axes, std::size_t point) {
  Json json = Json::object();
  for (const results::Column& axis : axes) {
    std::visit([&](const auto& values) { json[axis.name] = values[point]; }, axis.values);
  }
  return json;
}

Json run_json(const run::RunResult& run) {
  Json json = results::to_json(run);
  json["simulation"].erase("wall_seconds");
  return json;
}

}  // namespace

std::size_t Sweep::count(const std::string& status) const {
  return static_cast<std::size_t>(std::count_if(
      outcomes.begin(), outcomes.end(), [&](const PointOutcome& outcome) { return status_of(outcome) == status; }));
}

std::string to_table(const Sweep& sweep) {
  const std::size_t points = sweep.outcomes.size();
  const std::size_t rows = points > kMostRows ? kFirstRows : points;
  results::TextTable table(headings(sweep.study));
  for (std::size_t point = 0; point < rows; ++point) table.add(row(sweep, point));
  std::string title = fmt::format("{}: {} points", sweep.study.name, results::count(static_cast<int64_t>(points)));
  for (const char* status : kStatuses) {
    const std::size_t count = sweep.count(status);
    if (count > 0) title += fmt::format(", {} {}", results::count(static_cast<int64_t>(count)), in_words(status));
  }
  std::string text = results::cut(title, 100) + "\n\n" + table.text();
  if (rows < points) {
    text += fmt::format("... {} more points: podsim export FILE.h5 --csv has all\n",
                        results::count(static_cast<int64_t>(points - rows)));
  }
  return text + reasons_text(sweep);
}

Json to_json(const Sweep& sweep) {
  Json json{{"schema", "podsim/sweep/1"}, {"name", sweep.study.name}, {"axes", Json::object()}};
  for (const char* status : kStatuses) json[status] = sweep.count(status);
  json["points"] = Json::array();
  for (const results::Column& axis : axis_values(sweep.study)) {
    std::visit([&](const auto& values) { json["axes"][axis.name] = values; }, axis.values);
  }
  const auto axes = axis_columns(sweep.study);
  for (std::size_t point = 0; point < sweep.outcomes.size(); ++point) {
    const PointOutcome& outcome = sweep.outcomes[point];
    Json entry{{"axes", axes_json(axes, point)}, {"status", status_of(outcome)}};
    const std::string reason = reason_of(outcome);
    if (!reason.empty()) entry["reason"] = reason;
    if (const auto* run = std::get_if<run::RunResult>(&outcome)) entry["run"] = run_json(*run);
    json["points"].push_back(std::move(entry));
  }
  return json;
}

results::StudyTable to_study_table(const Sweep& sweep) {
  results::StudyTable table;
  table.points = axis_columns(sweep.study);
  table.axes = axis_values(sweep.study);
  table.points_pending = static_cast<int64_t>(sweep.count("pending"));
  for (results::Column& column : result_columns(sweep.outcomes)) table.points.push_back(std::move(column));
  return table;
}

}  // namespace podsim::study
