#include "validation/limits.hpp"
#include "validation/suite_file.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include <unistd.h>

using namespace podsim;
namespace fs = std::filesystem;

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

TEST_CASE("no family of the published runs is predicted worse than its recorded limit") {
  const fs::path folder = fs::path(PODSIM_SOURCE_DIR) / "tests/published";
  const auto suite = validation::read_suite(folder);
  study::SimulateOptions options;
  options.workers = 2;
  const auto result = validation::validate(catalog::Catalog::standard(), suite, options);
  CHECK(validation::breaches(result, validation::read_limits(folder / "limits.yaml")) == std::vector<std::string>{});
}
