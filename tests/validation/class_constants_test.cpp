#include "validation/class_constants.hpp"

#include "run/account/interval.hpp"
#include "validation/model_constants.hpp"

#include <catch2/catch.hpp>

using namespace podsim::validation;

namespace {

/// Rows of as many families whose steps have no error at these constants.
std::vector<ClassRow> exact_rows(const ClassConstants& truth, int rows) {
  std::vector<ClassRow> result;
  for (int i = 0; i < rows; ++i) {
    ClassRow row{.other_seconds = 0.1, .device_seconds = 0.1 + 0.1 * (i % 3), .doublings = 2.0 + i % 5, .grows = true};
    row.measured_seconds = row.other_seconds + truth.device_scale * row.device_seconds + truth.fixed_seconds +
                           truth.per_doubling_seconds * row.doublings;
    result.push_back(row);
  }
  return result;
}

}  // namespace

TEST_CASE("without rows the class has the shipped constants") {
  const ClassConstants constants = estimate({});
  CHECK(constants.device_scale == 1);
  CHECK(constants.fixed_seconds == 0);
  CHECK(constants.per_doubling_seconds == 0);
}

TEST_CASE("rows that agree with the shipped constants leave them") {
  const ClassConstants constants = estimate(exact_rows({}, 15));
  CHECK(constants.device_scale == Approx(1));
  CHECK(constants.fixed_seconds == Approx(0).margin(1e-9));
}

TEST_CASE("many rows find the constants that they were made with") {
  const ClassConstants truth{.device_scale = 1.1, .fixed_seconds = 0.02, .per_doubling_seconds = 0.005};
  const ClassConstants constants = estimate(exact_rows(truth, 6000));
  CHECK(constants.device_scale == Approx(1.1).epsilon(0.01));
  CHECK(constants.fixed_seconds == Approx(0.02).epsilon(0.05));
  CHECK(constants.per_doubling_seconds == Approx(0.005).epsilon(0.05));
}

TEST_CASE("one row moves the scale part of the way") {
  // 20 % slower than predicted, all of it device time; row variance .11^2 + .065^2, prior variance .125^2
  const ClassConstants constants = estimate({{.device_seconds = 1, .doublings = 0, .measured_seconds = 1.2}});
  CHECK(constants.device_scale > 1.05);
  CHECK(constants.device_scale < 1.15);
}

TEST_CASE("without a cost that grows only the scale is estimated") {
  auto rows = exact_rows({.device_scale = 1.1, .fixed_seconds = 0.05, .per_doubling_seconds = 0}, 20);
  for (ClassRow& row : rows) row.grows = false;
  const ClassConstants constants = estimate(rows);
  CHECK(constants.fixed_seconds == 0);
  CHECK(constants.per_doubling_seconds == 0);
  CHECK(constants.device_scale > 1.1);
}

TEST_CASE("a row far off counts little") {
  auto rows = exact_rows({}, 9);
  for (ClassRow& row : rows) row.grows = false;
  rows.push_back(rows.front());
  rows.back().measured_seconds *= 3;
  CHECK(estimate(rows).device_scale == Approx(1).margin(0.04));
}

TEST_CASE("ten rows of one family weigh less than ten families") {
  auto apart = exact_rows({.device_scale = 1.2, .fixed_seconds = 0, .per_doubling_seconds = 0}, 10);
  for (ClassRow& row : apart) row.grows = false;
  auto together = apart;
  for (ClassRow& row : together) row.rows_of_study = 10;
  CHECK(estimate(together).device_scale < estimate(apart).device_scale);
}

TEST_CASE("rows of the study that is predicted weigh most") {
  auto others = exact_rows({.device_scale = 1.2, .fixed_seconds = 0, .per_doubling_seconds = 0}, 3);
  for (ClassRow& row : others) row.grows = false;
  auto own = others;
  for (ClassRow& row : own) row.rows_of_study = 0;
  CHECK(estimate(own).device_scale > estimate(others).device_scale);
}

TEST_CASE("the fixed factor to beat is the prior's interval of a step that is all device time") {
  const podsim::run::Interval interval = podsim::run::interval(1, 0, {}, podsim::run::Evidence::prior);
  CHECK(interval.high == Approx(kFixedFactor).epsilon(0.002));
  CHECK(1 / interval.low == Approx(kFixedFactor).epsilon(0.002));
}
