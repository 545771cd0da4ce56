#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace podsim::catalog {

/// Operations counted from the model: "method 1" of Amodei and Hernandez, "AI and Compute".
struct CountedOperations {
  double multiply_adds_per_example = 0;  ///< of one forward pass
  double examples = 0;                   ///< seen in all: examples of an epoch times epochs
  double passes = 3;                     ///< forward passes that one example costs: 3 in training, 1 to infer
};

/// Operations counted from the machine: "method 2" of the same article.
struct MachineTime {
  std::string chip;  ///< as the source names it
  double chips = 0;
  double days = 0;
  double peak_flops_per_second = 0;  ///< of one chip
  double utilisation = 0;            ///< assumed share of the peak
  double factor = 1;                 ///< from the run that is described to the one that counts
};

/// The run of a workload that is simulated for the ledger.
struct LedgerRun {
  std::string workload;  ///< catalogue name
  std::string platform;  ///< catalogue name
  int64_t chips = 0;
};

/// One training run.
struct LedgerRow {
  std::string name;
  int month = 0;  ///< months since the year 0: 12 x year + month - 1
  std::optional<CountedOperations> counted;
  std::optional<MachineTime> machine;
  std::optional<LedgerRun> run;
  std::optional<double> published_flops;  ///< the article's operations
  bool published_is_limit = false;        ///< "less than"
  std::string note;                       ///< what a reader must know; may be empty
};

/// The growth that an article publishes between two of the rows.
struct PublishedGrowth {
  std::string from;
  std::string to;
  double factor = 0;
  double doubling_months = 0;
};

/// Training runs and their operations, from `workloads/ledger/NAME.yaml`.
struct Ledger {
  std::string name;
  std::string description;
  PublishedGrowth growth;
  std::vector<LedgerRow> rows;  ///< in the order of their months
};

/// "2012-12"
std::string month_text(int month);

}  // namespace podsim::catalog
