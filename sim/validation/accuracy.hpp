#pragma once

#include <optional>
#include <vector>

namespace podsim::validation {

/// A predicted time beside a measured one, both above 0, and the predicted interval.
struct Pair {
  double predicted_seconds = 0;
  double measured_seconds = 0;
  double low_seconds = 0;
  double high_seconds = 0;
};

/// How well predictions agree with measurements. Fractions, not percent.
struct Accuracy {
  int rows = 0;
  double mape = 0;            ///< mean of |predicted - measured| / measured
  double median = 0;          ///< of the same
  double p90 = 0;             ///< 90th percentile of the same
  double bias = 0;            ///< geometric mean of predicted / measured, less 1: below 0 is too fast
  double coverage = 0;        ///< share of the rows whose measurement lies in its interval
  double mean_coverage = 0;   ///< 1 where the mean measurement lies in the mean interval (logarithms), else 0
  double interval_score = 0;  ///< mean width in ln(time), plus 10 times each miss (Gneiting and Raftery 2007, 80 %)
};

/// Absent where there is no row.
std::optional<Accuracy> accuracy_of(const std::vector<Pair>& pairs);

/// Mean of each figure over the families that have it; `rows` is the sum.
std::optional<Accuracy> mean_of(const std::vector<std::optional<Accuracy>>& families);

/// Linear between the ranks; `values` is not empty, `share` from 0 to 1.
double quantile(std::vector<double> values, double share);

double mean(const std::vector<double>& values);

/// Spearman's rank correlation, ties at their mean rank; absent below three rows or where all are alike.
std::optional<double> rank_correlation(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace podsim::validation
