#include "validation/report.hpp"

#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace podsim::validation {
namespace {

using results::Column;

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

template <typename Function>
Column text_column(const Validation& validation, std::string name, const Function& of) {
  std::vector<std::string> values;
  for (const RowResult& row : validation.rows) values.push_back(of(row));
  return {std::move(name), "", std::move(values)};
}

/// Seconds of each row, NaN where there is no prediction.
template <typename Function>
Column number_column(const Validation& validation, std::string name, std::string unit, const Function& of) {
  std::vector<double> values;
  for (const RowResult& row : validation.rows) values.push_back(row.failure.empty() ? of(row) : kNothing);
  return {std::move(name), std::move(unit), std::move(values)};
}

void add_interval_columns(std::vector<Column>& columns, const Validation& validation, const std::string& mode,
                          run::Interval (*of)(const RowResult&)) {
  columns.push_back(
      number_column(validation, mode + "_seconds", "s", [&](const RowResult& row) { return of(row).value; }));
  columns.push_back(
      number_column(validation, mode + "_seconds_low", "s", [&](const RowResult& row) { return of(row).low; }));
  columns.push_back(
      number_column(validation, mode + "_seconds_high", "s", [&](const RowResult& row) { return of(row).high; }));
}

run::Interval anchored(const RowResult& row) {
  return row.anchor.empty() ? run::Interval{kNothing, kNothing, kNothing} : row.anchor_seconds;
}

}  // namespace

results::StudyTable to_study_table(const Validation& validation) {
  std::vector<Column> columns;
  columns.push_back(text_column(validation, "id", [](const RowResult& row) { return row.run->id; }));
  columns.push_back(
      text_column(validation, "family", [&](const RowResult& row) { return validation.families[row.family]; }));
  columns.push_back(text_column(validation, "stack", [](const RowResult& row) { return row.blind.stack; }));
  columns.push_back(text_column(validation, "reason", [](const RowResult& row) { return row.failure; }));
  columns.push_back(text_column(validation, "counts", [](const RowResult& row) { return row.run->counts; }));
  columns.push_back(
      number_column(validation, "chips", "1", [](const RowResult& row) { return double(row.blind.chips); }));
  columns.push_back(number_column(validation, "measured_seconds", "s",
                                  [](const RowResult& row) { return row.blind.measured_seconds; }));
  add_interval_columns(columns, validation, "blind", [](const RowResult& row) { return row.blind_seconds(); });
  add_interval_columns(columns, validation, "class", [](const RowResult& row) { return row.class_seconds; });
  add_interval_columns(columns, validation, "row_out", [](const RowResult& row) { return row.left_out_seconds; });
  add_interval_columns(columns, validation, "anchor", anchored);
  columns.push_back(number_column(validation, "constant_utilisation_seconds", "s", [](const RowResult& row) {
    return row.constant_utilisation_seconds.value_or(kNothing);
  }));
  columns.push_back(number_column(validation, "linear_scaling_seconds", "s",
                                  [](const RowResult& row) { return row.linear_scaling_seconds.value_or(kNothing); }));
  return {std::move(columns), {}};
}

}  // namespace podsim::validation
