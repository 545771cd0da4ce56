#include "validation/summary.hpp"

#include "validation/anchors.hpp"
#include "validation/baseline.hpp"

#include <optional>
#include <utility>

namespace podsim::validation {
namespace {

using RowList = std::vector<const RowResult*>;

Pair pair_of(const run::Interval& predicted, double measured) {
  return {.predicted_seconds = predicted.value,
          .measured_seconds = measured,
          .low_seconds = predicted.low,
          .high_seconds = predicted.high};
}

run::Interval fixed(double seconds) {
  return {.value = seconds, .low = seconds / kFixedFactor, .high = seconds * kFixedFactor};
}

/// Accuracy of what `of` gives, over the rows for which it gives something.
template <typename Function>
std::optional<Accuracy> accuracy(const RowList& rows, const Function& of) {
  std::vector<Pair> pairs;
  for (const RowResult* row : rows) {
    const std::optional<run::Interval> predicted = of(*row);
    if (predicted) pairs.push_back(pair_of(*predicted, row->blind.measured_seconds));
  }
  return accuracy_of(pairs);
}

std::optional<run::Interval> fixed(const std::optional<double>& seconds) {
  if (!seconds) return std::nullopt;
  return fixed(*seconds);
}

std::optional<double> utilisation_ranks(const RowList& rows) {
  std::vector<double> predicted;
  std::vector<double> measured;
  for (const RowResult* row : rows) {
    if (row->blind.flops == 0) continue;
    predicted.push_back(utilisation(row->blind, row->blind.seconds));
    measured.push_back(utilisation(row->blind, row->blind.measured_seconds));
  }
  return rank_correlation(predicted, measured);
}

template <typename Member>
std::optional<double> mean_number(const std::vector<Summary>& families, Member figure) {
  std::vector<double> values;
  for (const Summary& family : families) {
    if (family.*figure) values.push_back(*(family.*figure));
  }
  if (values.empty()) return std::nullopt;
  return mean(values);
}

}  // namespace

Summary summarize(std::string name, const RowList& rows, const std::vector<RowResult>& all) {
  using Optional = std::optional<run::Interval>;
  RowList done;
  for (const RowResult* row : rows) {
    if (row->failure.empty()) done.push_back(row);
  }
  const auto has_anchor = [](const RowResult& row) { return !row.anchor.empty(); };
  Summary summary;
  summary.name = std::move(name);
  summary.rows = static_cast<int>(rows.size());
  summary.failed = static_cast<int>(rows.size() - done.size());
  summary.blind = accuracy(done, [](const RowResult& row) { return Optional(row.blind_seconds()); });
  summary.stack_class = accuracy(done, [](const RowResult& row) { return Optional(row.class_seconds); });
  summary.left_out = accuracy(done, [](const RowResult& row) { return Optional(row.left_out_seconds); });
  summary.anchor = accuracy(
      done, [&](const RowResult& row) { return has_anchor(row) ? Optional(row.anchor_seconds) : std::nullopt; });
  summary.constant_utilisation =
      accuracy(done, [](const RowResult& row) { return fixed(row.constant_utilisation_seconds); });
  summary.linear_scaling = accuracy(done, [](const RowResult& row) { return fixed(row.linear_scaling_seconds); });
  summary.fixed_factor = accuracy(done, [](const RowResult& row) { return Optional(fixed(row.blind.seconds)); });
  summary.scaling_error = scaling_error(done, all);
  summary.rank_correlation = utilisation_ranks(done);
  return summary;
}

Summary mean_summary(const std::vector<Summary>& families) {
  Summary result;
  result.name = "mean of families";
  for (const Summary& family : families) {
    result.rows += family.rows;
    result.failed += family.failed;
  }
  for (const auto mode : {&Summary::blind, &Summary::stack_class, &Summary::left_out, &Summary::anchor,
                          &Summary::constant_utilisation, &Summary::linear_scaling, &Summary::fixed_factor}) {
    std::vector<std::optional<Accuracy>> figures;
    for (const Summary& family : families) figures.push_back(family.*mode);
    result.*mode = mean_of(figures);
  }
  result.scaling_error = mean_number(families, &Summary::scaling_error);
  result.rank_correlation = mean_number(families, &Summary::rank_correlation);
  return result;
}

}  // namespace podsim::validation
