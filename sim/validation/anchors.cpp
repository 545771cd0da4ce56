#include "validation/anchors.hpp"

#include "run/account/calibration.hpp"
#include "validation/baseline.hpp"
#include "validation/model_constants.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace podsim::validation {
namespace {

const RowResult& with_id(const std::vector<RowResult>& rows, const RowResult& near, const std::string& id) {
  return *std::find_if(rows.begin(), rows.end(),
                       [&](const RowResult& row) { return row.family == near.family && row.run->id == id; });
}

double implied_scale(const Prediction& prediction) {
  return run::implied_device_scale(prediction.breakdown, prediction.measured_seconds);
}

std::string refusal(const Prediction& anchor) {
  if (const auto bound = run::why_no_anchor(anchor.breakdown)) return *bound;
  return implied_scale(anchor) < kLeastScale ? "network" : "";
}

/// FLOPs per second and chip over those of the anchor.
double efficiency(const Prediction& row, double row_seconds, const Prediction& anchor, double anchor_seconds) {
  return (row.flops / row_seconds / row.chips) / (anchor.flops / anchor_seconds / anchor.chips);
}

std::optional<double> scaling_error_of(const RowResult& row, const std::vector<RowResult>& all) {
  const Prediction& blind = row.blind;
  if (row.run->quantity == Quantity::scaling_efficiency) {
    return std::abs(1 / blind.seconds - 1 / blind.measured_seconds);
  }
  if (row.anchor.empty()) return std::nullopt;
  const Prediction& anchor = with_id(all, row, row.anchor).blind;
  return std::abs(efficiency(blind, blind.seconds, anchor, anchor.seconds) -
                  efficiency(blind, blind.measured_seconds, anchor, anchor.measured_seconds));
}

}  // namespace

void find_anchors(std::vector<RowResult>& rows) {
  std::map<std::pair<std::size_t, std::string>, const RowResult*> smallest;
  const auto key = [](const RowResult& row) { return std::pair(row.family, *row.run->group); };
  const auto grouped = [](const RowResult& row) {
    return row.failure.empty() && row.run->group && row.run->quantity != Quantity::scaling_efficiency;
  };
  for (const RowResult& row : rows) {
    if (!grouped(row)) continue;
    const RowResult*& anchor = smallest[key(row)];
    if (anchor == nullptr || row.blind.chips < anchor->blind.chips) anchor = &row;
  }
  for (RowResult& row : rows) {
    if (!grouped(row) || smallest[key(row)] == &row) continue;
    const RowResult& anchor = *smallest[key(row)];
    row.anchor = anchor.run->id;
    row.anchor_refused = refusal(anchor.blind);
    row.linear_scaling_seconds = linear_scaling_seconds(row.blind, anchor.blind);
  }
}

double anchor_scale(const RowResult& row, const std::vector<RowResult>& rows) {
  if (row.anchor.empty() || !row.anchor_refused.empty()) return 1;
  return run::shrunk_device_scale(implied_scale(with_id(rows, row, row.anchor).blind));
}

std::optional<double> scaling_error(const std::vector<const RowResult*>& rows, const std::vector<RowResult>& all) {
  std::vector<double> errors;
  for (const RowResult* row : rows) {
    if (const auto error = scaling_error_of(*row, all)) errors.push_back(*error);
  }
  if (errors.empty()) return std::nullopt;
  return mean(errors);
}

}  // namespace podsim::validation
