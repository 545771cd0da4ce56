#include "study/report/compute_report.hpp"

#include "catalog/text/units.hpp"
#include "results/or_null.hpp"
#include "results/quantity.hpp"
#include "results/text.hpp"
#include "results/text_table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <string>
#include <utility>

namespace podsim::study {
namespace {

using LedgerJson = nlohmann::ordered_json;
using catalog::kPfsDayFlops;

constexpr std::size_t kLedgerColumns = 100;

std::optional<double> ratio(const std::optional<double>& a, const std::optional<double>& b) {
  return a && b ? std::optional(*a / *b) : std::nullopt;
}

std::string pfs_days_text(const std::optional<double>& flops) {
  if (!flops) return "-";
  const double days = *flops / kPfsDayFlops;
  return days < 0.001 ? fmt::format("{:.1e}", days) : results::number(days);
}

std::string ratio_text(const std::optional<double>& value) { return value ? fmt::format("{:.2f}", *value) : "-"; }

std::string published_text(const catalog::LedgerRow& row) {
  return (row.published_is_limit ? "< " : "") + pfs_days_text(row.published_flops);
}

std::vector<std::string> ledger_row(const LedgerEntry& entry) {
  return {(entry.frontier ? "* " : "  ") + entry.row.name,
          entry.row.month > 0 ? catalog::month_text(entry.row.month) : "-",
          pfs_days_text(entry.method_1_flops),
          pfs_days_text(entry.method_2_flops),
          pfs_days_text(entry.podsim_flops),
          entry.utilisation ? results::percent(*entry.utilisation) : "-",
          published_text(entry.row),
          ratio_text(ratio(entry.method_1_flops, entry.method_2_flops)),
          ratio_text(ratio(entry.podsim_flops, entry.row.published_flops))};
}

std::string fit_text() {
  return "least squares of log2 of the published operations over the months, frontier rows (above every row before "
         "them)";
}

std::string difference_text(const ComputeLedger& ledger) {
  const double doublings = std::log2(ledger.growth.factor);
  const double published = ledger.ledger.growth.doubling_months;
  return fmt::format(
      "The published {} months times the {:.1f} doublings are {:.1f} months, the line through the two ends, which are "
      "{:.0f} months apart here ({:.2f} months a doubling); the article does not print its months. The fit also sees "
      "the rows between, whose last years grow faster.",
      published, doublings, published * doublings, ledger.growth.months, ledger.growth.two_point_doubling_months);
}

std::string ledger_wrapped(const std::string& text) { return results::paragraph(text, kLedgerColumns); }

std::string growth_text(const ComputeLedger& ledger) {
  const catalog::PublishedGrowth& published = ledger.ledger.growth;
  return ledger_wrapped(fmt::format("From {} to {} the operations grow {} times (published {} times).", published.from,
                                    published.to, results::number(ledger.growth.factor),
                                    results::number(published.factor))) +
         ledger_wrapped(fmt::format("They double every {:.2f} months (published {}): {}.",
                                    ledger.growth.doubling_months, published.doubling_months, fit_text())) +
         ledger_wrapped(difference_text(ledger));
}

LedgerJson pfs_days_json(const std::optional<double>& flops) {
  return flops ? LedgerJson(*flops / kPfsDayFlops) : LedgerJson(nullptr);
}

LedgerJson ledger_row_json(const LedgerEntry& entry) {
  const catalog::LedgerRow& row = entry.row;
  LedgerJson json{{"name", row.name},
                  {"date", row.month > 0 ? LedgerJson(catalog::month_text(row.month)) : LedgerJson(nullptr)},
                  {"era", entry.era},
                  {"frontier", entry.frontier},
                  {"method_1_pfs_days", pfs_days_json(entry.method_1_flops)},
                  {"method_2_pfs_days", pfs_days_json(entry.method_2_flops)},
                  {"podsim_pfs_days", pfs_days_json(entry.podsim_flops)},
                  {"published_pfs_days", pfs_days_json(row.published_flops)},
                  {"published_is_limit", row.published_is_limit},
                  {"method_1_over_method_2", results::or_null(ratio(entry.method_1_flops, entry.method_2_flops))},
                  {"podsim_over_published", results::or_null(ratio(entry.podsim_flops, row.published_flops))},
                  {"workload", row.run ? LedgerJson(row.run->workload) : LedgerJson(nullptr)},
                  {"platform", row.run ? LedgerJson(row.run->platform) : LedgerJson(nullptr)},
                  {"chips", row.run ? LedgerJson(row.run->chips) : LedgerJson(nullptr)},
                  {"utilisation", results::or_null(entry.utilisation)},
                  {"wall_hours", results::or_null(entry.simulated_hours)}};
  if (!entry.reason.empty()) json["reason"] = entry.reason;
  if (!row.note.empty()) json["note"] = row.note;
  return json;
}

}  // namespace

std::string to_table(const ComputeLedger& ledger) {
  results::TextTable table({{"petaflop/s-days", results::Align::left},
                            {"date"},
                            {"method 1"},
                            {"method 2"},
                            {"podsim"},
                            {"util."},
                            {"published"},
                            {"1 / 2"},
                            {"p / publ."}});
  std::string notes;
  std::string era;
  for (const LedgerEntry& entry : ledger.entries) {
    if (entry.era != era)
      table.add({entry.era == "undated" ? "other workloads" : entry.era.substr(0, entry.era.find(':')), "", "", "", "",
                 "", "", "", ""});
    era = entry.era;
    table.add(ledger_row(entry));
    if (!entry.row.note.empty()) notes += ledger_wrapped(entry.row.name + ": " + entry.row.note);
    if (!entry.reason.empty()) notes += ledger_wrapped(entry.row.name + ": not simulated: " + entry.reason);
  }
  return table.text() +
         ledger_wrapped(
             "method 1: multiply-adds x 2 x 3 x examples (x 2 alone for self-play); method 2: chips x days x peak x "
             "assumed utilisation; podsim (p): operations of the workload's layers; util.: simulated share of the "
             "peak; "
             "* frontier") +
         "\n" + growth_text(ledger) + "\n" + notes;
}

LedgerJson to_json(const ComputeLedger& ledger) {
  const catalog::PublishedGrowth& published = ledger.ledger.growth;
  LedgerJson json{{"schema", "podsim/compute/1"},
                  {"ledger", ledger.ledger.name},
                  {"pfs_day_flops", kPfsDayFlops},
                  {"doubling_months", ledger.growth.doubling_months},
                  {"two_point_doubling_months", ledger.growth.two_point_doubling_months},
                  {"published_doubling_months", published.doubling_months},
                  {"fit", fit_text()},
                  {"difference", difference_text(ledger)},
                  {"growth",
                   {{"from", published.from},
                    {"to", published.to},
                    {"months", ledger.growth.months},
                    {"factor", ledger.growth.factor},
                    {"published_factor", published.factor}}},
                  {"rows", LedgerJson::array()}};
  for (const LedgerEntry& entry : ledger.entries) json["rows"].push_back(ledger_row_json(entry));
  return json;
}

}  // namespace podsim::study
