#include "study/point/result_columns.hpp"

#include "fixtures.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace podsim;
using namespace podsim::study;

namespace {

/// Nothing where there is no such column.
template <typename Value>
std::vector<Value> column(const std::vector<PointOutcome>& outcomes, const std::string& name) {
  for (const results::Column& one : result_columns(outcomes)) {
    if (one.name == name) return std::get<std::vector<Value>>(one.values);
  }
  return {};
}

}  // namespace

TEST_CASE("a table in which any run is cut over its ranks has the columns of layouts") {
  run::RunResult cut = result(16, 10, 100, 1);
  cut.plan.ranks = 16;
  cut.plan.local_batch = 32;
  cut.plan.chosen.micro_batch = 4;
  cut.plan.chosen.zero = 1;
  cut.plan.chosen.tensor = 4;
  cut.plan.chosen.sequence_parallel = 1;
  cut.plan.chosen.pipeline = 2;
  cut.plan.chosen.schedule = 1;
  cut.plan.chosen.split = {{3, 4}};
  const run::RunResult whole = result(16, 10, 100, 1);
  const std::vector<PointOutcome> outcomes = {cut, whole, run::ImpossibleRun{"no"}};
  using Counts = std::vector<int64_t>;
  CHECK(column<int64_t>(outcomes, "tp") == Counts{4, 0, 0});
  CHECK(column<int64_t>(outcomes, "sequence_parallel") == Counts{1, 0, 0});
  CHECK(column<int64_t>(outcomes, "pp") == Counts{2, 0, 0});
  CHECK(column<int64_t>(outcomes, "dp").front() == 2);
  CHECK(column<int64_t>(outcomes, "passes").front() == 8);
  CHECK(column<int64_t>(outcomes, "zero").front() == 1);
  CHECK(column<std::string>(outcomes, "schedule") == std::vector<std::string>{"1f1b", "", ""});
  CHECK(column<std::string>(outcomes, "split").front() == "3,4");
  CHECK(column<int64_t>({whole, run::ImpossibleRun{"no"}}, "tp").empty());
}
