#include "study/report/explain_report.hpp"

#include "catalog/text/units.hpp"
#include "results/json.hpp"
#include "results/quantity.hpp"
#include "results/text.hpp"
#include "results/text_table.hpp"
#include "run/elasticity.hpp"
#include "study/answer/critical_path.hpp"
#include "study/answer/path_groups.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace podsim::study {
namespace {

using ExplainJson = nlohmann::ordered_json;

constexpr std::size_t kLongestOperations = 5;
constexpr std::size_t kPathLines = 36;  ///< of a critical path: more are put together
constexpr std::size_t kExplainColumns = 100;

Improvement improvement(const run::RunResult& result, const std::string& resource, double better_step_seconds) {
  const double step = result.step.seconds.value;
  const double share_saved = 1 - better_step_seconds / step;
  const double seconds_saved = share_saved * result.wall.parts.steps_seconds;
  const auto cost = result.cost_usd.find("on_demand");
  const double usd = cost == result.cost_usd.end() ? 0 : cost->second;
  return {.resource = resource,
          .elasticity = run::elasticity(step, better_step_seconds),
          .step_seconds = better_step_seconds,
          .hours_saved = seconds_saved / catalog::kHour,
          .usd_saved = usd * seconds_saved / result.wall.seconds.value};
}

std::string words(std::string resource) {
  std::replace(resource.begin(), resource.end(), '_', ' ');
  return resource;
}

std::string lines_of(const std::string& text) { return results::paragraph(text, kExplainColumns); }

std::string explain_title(const run::RunResult& result) {
  const auto cost = result.cost_usd.find("on_demand");
  return lines_of(
      fmt::format("{} on {} of {} ({}){}: {} a step, {} the run{}", result.setup.workload,
                  results::count(result.setup.chips, "chip"), result.setup.platform, result.setup.slice,
                  result.setup.what_if ? ", a what-if" : "", results::duration(result.step.seconds.value),
                  results::duration(result.wall.seconds.value),
                  cost == result.cost_usd.end() ? "" : ", " + results::dollars(cost->second) + " on demand"));
}

std::string improvement_table(const run::RunResult& result) {
  results::TextTable table(
      {{"10 % more of", results::Align::left}, {"elasticity"}, {"step"}, {"faster"}, {"hours saved"}, {"saved"}});
  for (const Improvement& better : improvements(result)) {
    if (std::abs(better.elasticity) < 0.0005) continue;
    table.add({words(better.resource), fmt::format("{:.3f}", better.elasticity), results::duration(better.step_seconds),
               results::percent(result.step.seconds.value / better.step_seconds - 1),
               results::number(better.hours_saved), results::dollars(better.usd_saved)});
  }
  return table.text();
}

/// The parts of the machine by their share, and what binds.
std::string binding_text(const run::RunResult& result) {
  std::string text = "At the pace of";
  for (const run::Elasticity& part : result.explanation.parts) {
    if (std::abs(part.value) < 0.005) continue;
    text += fmt::format("{} the {} {:.2f}", text.ends_with("of") ? "" : ",", part.resource, part.value);
  }
  text += fmt::format(" (sum {:.2f}).", elasticity_sum(result.explanation.parts));
  const std::string resource = run::binding(result);
  if (resource.find('+') != std::string::npos) {
    return lines_of(text) + fmt::format("Binds: {}, equally slow: only all of them faster help.\n", words(resource));
  }
  if (resource == "host") {
    return lines_of(text) + lines_of(fmt::format("Binds: host, by the times of the stack {} (podsim show {}).",
                                                 result.setup.stack, result.setup.stack));
  }
  const std::string part = run::part_of(resource);
  return lines_of(text) +
         fmt::format("Binds: {}{}.\n", words(resource), part == resource ? "" : ", the largest of the " + part);
}

std::string part_text(const PathPart& part) {
  if (part.category == "wait") return "wait for the network, " + part.longest;
  if (part.operations == 1) return part.longest.empty() ? part.category : part.category + ", " + part.longest;
  return fmt::format("{}, {} operations, the longest {}", part.category, results::count(part.operations), part.longest);
}

/// "24 times: forward 9.80 s, wait 1.20 s (all-gather of tensor)".
std::string group_text(const PathGroup& group) {
  if (group.parts == 1) return part_text(group.part);
  std::string text = group.times > 1 ? fmt::format("{} times: ", results::count(group.times))
                                     : fmt::format("{} parts: ", results::count(group.parts));
  for (const PathShare& share : group.shares) {
    const bool wait = share.category == "wait";
    text += fmt::format("{}{} {}{}", &share == &group.shares.front() ? "" : ", ", share.category,
                        results::duration(share.seconds), wait ? " (" + share.longest + ")" : "");
  }
  return text;
}

std::string path_text(const run::PhaseResult& phase, bool alone) {
  results::TextTable table(
      {{"time"}, {"share"}, {"critical path" + (alone ? "" : " of " + phase.name), results::Align::left}});
  for (const PathGroup& group : path_groups(critical_path(phase), kPathLines)) {
    table.add(
        {results::duration(group.seconds), results::percent(group.seconds / phase.step_seconds), group_text(group)});
  }
  std::string names;
  for (const OperationTotal& total : longest_operations(phase, kLongestOperations)) {
    names += fmt::format("{}{} {}", names.empty() ? "" : ", ", total.name,
                         results::percent(total.seconds / phase.step_seconds));
  }
  return "\n" + table.text() + lines_of("longest: " + names);
}

ExplainJson path_json(const run::PhaseResult& phase) {
  ExplainJson json = ExplainJson::array();
  for (const PathPart& part : critical_path(phase)) {
    json.push_back({{"seconds", part.seconds},
                    {"category", part.category},
                    {"operations", part.operations},
                    {"longest", part.longest}});
  }
  return json;
}

ExplainJson shares_json(const std::vector<run::Elasticity>& shares) {
  ExplainJson json = ExplainJson::object();
  for (const run::Elasticity& share : shares) json[share.resource] = share.value;
  return json;
}

ExplainJson operations_json(const run::PhaseResult& phase) {
  ExplainJson json = ExplainJson::array();
  for (const OperationTotal& total : longest_operations(phase, kLongestOperations)) {
    json.push_back({{"name", total.name}, {"count", total.count}, {"seconds", total.seconds}});
  }
  return json;
}

}  // namespace

std::vector<Improvement> improvements(const run::RunResult& result) {
  std::vector<Improvement> all;
  for (const run::Elasticity& elasticity : result.explanation.resources) {
    all.push_back(
        improvement(result, elasticity.resource, run::better_seconds(result.step.seconds.value, elasticity.value)));
  }
  const double hidden = 0.1 * result.step.breakdown.exposed_communication_seconds;
  all.push_back(improvement(result, "overlap", result.step.seconds.value - hidden));
  return all;
}

double elasticity_sum(const std::vector<run::Elasticity>& elasticities) {
  double sum = 0;
  for (const run::Elasticity& elasticity : elasticities) sum += elasticity.value;
  return sum;
}

std::string explain_table(const run::RunResult& result) {
  std::string text = explain_title(result) + "\n" + improvement_table(result);
  text += fmt::format("sum of the resources {:.2f}\n\n", elasticity_sum(result.explanation.resources));
  text += binding_text(result);
  text += lines_of(
      "(elasticity: the share of the step at the pace of it; overlap: a tenth of the communication that is waited for "
      "hidden, not in the sum)");
  for (const run::PhaseResult& phase : result.step.phases) text += path_text(phase, result.step.phases.size() == 1);
  for (const std::string& note : result.notes) text += lines_of("note: " + note);
  return text;
}

ExplainJson explain_json(const run::RunResult& result) {
  ExplainJson json{{"schema", "podsim/explain/1"}};
  json["binds"] = run::binding(result);
  json["elasticity_sum"] = elasticity_sum(result.explanation.resources);
  json["part_elasticities"] = shares_json(result.explanation.parts);
  json["link_losses"] = shares_json(result.explanation.links);
  json["part_elasticity_sum"] = elasticity_sum(result.explanation.parts);
  json["improvements"] = ExplainJson::array();
  for (const Improvement& better : improvements(result)) {
    json["improvements"].push_back({{"resource", better.resource},
                                    {"elasticity", better.elasticity},
                                    {"step_seconds", better.step_seconds},
                                    {"hours_saved", better.hours_saved},
                                    {"usd_saved", better.usd_saved}});
  }
  json["phases"] = ExplainJson::array();
  for (const run::PhaseResult& phase : result.step.phases) {
    json["phases"].push_back(
        {{"name", phase.name}, {"critical_path", path_json(phase)}, {"longest_operations", operations_json(phase)}});
  }
  json["run"] = results::to_json(result);
  return json;
}

}  // namespace podsim::study
