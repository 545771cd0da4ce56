#include "results/or_null.hpp"
#include "results/run_json.hpp"
#include "validation/report.hpp"

#include <nlohmann/json.hpp>

namespace podsim::validation {
namespace {

using Json = nlohmann::ordered_json;

Json accuracy_json(const std::optional<Accuracy>& accuracy) {
  if (!accuracy) return nullptr;
  return {{"rows", accuracy->rows},
          {"mape", accuracy->mape},
          {"median", accuracy->median},
          {"p90", accuracy->p90},
          {"bias", accuracy->bias},
          {"coverage", accuracy->coverage},
          {"mean_coverage", accuracy->mean_coverage},
          {"interval_score", accuracy->interval_score}};
}

Json summary_json(const Summary& summary) {
  return {{"name", summary.name},
          {"rows", summary.rows},
          {"failed", summary.failed},
          {"blind", accuracy_json(summary.blind)},
          {"class", accuracy_json(summary.stack_class)},
          {"row_out", accuracy_json(summary.left_out)},
          {"anchor", accuracy_json(summary.anchor)},
          {"constant_utilisation", accuracy_json(summary.constant_utilisation)},
          {"linear_scaling", accuracy_json(summary.linear_scaling)},
          {"fixed_factor", accuracy_json(summary.fixed_factor)},
          {"scaling_efficiency_error", results::or_null(summary.scaling_error)},
          {"rank_correlation", results::or_null(summary.rank_correlation)}};
}

Json interval_json(const run::Interval& interval) {
  return {{"seconds", interval.value}, {"low", interval.low}, {"high", interval.high}};
}

Json anchor_json(const RowResult& row) {
  if (row.anchor.empty()) return nullptr;
  Json json = interval_json(row.anchor_seconds);
  json["anchor"] = row.anchor;
  json["refused"] = row.anchor_refused.empty() ? Json(nullptr) : Json(row.anchor_refused);
  return json;
}

void put_predictions(Json& json, const RowResult& row) {
  const Prediction& blind = row.blind;
  json["stack"] = blind.stack;
  json["class_name"] = row.stack_class();
  json["chips"] = blind.chips;
  json["fits"] = blind.fits;
  json["measured_seconds"] = blind.measured_seconds;
  json["bound_seconds"] = blind.bound_seconds;
  json["steps"] = blind.steps;
  json["flops"] = blind.flops;
  json["breakdown_seconds"] = results::breakdown_json(blind.breakdown);
  json["blind"] = interval_json(row.blind_seconds());
  json["class"] = interval_json(row.class_seconds);
  json["class"]["device_scale"] = row.class_constants.device_scale;
  json["class"]["fixed_seconds"] = row.class_constants.fixed_seconds;
  json["class"]["per_doubling_seconds"] = row.class_constants.per_doubling_seconds;
  json["row_out"] = interval_json(row.left_out_seconds);
  json["anchor"] = anchor_json(row);
  json["constant_utilisation_seconds"] = results::or_null(row.constant_utilisation_seconds);
  json["linear_scaling_seconds"] = results::or_null(row.linear_scaling_seconds);
}

Json row_json(const Validation& validation, const RowResult& row) {
  const MeasuredRun& run = *row.run;
  Json json{{"id", run.id},
            {"family", validation.families[row.family]},
            {"quantity", name_of(run.quantity)},
            {"published", run.value},
            {"counts", run.counts},
            {"source", run.source}};
  if (row.failure.empty()) {
    put_predictions(json, row);
  } else {
    json["failure"] = row.failure;
  }
  return json;
}

}  // namespace

Json to_json(const Validation& validation) {
  Json json{{"schema", "podsim/validate/1"}, {"families", Json::array()}};
  for (const Summary& family : validation.summaries) json["families"].push_back(summary_json(family));
  json["family_mean"] = summary_json(validation.family_mean);
  json["all_rows"] = summary_json(validation.all_rows);
  json["rows"] = Json::array();
  for (const RowResult& row : validation.rows) json["rows"].push_back(row_json(validation, row));
  json["unscored"] = Json::array();
  for (const MeasuredRun* run : validation.unscored) {
    json["unscored"].push_back({{"id", run->id}, {"why", *run->unscored}});
  }
  return json;
}

}  // namespace podsim::validation
