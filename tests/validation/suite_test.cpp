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

const std::string kHead =
    "schema: podsim/published/1\nname: f\ndescription: d\nworkload: bert-large\nplatform: p\ncounts: c\nsource: "
    "s\nrows:\n";

/// A folder that is gone at the end of the test.
class SuiteFolder {
 public:
  SuiteFolder() : path_(fs::temp_directory_path() / ("podsim-suite-" + std::to_string(getpid()))) {
    fs::create_directory(path_);
  }
  ~SuiteFolder() { fs::remove_all(path_); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// What is wrong with these rows, from the first line of the message on, without the place.
std::string problem_of(const std::string& rows) {
  const SuiteFolder folder;
  try {
    validation::read_family(folder.write("f.yaml", kHead + rows));
  } catch (const catalog::InputError& error) {
    const std::string message = error.what();
    return message.substr(message.find("f.yaml") + 6);
  }
  return "no error";
}

}  // namespace

TEST_CASE("a row, or a part of it, fixes what a user may fix of a plan") {
  const SuiteFolder folder;
  const auto family = validation::read_family(
      folder.write("f.yaml", kHead + "  - {id: a, chips: 8, recompute: full, zero: 1, measured: {wall_hours: 2}, "
                                     "parts: [{batch: 64, micro_batch: 2}, {zero: 0}]}\n"));
  const auto& parts = family.rows.at(0).parts;
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].plan ==
        parallel::PlanChoice{.global_batch = 64, .micro_batch = 2, .recompute = catalog::Recompute::full, .zero = 1});
  CHECK(parts[1].plan == parallel::PlanChoice{.recompute = catalog::Recompute::full, .zero = 0});
  CHECK_THAT(problem_of("  - {id: a, chips: 8, zero: 4, measured: {wall_hours: 2}}\n"),
             Catch::Contains("stages of ZeRO are: 0, 1"));
}

TEST_CASE("a row takes from its file what it does not say itself") {
  const SuiteFolder folder;
  const auto family = validation::read_family(folder.write(
      "f.yaml", kHead + "  - {id: a, chips: 8, batch: 64, measured: {wall_minutes: 2}, set: {platform.x: 1}}\n"
                        "  - {id: b, chips: 4, workload: w/w.yaml, group: g, measured: {examples_per_second: 5}, "
                        "counts: other, class: k, unscored: why}\n"));
  REQUIRE(family.rows.size() == 2);
  const auto& a = family.rows[0];
  CHECK(a.parts.at(0).workload == "bert-large");
  CHECK(a.parts.at(0).chips == 8);
  CHECK(a.parts.at(0).plan.global_batch == 64);
  CHECK(a.parts.at(0).overrides.at(0).key == "platform.x");
  CHECK(a.quantity == validation::Quantity::wall_seconds);
  CHECK(a.value == 120);
  CHECK(a.counts == "c");
  CHECK_FALSE(a.unscored);
  const auto& b = family.rows[1];
  CHECK(b.parts.at(0).workload == (folder.path() / "w/w.yaml").string());
  CHECK(b.quantity == validation::Quantity::examples_per_second);
  CHECK(b.counts == "other");
  CHECK(b.stack_class == "k");
  CHECK(b.group == "g");
  CHECK(b.unscored == "why");
}

TEST_CASE("the settings of a part win over those of its row, and these over the file's") {
  const SuiteFolder folder;
  const auto family = validation::read_family(
      folder.write("f.yaml", kHead + "  - {id: a, chips: 8, set: {stack.x: 1}, measured: {wall_hours: 2}, parts: ["
                                     "{phase: one, batch: 8, steps: 5}, {phase: two, set: {stack.x: 2}}]}\n"));
  const auto& parts = family.rows.at(0).parts;
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].phase == "one");
  CHECK(parts[0].steps == 5);
  CHECK(parts[1].overrides.back().value == "2");
  CHECK(parts[1].chips == 8);
}

TEST_CASE("bad rows are refused at their place") {
  CHECK(problem_of("  - {id: a, measured: {wall_hours: 2}}\n").starts_with(":9:5: rows.0.chips: missing"));
  CHECK(problem_of("  - {id: a, chips: 0, measured: {wall_hours: 2}}\n").find("0 is not a number of chips") !=
        std::string::npos);
  CHECK(problem_of("  - {id: a, chips: 1, measured: {wall_hours: 2, step_seconds: 1}}\n")
            .find("2 numbers where one is measured") != std::string::npos);
  CHECK(problem_of("  - {id: a, chips: 1, measured: {wall_hour: 2}}\n").find("did you mean wall_hours?") !=
        std::string::npos);
  CHECK(problem_of("  - {id: a, chips: 1, measured: {wall_hours: -2}}\n").find("-2 is not a measurement") !=
        std::string::npos);
  CHECK(problem_of("  - {id: a, chips: 1, measured: {step_seconds: 2}, parts: [{}, {}]}\n").find("run has parts") !=
        std::string::npos);
  CHECK(problem_of("  - {id: a, chips: 1, measured: {wall_hours: 2}, set: {nothing.x: 1}}\n")
            .find("nothing is no first word of a key") != std::string::npos);
  CHECK(
      problem_of("  - {id: a, chips: 1, measured: {wall_hours: 2}}\n  - {id: a, chips: 1, measured: {wall_hours: 2}}\n")
          .find("a second row with the id a") != std::string::npos);
}

TEST_CASE("minutes outside the steps are taken off") {
  const SuiteFolder folder;
  const auto family = validation::read_family(
      folder.write("f.yaml", kHead + "  - {id: a, chips: 8, measured: {wall_hours: 2}, outside_minutes: 30}\n"));
  CHECK(family.rows.at(0).value == 1.5 * 3600);
  CHECK(problem_of("  - {id: a, chips: 1, measured: {wall_minutes: 20}, outside_minutes: 20}\n")
            .find("is no part of the measured time") != std::string::npos);
  CHECK(problem_of("  - {id: a, chips: 1, measured: {examples_per_second: 20}, outside_minutes: 2}\n")
            .find("is no part of the measured time") != std::string::npos);
}

TEST_CASE("a folder has one family a file, other files are left alone") {
  const SuiteFolder folder;
  const std::string row = "  - {id: a, chips: 1, measured: {wall_hours: 2}}\n";
  folder.write("b.yaml", kHead + row);
  folder.write("other.yaml", "schema: podsim/limits/1\n");
  folder.write("notes.txt", "no YAML: [");
  CHECK(validation::read_suite(folder.path()).size() == 1);
  folder.write("c.yaml", kHead + row);
  CHECK_THROWS_WITH(validation::read_suite(folder.path()), Catch::Contains("a second family f"));
}

TEST_CASE("the published runs that come with podsim are read") {
  const auto suite = validation::read_suite(fs::path(PODSIM_SOURCE_DIR) / "tests/published");
  CHECK(validation::read_suite(fs::path(PODSIM_SOURCE_DIR) / "tests/published/lamb_bert_tpu.yaml").size() == 1);
  CHECK(suite.size() > 5);
}
