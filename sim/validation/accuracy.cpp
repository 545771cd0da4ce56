#include "validation/accuracy.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace podsim::validation {
namespace {

/// An 80 % interval leaves a fifth outside; the score charges 2/0.2 for each unit of a miss.
constexpr double kMissCharge = 10;

double error_of(const Pair& pair) { return std::abs(pair.predicted_seconds / pair.measured_seconds - 1); }

double score_of(const Pair& pair) {
  const double measured = std::log(pair.measured_seconds);
  const double low = std::log(pair.low_seconds);
  const double high = std::log(pair.high_seconds);
  return high - low + kMissCharge * (std::max(0.0, low - measured) + std::max(0.0, measured - high));
}

bool covers(const Pair& pair) {
  return pair.low_seconds <= pair.measured_seconds && pair.measured_seconds <= pair.high_seconds;
}

/// Does the mean of ln(measured) lie between those of the interval's ends?
bool covers_mean(const std::vector<Pair>& pairs) {
  double below = 0;
  double above = 0;
  for (const Pair& pair : pairs) {
    below += std::log(pair.measured_seconds / pair.low_seconds);
    above += std::log(pair.high_seconds / pair.measured_seconds);
  }
  return below >= 0 && above >= 0;
}

template <typename Item, typename Function>
double mean_over(const std::vector<Item>& items, const Function& of) {
  double sum = 0;
  for (const Item& item : items) sum += of(item);
  return sum / static_cast<double>(items.size());
}

/// Ranks from 1, equal values at the mean of their ranks.
std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> result(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) ++last;
    for (std::size_t i = first; i <= last; ++i) result[order[i]] = 1 + static_cast<double>(first + last) / 2;
    first = last + 1;
  }
  return result;
}

}  // namespace

std::optional<Accuracy> accuracy_of(const std::vector<Pair>& pairs) {
  if (pairs.empty()) return std::nullopt;
  std::vector<double> errors;
  for (const Pair& pair : pairs) errors.push_back(error_of(pair));
  const double log_ratio =
      mean_over(pairs, [](const Pair& pair) { return std::log(pair.predicted_seconds / pair.measured_seconds); });
  return Accuracy{.rows = static_cast<int>(pairs.size()),
                  .mape = mean(errors),
                  .median = quantile(errors, 0.5),
                  .p90 = quantile(errors, 0.9),
                  .bias = std::exp(log_ratio) - 1,
                  .coverage = mean_over(pairs, [](const Pair& pair) { return covers(pair) ? 1.0 : 0.0; }),
                  .mean_coverage = covers_mean(pairs) ? 1.0 : 0.0,
                  .interval_score = mean_over(pairs, score_of)};
}

std::optional<Accuracy> mean_of(const std::vector<std::optional<Accuracy>>& families) {
  std::vector<Accuracy> known;
  for (const auto& family : families) {
    if (family) known.push_back(*family);
  }
  if (known.empty()) return std::nullopt;
  Accuracy all;
  for (const Accuracy& family : known) all.rows += family.rows;
  for (const auto figure : {&Accuracy::mape, &Accuracy::median, &Accuracy::p90, &Accuracy::bias, &Accuracy::coverage,
                            &Accuracy::mean_coverage, &Accuracy::interval_score}) {
    all.*figure = mean_over(known, [&](const Accuracy& family) { return family.*figure; });
  }
  return all;
}

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const double position = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (position - static_cast<double>(below)) * (values[above] - values[below]);
}

double mean(const std::vector<double>& values) {
  return mean_over(values, [](double value) { return value; });
}

std::optional<double> rank_correlation(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() < 3) return std::nullopt;
  const std::vector<double> x = ranks(a);
  const std::vector<double> y = ranks(b);
  const double centre = static_cast<double>(a.size() + 1) / 2;
  double xy = 0;
  double xx = 0;
  double yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - centre) * (y[i] - centre);
    xx += (x[i] - centre) * (x[i] - centre);
    yy += (y[i] - centre) * (y[i] - centre);
  }
  if (xx == 0 || yy == 0) return std::nullopt;
  return xy / std::sqrt(xx * yy);
}

}  // namespace podsim::validation
