#include "study/point/outcome_text.hpp"

#include "results/json.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace podsim::study {
namespace {

nlohmann::ordered_json outcome_to_json(const PointOutcome& outcome) {
  if (const auto* run = std::get_if<run::RunResult>(&outcome))
    return {{"status", "run"}, {"run", results::to_json(*run)}};
  return {{"status", status_of(outcome)}, {"reason", reason_of(outcome)}};
}

PointOutcome outcome_from_json(const nlohmann::ordered_json& json) {
  const std::string status = json.at("status");
  if (status == "run") return results::run_result_from_json(json.at("run"));
  std::string reason = json.at("reason");
  if (status == "impossible") return run::ImpossibleRun{std::move(reason)};
  return FailedRun{std::move(reason)};
}

}  // namespace

std::string outcomes_to_text(const std::vector<PointOutcome>& outcomes) {
  auto json = nlohmann::ordered_json::array();
  for (const PointOutcome& outcome : outcomes) json.push_back(outcome_to_json(outcome));
  std::string text;
  nlohmann::ordered_json::to_msgpack(json, text);
  return text;
}

std::vector<PointOutcome> outcomes_from_text(std::string_view text) {
  std::vector<PointOutcome> outcomes;
  for (const auto& json : nlohmann::ordered_json::from_msgpack(text.begin(), text.end())) {
    outcomes.push_back(outcome_from_json(json));
  }
  return outcomes;
}

}  // namespace podsim::study
