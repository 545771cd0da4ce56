#include "validation/accuracy.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace podsim;
using validation::Pair;

namespace {

Pair pair(double predicted, double measured) {
  return {.predicted_seconds = predicted,
          .measured_seconds = measured,
          .low_seconds = predicted / 1.25,
          .high_seconds = predicted * 1.25};
}

}  // namespace

TEST_CASE("no rows, no accuracy") { CHECK_FALSE(validation::accuracy_of({})); }

TEST_CASE("errors are relative to the measurement") {
  // 10 % too slow, 20 % too fast, exact
  const auto accuracy = *validation::accuracy_of({pair(110, 100), pair(80, 100), pair(7, 7)});
  CHECK(accuracy.rows == 3);
  CHECK(accuracy.mape == Approx(0.1));
  CHECK(accuracy.median == Approx(0.1));
  CHECK(accuracy.p90 == Approx(0.1 + 0.8 * 0.1));  // rank 1.8 of 0, 0.1, 0.2
  CHECK(accuracy.bias == Approx(std::cbrt(1.1 * 0.8) - 1));
}

TEST_CASE("coverage counts measurements inside the interval") {
  const auto accuracy = *validation::accuracy_of({pair(1, 1.2), pair(1, 1.3), pair(1, 0.81), pair(1, 0.79)});
  CHECK(accuracy.coverage == Approx(0.5));
}

TEST_CASE("the mean is covered where the errors cancel") {
  CHECK(validation::accuracy_of({pair(1, 1.3), pair(1, 1 / 1.3)})->mean_coverage == 1);
  CHECK(validation::accuracy_of({pair(1, 1.3), pair(1, 1.3)})->mean_coverage == 0);
}

TEST_CASE("the interval score is the width and ten times the miss, in logarithms") {
  const double width = 2 * std::log(1.25);
  CHECK(validation::accuracy_of({pair(1, 1)})->interval_score == Approx(width));
  CHECK(validation::accuracy_of({pair(1, 2.5)})->interval_score == Approx(width + 10 * std::log(2.0)));
  CHECK(validation::accuracy_of({pair(1, 0.4)})->interval_score == Approx(width + 10 * std::log(2.0)));
}

TEST_CASE("a mean over families leaves out those without rows") {
  const auto one = validation::accuracy_of({pair(110, 100)});
  const auto two = validation::accuracy_of({pair(130, 100), pair(130, 100)});
  const auto all = *validation::mean_of({one, std::nullopt, two});
  CHECK(all.mape == Approx(0.2));
  CHECK(all.rows == 3);
  CHECK_FALSE(validation::mean_of({std::nullopt}));
}

TEST_CASE("quantiles lie between the ranks") {
  CHECK(validation::quantile({3, 1, 2}, 0.5) == 2);
  CHECK(validation::quantile({1, 2}, 0.5) == Approx(1.5));
  CHECK(validation::quantile({5}, 0.9) == 5);
}

TEST_CASE("rank correlation") {
  CHECK(*validation::rank_correlation({1, 2, 3}, {10, 20, 90}) == Approx(1));
  CHECK(*validation::rank_correlation({1, 2, 3}, {9, 5, 2}) == Approx(-1));
  // ranks 1 2 3 4 against 1 2.5 2.5 4: covariance 4.5, variances 5 and 4.5
  CHECK(*validation::rank_correlation({1, 2, 3, 4}, {1, 5, 5, 7}) == Approx(4.5 / std::sqrt(5 * 4.5)));
  CHECK_FALSE(validation::rank_correlation({1, 2}, {1, 2}));
  CHECK_FALSE(validation::rank_correlation({1, 2, 3}, {4, 4, 4}));
}
