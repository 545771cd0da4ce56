#pragma once

#include "catalog/lookup/catalog.hpp"
#include "catalog/spec/ledger.hpp"
#include "run/account/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace podsim::study {

/// One training run, counted in every way that its row allows. Operations are multiplications and additions.
struct LedgerEntry {
  catalog::LedgerRow row;
  std::optional<double> method_1_flops;   ///< multiply-adds x 2 x passes x examples
  std::optional<double> method_2_flops;   ///< chips x time x peak x assumed utilisation
  std::optional<double> podsim_flops;     ///< of the workload's layers, forward and backward, over its recipe
  std::optional<double> utilisation;      ///< simulated, of the data-sheet peak
  std::optional<double> simulated_hours;  ///< of the whole run
  std::string platform;                   ///< of the simulation
  std::string reason;                     ///< why there is no simulation
  std::string era;
  bool frontier = false;  ///< published figure above that of every row before it
};

/// How the published figures grow between two rows.
struct Growth {
  double factor = 0;           ///< the last published figure over the first
  double months = 0;           ///< between the two
  double doubling_months = 0;  ///< of the least-squares line through log2 of the frontier rows over the months
  double two_point_doubling_months = 0;  ///< of the line through the two rows alone
};

struct ComputeLedger {
  catalog::Ledger ledger;
  std::vector<LedgerEntry> entries;  ///< by month; catalogue workloads without a row last
  Growth growth;
};

/// Counts every row of the ledger and every workload of the catalogue, and simulates the runs that rows name.
ComputeLedger compute_ledger(const catalog::Catalog& catalog);

/// "2012 to mid-2014" and so on, as the article divides the years; "other workloads" without a date.
std::string era_of(std::optional<int> month);

/// Months in which `values` double: 1 over the slope of the least-squares line of log2 over `months`. At least two
/// different months.
double doubling_months(const std::vector<double>& months, const std::vector<double>& values);

/// Marks the frontier rows between the two rows of the ledger's growth and fits them.
Growth fit_growth(const catalog::PublishedGrowth& published, std::vector<LedgerEntry>& entries);

/// Operations of a workload over its whole recipe, counted layer by layer.
double recipe_flops(const catalog::Workload& workload);

}  // namespace podsim::study
