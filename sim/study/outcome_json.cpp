#include "study/outcome_json.hpp"

#include "results/json.hpp"

#include <nlohmann/json.hpp>

namespace podsim::study {
namespace {

nlohmann::ordered_json to_json(const PointOutcome& outcome) {
  nlohmann::ordered_json json{{"status", status_of(outcome)}};
  if (const auto* run = std::get_if<run::RunResult>(&outcome)) {
    json["run"] = results::to_json(*run);
  } else {
    json["reason"] = reason_of(outcome);
  }
  return json;
}

PointOutcome from_json(const nlohmann::ordered_json& json) {
  const std::string status = json.at("status");
  if (status == "done") return results::run_result_from_json(json.at("run"));
  std::string reason = json.at("reason");
  if (status == "impossible") return run::ImpossibleRun{std::move(reason)};
  return FailedRun{std::move(reason)};
}

}  // namespace

std::string outcomes_to_text(const std::vector<PointOutcome>& outcomes) {
  auto json = nlohmann::ordered_json::array();
  for (const PointOutcome& outcome : outcomes) json.push_back(to_json(outcome));
  return json.dump();
}

std::vector<PointOutcome> outcomes_from_text(const std::string& text) {
  std::vector<PointOutcome> outcomes;
  for (const auto& json : nlohmann::ordered_json::parse(text)) outcomes.push_back(from_json(json));
  return outcomes;
}

}  // namespace podsim::study
