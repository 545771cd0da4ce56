#include "validation/baseline.hpp"

#include <cmath>
#include <cstddef>
#include <map>

namespace podsim::validation {
namespace {

struct LogMean {
  double sum = 0;
  int count = 0;

  void add(double logarithm) {
    sum += logarithm;
    ++count;
  }
  double value() const { return sum / count; }
};

bool same_chip(const Prediction& a, const Prediction& b) {
  return std::abs(a.peak_flops_per_second / b.peak_flops_per_second - 1) < 1e-6;
}

std::optional<double> utilisation_of_others(const FamilyPrediction& row, const std::vector<FamilyPrediction>& all,
                                            bool any_chip) {
  std::map<std::size_t, LogMean> families;
  for (const FamilyPrediction& other : all) {
    const Prediction& prediction = *other.prediction;
    if (other.family == row.family || prediction.flops == 0) continue;
    if (!any_chip && !same_chip(prediction, *row.prediction)) continue;
    families[other.family].add(std::log(utilisation(prediction, prediction.measured_seconds)));
  }
  if (families.empty()) return std::nullopt;
  LogMean mean;
  for (const auto& [family, logarithms] : families) mean.add(logarithms.value());
  return std::exp(mean.value());
}

}  // namespace

double utilisation(const Prediction& row, double seconds) {
  return row.flops / seconds / row.chips / row.peak_flops_per_second;
}

std::optional<double> constant_utilisation_seconds(const FamilyPrediction& row,
                                                   const std::vector<FamilyPrediction>& all) {
  if (row.prediction->flops == 0) return std::nullopt;
  auto reached = utilisation_of_others(row, all, false);
  if (!reached) reached = utilisation_of_others(row, all, true);
  if (!reached) return std::nullopt;
  return utilisation(*row.prediction, 1) / *reached;
}

double linear_scaling_seconds(const Prediction& row, const Prediction& anchor) {
  return anchor.measured_seconds * (row.flops / row.chips) / (anchor.flops / anchor.chips);
}

}  // namespace podsim::validation
