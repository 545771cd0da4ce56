#include "results/quantity.hpp"
#include "results/text.hpp"
#include "results/text_table.hpp"
#include "validation/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace podsim::validation {
namespace {

constexpr std::size_t kColumns = 100;

std::string share(double fraction) { return fmt::format("{:.1f}", 100 * fraction); }

std::string share(const std::optional<double>& fraction) { return fraction ? share(*fraction) : "-"; }

std::string figure(const std::optional<Accuracy>& accuracy, double Accuracy::*figure) {
  return accuracy ? share((*accuracy).*figure) : "-";
}

std::string signed_share(double fraction) { return fmt::format("{:+.1f}", 100 * fraction); }

void add_errors(results::TextTable& table, const Summary& summary) {
  table.add({summary.name, std::to_string(summary.rows), figure(summary.blind, &Accuracy::mape),
             figure(summary.stack_class, &Accuracy::mape), figure(summary.left_out, &Accuracy::mape),
             figure(summary.anchor, &Accuracy::mape), figure(summary.constant_utilisation, &Accuracy::mape),
             figure(summary.linear_scaling, &Accuracy::mape)});
}

void add_details(results::TextTable& table, const Summary& summary) {
  const auto& blind = summary.blind;
  table.add({summary.name, figure(blind, &Accuracy::median), figure(blind, &Accuracy::p90),
             blind ? signed_share(blind->bias) : "-", share(summary.scaling_error),
             summary.rank_correlation ? fmt::format("{:.2f}", *summary.rank_correlation) : "-",
             figure(blind, &Accuracy::coverage), blind ? fmt::format("{:.3f}", blind->interval_score) : "-"});
}

std::string family_table(const Validation& validation, const std::vector<results::Heading>& headings,
                         void (*add)(results::TextTable&, const Summary&)) {
  results::TextTable table(headings);
  for (const Summary& family : validation.summaries) add(table, family);
  add(table, validation.family_mean);
  add(table, validation.all_rows);
  return table.text();
}

std::string errors_text(const Validation& validation) {
  return family_table(validation,
                      {{"mean error, %", results::Align::left},
                       {"rows"},
                       {"blind"},
                       {"class"},
                       {"row out"},
                       {"anchor"},
                       {"utilisation"},
                       {"linear"}},
                      add_errors);
}

std::string details_text(const Validation& validation) {
  return family_table(validation,
                      {{"blind, %", results::Align::left},
                       {"median"},
                       {"p90"},
                       {"bias"},
                       {"scaling"},
                       {"rank"},
                       {"in interval"},
                       {"score"}},
                      add_details);
}

void add_interval(results::TextTable& table, const std::string& name, const std::optional<Accuracy>& rows,
                  const std::optional<Accuracy>& families) {
  if (!rows || !families) return;
  table.add({name, std::to_string(rows->rows), share(rows->coverage), share(families->mean_coverage),
             fmt::format("{:.3f}", rows->interval_score), fmt::format("{:.3f}", families->interval_score)});
}

std::string intervals_text(const Validation& validation) {
  results::TextTable table({{"80 % interval", results::Align::left},
                            {"rows"},
                            {"rows in it, %"},
                            {"family means in it, %"},
                            {"score, rows"},
                            {"score, families"}});
  const Summary& rows = validation.all_rows;
  const Summary& families = validation.family_mean;
  add_interval(table, "blind", rows.blind, families.blind);
  add_interval(table, "class", rows.stack_class, families.stack_class);
  add_interval(table, "anchor", rows.anchor, families.anchor);
  add_interval(table, fmt::format("fixed factor {}", kFixedFactor), rows.fixed_factor, families.fixed_factor);
  return table.text();
}

std::string wrapped(const std::string& text) { return results::paragraph(text, kColumns); }

/// Each reason once, with its rows.
std::string failures_text(const Validation& validation) {
  std::map<std::string, std::vector<std::string>> reasons;
  for (const RowResult& row : validation.rows) {
    if (!row.failure.empty()) reasons[row.failure].push_back(row.run->id);
  }
  std::string text;
  for (const auto& [reason, ids] : reasons) {
    text += wrapped(fmt::format("no prediction for {}: {}", fmt::join(ids, ", "), reason));
  }
  return text.empty() ? "" : "\n" + text;
}

std::string ratio(double predicted, const RowResult& row) {
  return fmt::format("{:.2f}", predicted / row.blind.measured_seconds);
}

std::string ratio(const std::optional<double>& predicted, const RowResult& row) {
  return predicted ? ratio(*predicted, row) : "-";
}

std::string measured_text(const RowResult& row) {
  const double value = row.run->value;
  switch (row.run->quantity) {
    case Quantity::examples_per_second: return results::number(value) + "/s";
    case Quantity::scaling_efficiency: return results::percent(value);
    case Quantity::step_seconds:
    case Quantity::wall_seconds: break;
  }
  return results::duration(value);
}

void add_row(results::TextTable& table, const RowResult& row) {
  if (!row.failure.empty()) {
    table.add_words(row.run->id, "no prediction: " + row.failure);
    return;
  }
  const bool in =
      row.blind_seconds().low <= row.blind.measured_seconds && row.blind.measured_seconds <= row.blind_seconds().high;
  table.add({row.run->id, results::count(row.blind.chips), measured_text(row),
             ratio(row.blind.seconds, row) + (in ? " " : "!"), ratio(row.class_seconds.value, row),
             row.anchor.empty() ? "-" : ratio(row.anchor_seconds.value, row) + (row.anchor_refused.empty() ? "" : "*"),
             ratio(row.constant_utilisation_seconds, row), ratio(row.linear_scaling_seconds, row)});
}

}  // namespace

std::string to_table(const Validation& validation) {
  const std::string title = fmt::format("{} published runs in {} families: predicted beside measured times",
                                        validation.rows.size(), validation.summaries.size());
  const std::string modes = wrapped(
      "blind: the shipped constants. class: one constant from the other families of the software class. row out: from "
      "all other rows of the class. anchor: calibrated to the smallest run of a group, which is left out. utilisation: "
      "one FLOP utilisation from the other families of the chip. linear: linear scaling from the anchor.");
  const std::string figures = wrapped(
      "bias: below 0 is too fast. scaling: points of scaling efficiency. rank: correlation of utilisations. score: "
      "width in ln(time) and ten times each miss.");
  return title + "\n\n" + errors_text(validation) + modes + "\n" + details_text(validation) + figures + "\n" +
         intervals_text(validation) + failures_text(validation);
}

std::string to_row_table(const Validation& validation) {
  results::TextTable table({{"predicted over measured", results::Align::left},
                            {"chips"},
                            {"measured"},
                            {"blind"},
                            {"class"},
                            {"anchor"},
                            {"util."},
                            {"linear"}});
  for (const RowResult& row : validation.rows) add_row(table, row);
  std::string text = table.text();
  text += wrapped(
      "!: the measurement lies outside the blind interval. *: the anchor is not bound by its chips and was refused.");
  for (const MeasuredRun* run : validation.unscored) {
    text += wrapped(fmt::format("not scored: {}: {}", run->id, *run->unscored));
  }
  return text;
}

}  // namespace podsim::validation
