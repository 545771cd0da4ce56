#include "study/report/scale_report.hpp"

#include "catalog/text/units.hpp"
#include "results/json.hpp"
#include "results/or_null.hpp"
#include "results/quantity.hpp"
#include "results/text.hpp"
#include "results/text_table.hpp"
#include "study/point/result_columns.hpp"
#include "study/report/scale_limits.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace podsim::study {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kColumns = 100;

const run::RunResult* result_of(const ScalePoint& point) { return std::get_if<run::RunResult>(&point.outcome); }

const run::RunResult& first_result(const Scaling& scaling) {
  const auto first = std::find_if(scaling.points.begin(), scaling.points.end(),
                                  [](const ScalePoint& point) { return result_of(point) != nullptr; });
  return std::get<run::RunResult>(first->outcome);
}

std::string wrapped(const std::string& text) { return results::paragraph(text, kColumns); }

std::string title(const Scaling& scaling) {
  const run::RunResult& first = first_result(scaling);
  const std::string batch =
      scaling.mode == ScaleMode::strong
          ? fmt::format("{} examples per step at every size", results::count(first.plan.global_batch()))
          : fmt::format("{} examples per step and rank at every size", results::number(first.plan.local_batch));
  return wrapped(fmt::format("{} scaling of {} on {}, stack {}: {}",
                             scaling.mode == ScaleMode::strong ? "Strong" : "Weak", first.setup.workload,
                             first.setup.platform, first.setup.stack, batch));
}

std::string marginal_text(const ScalePoint& point) {
  if (!point.gain || !point.gain->usd_per_hour_saved) return "-";
  const double usd = *point.gain->usd_per_hour_saved;
  return usd < 0 ? "cheaper" : results::dollars(usd);
}

std::vector<std::string> row(const ScalePoint& point) {
  const run::RunResult& run = *result_of(point);
  const auto cost = run.cost_usd.find("on_demand");
  const double exposed = run.step.breakdown.exposed_communication_seconds / run.step.breakdown.total_seconds();
  return {results::count(run.setup.chips) + (run.setup.what_if ? "*" : " "),
          run.setup.slice,
          results::duration(run.step.seconds.value),
          results::number(run.step.examples_per_second),
          point.efficiency ? results::percent(*point.efficiency) : "-",
          results::number(run.wall.seconds.value / catalog::kHour),
          cost != run.cost_usd.end() ? results::dollars(cost->second) : "-",
          results::percent(exposed),
          point.binds.empty() ? "-" : short_resource(point.binds),
          marginal_text(point)};
}

std::string what_if_text(const Scaling& scaling) {
  const bool any = std::any_of(scaling.points.begin(), scaling.points.end(), [](const ScalePoint& point) {
    return result_of(point) != nullptr && result_of(point)->setup.what_if;
  });
  return any ? "* larger than the real machine: a what-if\n" : "";
}

/// "1 chip", "16, 32 chips"
std::string chips_of(const std::string& counts) { return counts + (counts == "1" ? " chip" : " chips"); }

std::string misfit_text(const Scaling& scaling) {
  std::string chips;
  for (const ScalePoint& point : scaling.points) {
    const run::RunResult* run = result_of(point);
    if (run != nullptr && !run->memory.fits()) chips += (chips.empty() ? "" : ", ") + results::count(run->setup.chips);
  }
  return chips.empty()
             ? ""
             : wrapped(fmt::format("does not fit into memory on {}: shown as if it did, and left out of the curve",
                                   chips_of(chips)));
}

/// Sizes one after the other that fit into memory in the same way, a line for each way.
std::string fitting_text(const Scaling& scaling) {
  std::vector<std::pair<std::string, std::string>> ways;  // how, and on how many chips
  for (const ScalePoint& point : scaling.points) {
    const run::RunResult* run = result_of(point);
    if (run == nullptr || point.to_fit.empty()) continue;
    if (ways.empty() || ways.back().first != point.to_fit) {
      ways.emplace_back(point.to_fit, results::count(run->setup.chips));
    } else {
      ways.back().second += ", " + results::count(run->setup.chips);
    }
  }
  std::string text;
  for (const auto& [words, chips] : ways)
    text += wrapped(fmt::format("to fit into memory on {}: {}", chips_of(chips), words));
  for (const ScalePoint& point : scaling.points) {
    if (point.layout.empty()) continue;
    text += wrapped(fmt::format("layout on {}: {}", results::count(point.chips, "chip"), point.layout));
  }
  return text;
}

/// The notes that hold for every size; the others are in the JSON.
std::string notes_text(const Scaling& scaling) {
  std::string text;
  for (const std::string& note : first_result(scaling).notes) {
    const bool shared = std::all_of(scaling.points.begin(), scaling.points.end(), [&](const ScalePoint& point) {
      const run::RunResult* run = result_of(point);
      return run == nullptr || std::find(run->notes.begin(), run->notes.end(), note) != run->notes.end();
    });
    if (shared) text += wrapped("note: " + note);
  }
  return text;
}

std::string speed_words(double speedup) {
  return speedup >= 1 ? fmt::format("{:.2f} times faster", speedup) : fmt::format("{:.2f} times slower", 1 / speedup);
}

std::string cost_words(const Gain& gain) {
  if (!gain.extra_cost) return "";
  const double percent = 100 * *gain.extra_cost;
  return fmt::format(" for {:.0f} % {} dollars", std::abs(percent), percent < 0 ? "fewer" : "more");
}

std::string rule_text(const Knee& knee) {
  return fmt::format("the last number of chips up to which each doubling makes the run at least {} times faster",
                     knee.least_gain);
}

std::string answer_text(const Scaling& scaling) {
  const Knee& knee = scaling.knee;
  const auto fits = [](const ScalePoint& point) { return point.efficiency.has_value(); };
  if (std::none_of(scaling.points.begin(), scaling.points.end(), fits)) {
    return "No size in this range fits into memory: take more chips or a smaller --batch.";
  }
  if (!knee.next) {
    return fmt::format("Only {} chips can run in this range: a knee needs two sizes.",
                       results::count(std::find_if(scaling.points.begin(), scaling.points.end(), fits)->chips));
  }
  const std::string speed = "makes the run " + speed_words(knee.next->speedup);
  const std::string cost = cost_words(*knee.next) + ".";
  if (!knee.chips) return "No knee in this range: its last size still " + speed + " than the one before" + cost;
  const std::string next = *knee.next_chips == 2 * *knee.chips
                               ? std::string("the next doubling")
                               : fmt::format("going on to {} chips", results::count(*knee.next_chips));
  return fmt::format("The knee is at {} chips: {} {}{}", results::count(*knee.chips), next, speed, cost);
}

Json gain_json(const std::optional<Gain>& gain) {
  if (!gain) return nullptr;
  return {{"speedup", gain->speedup},
          {"speedup_per_doubling", gain->speedup_per_doubling},
          {"extra_cost", results::or_null(gain->extra_cost)},
          {"usd_per_hour_saved", results::or_null(gain->usd_per_hour_saved)}};
}

Json point_json(const ScalePoint& point) {
  const run::RunResult* run = result_of(point);
  if (run == nullptr) {
    return {{"chips", point.chips}, {"status", status_of(point.outcome)}, {"reason", reason_of(point.outcome)}};
  }
  Json json = results::to_json(*run);
  json["status"] = status_of(point.outcome);
  json["to_fit"] = point.to_fit;
  if (!point.layout.empty()) json["layout_options"] = point.layout;
  json["efficiency"] = results::or_null(point.efficiency);
  json["gain"] = gain_json(point.gain);
  json["binds"] = point.binds;
  return json;
}

results::Column gain_column(const Scaling& scaling, std::string name, std::string unit,
                            std::optional<double> (*of)(const Gain&)) {
  std::vector<double> values;
  for (const ScalePoint& point : scaling.points) {
    const auto value = point.gain ? of(*point.gain) : std::nullopt;
    values.push_back(value.value_or(std::numeric_limits<double>::quiet_NaN()));
  }
  return {std::move(name), std::move(unit), std::move(values)};
}

}  // namespace

std::string knee_text(const Scaling& scaling) {
  return wrapped(answer_text(scaling)) + wrapped("(knee: " + rule_text(scaling.knee) + ")");
}

std::string to_table(const Scaling& scaling) {
  results::TextTable table({{"chips "},
                            {"slice", results::Align::left},
                            {"step"},
                            {"examples/s"},
                            {"effic."},
                            {"hours"},
                            {"on demand"},
                            {"exposed"},
                            {"binds", results::Align::left},
                            {"$/hour saved"}});
  for (const ScalePoint& point : scaling.points) {
    if (result_of(point) != nullptr) {
      table.add(row(point));
    } else {
      table.add_words(results::count(point.chips) + " ",
                      short_reason_of(point.outcome) + (point.binds.empty() ? "" : " (binds: " + point.binds + ")"));
    }
  }
  return title(scaling) + "\n" + table.text() + what_if_text(scaling) + misfit_text(scaling) + fitting_text(scaling) +
         dividing_batch_text(scaling) + speedup_chart(scaling) + "\n" + knee_text(scaling) + limits_text(scaling) +
         notes_text(scaling);
}

Json to_json(const Scaling& scaling) {
  const run::RunResult& first = first_result(scaling);
  Json json{{"schema", "podsim/scale/1"},
            {"workload", first.setup.workload},
            {"platform", first.setup.platform},
            {"stack", first.setup.stack},
            {"mode", scaling.mode == ScaleMode::strong ? "strong" : "weak"},
            {"points", Json::array()}};
  for (const ScalePoint& point : scaling.points) json["points"].push_back(point_json(point));
  const Knee& knee = scaling.knee;
  json["knee"] = {{"chips", results::or_null(knee.chips)}, {"rule", rule_text(knee)},
                  {"least_gain", knee.least_gain},         {"next_chips", results::or_null(knee.next_chips)},
                  {"gain", gain_json(knee.next)},          {"text", answer_text(scaling)}};
  json["limits"] = limits_json(scaling);
  return json;
}

results::StudyTable to_study_table(const Scaling& scaling) {
  std::vector<int64_t> chips;
  std::vector<double> efficiency;
  std::vector<PointOutcome> outcomes;
  for (const ScalePoint& point : scaling.points) {
    chips.push_back(point.chips);
    efficiency.push_back(point.efficiency.value_or(std::numeric_limits<double>::quiet_NaN()));
    outcomes.push_back(point.outcome);
  }
  results::StudyTable table{{{"run.chips", "", chips}}, {{"run.chips", "", chips}}};
  for (results::Column& column : result_columns(outcomes)) table.points.push_back(std::move(column));
  table.points.push_back({"efficiency", "1", std::move(efficiency)});
  table.points.push_back(
      gain_column(scaling, "speedup", "1", [](const Gain& gain) { return std::optional(gain.speedup); }));
  table.points.push_back(gain_column(scaling, "extra_cost", "1", [](const Gain& gain) { return gain.extra_cost; }));
  table.points.push_back(
      gain_column(scaling, "usd_per_hour_saved", "USD/h", [](const Gain& gain) { return gain.usd_per_hour_saved; }));
  std::vector<std::string> binds;
  for (const ScalePoint& point : scaling.points) binds.push_back(point.binds);
  table.points.push_back({"binds", "", std::move(binds)});
  table.points.push_back(limits_column(scaling));
  for (results::Column& column : elasticity_columns(scaling)) table.points.push_back(std::move(column));
  return table;
}

}  // namespace podsim::study
