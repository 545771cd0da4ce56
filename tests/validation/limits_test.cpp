#include "validation/limits.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace podsim;

namespace {

validation::Summary family(const std::string& name, double blind_mape) {
  validation::Summary summary;
  summary.name = name;
  summary.blind = validation::Accuracy{.rows = 1, .mape = blind_mape};
  return summary;
}

}  // namespace

TEST_CASE("limits are kept or broken") {
  validation::Validation result;
  result.summaries = {family("good", 0.10), family("bad", 0.21), family("new", 0.1)};
  const validation::Limits limits = {{"good", {.blind = 0.10, .stack_class = 0.01, .anchor = {}}},
                                     {"bad", {.blind = 0.20, .stack_class = {}, .anchor = {}}},
                                     {"gone", {}}};
  CHECK(validation::breaches(result, limits) ==
        std::vector<std::string>{"bad: the mean error of blind is 21.00 %, its limit 20.00 %", "new: has no limits",
                                 "gone: limits of a family that the suite does not have"});
}
