#include "validation/limits.hpp"
#include "catalog/text/error.hpp"
#include "validation/suite_file.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <string>

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

/// What is wrong with a file of limits.
std::string problem_of_limits(const std::string& text) {
  const fs::path path = fs::temp_directory_path() / ("podsim-limits-" + std::to_string(getpid()) + ".yaml");
  std::ofstream(path) << "schema: podsim/limits/1\n" << text;
  std::string problem = "none";
  try {
    validation::read_limits(path);
  } catch (const catalog::InputError& error) {
    problem = error.what();
  }
  fs::remove(path);
  return problem;
}

}  // namespace

TEST_CASE("limits are kept or broken") {
  validation::Validation result;
  result.summaries = {family("good", 0.10), family("bad", 0.21), family("new", 0.1)};
  const validation::Limits limits = {
      .families = {{"good", {.blind = 0.10, .stack_class = 0.01}}, {"bad", {.blind = 0.20}}, {"gone", {}}}};
  CHECK(validation::breaches(result, limits) ==
        std::vector<std::string>{"bad: the mean error of blind is 21.00 %, its limit 20.00 %", "new: has no limits",
                                 "gone: limits of a family that the suite does not have"});
}

TEST_CASE("a margin gives both ways, and no further") {
  const validation::Limits limits = {
      .families = {{"a", {.blind = 0.10}}, {"b", {.blind = 0.10}}, {"c", {.blind = 0.10}}, {"d", {.blind = 0.10}}},
      .margin = 0.005};
  validation::Validation result;
  result.summaries = {family("a", 0.104), family("b", 0.106), family("c", 0.096), family("d", 0.094)};
  CHECK(validation::breaches(result, limits) ==
        std::vector<std::string>{"b: the mean error of blind is 10.60 %, its limit 10.50 %"});
  CHECK(validation::loose(result, limits) ==
        std::vector<std::string>{"d: the mean error of blind is 9.40 %, lower its limit of 10.00 %"});
}

TEST_CASE("a family that is far off says so, and only such a one") {
  CHECK(problem_of_limits("far_off_above: 0.15\nfamilies:\n  a: {blind_mape: 0.2}\n")
            .find("families.a: its blind_mape is above far_off_above, 0.15") != std::string::npos);
  CHECK(problem_of_limits("far_off_above: 0.15\nfamilies:\n  a: {blind_mape: 0.1, far_off: why}\n")
            .find("families.a.far_off: its blind_mape is not above far_off_above") != std::string::npos);
  CHECK(problem_of_limits("far_off_above: 0.15\nfamilies:\n  a: {blind_mape: 0.2, far_off: why}\n") == "none");
  CHECK(problem_of_limits("families:\n  a: {blind_mape: 0.2}\n") == "none");
}

TEST_CASE("no family of the published runs is predicted worse than its recorded limit") {
  const fs::path folder = fs::path(PODSIM_SOURCE_DIR) / "tests/published";
  const auto suite = validation::read_suite(folder);
  study::SimulateOptions options;
  options.workers = 2;
  const auto result = validation::validate(catalog::Catalog::standard(), suite, options);
  const auto limits = validation::read_limits(folder / "limits.yaml");
  CHECK(validation::breaches(result, limits) == std::vector<std::string>{});
  CHECK(validation::loose(result, limits) == std::vector<std::string>{});
}
