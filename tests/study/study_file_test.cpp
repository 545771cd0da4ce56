#include "study/study_file.hpp"
#include "catalog/error.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

using namespace podsim::study;
using podsim::catalog::Catalog;

namespace {

/// A study file that goes with its test.
class StudyText {
 public:
  explicit StudyText(const std::string& axes, const std::string& head = "workload: resnet-50\nplatform: tpu-v3-pod\n")
      : path_("study_" + std::to_string(getpid()) + ".yaml") {
    std::ofstream(path_) << "schema: podsim/study/1\nname: test\n" << head << "axes:\n" << axes;
  }
  ~StudyText() { std::filesystem::remove(path_); }
  StudyText(const StudyText&) = delete;
  StudyText& operator=(const StudyText&) = delete;

  const std::string& path() const { return path_; }
  Study read() const { return read_study(path_); }

  /// The message without the file's name at its start.
  std::string error() const {
    try {
      check_study(Catalog({PODSIM_SOURCE_DIR}), read());
    } catch (const podsim::catalog::InputError& error) {
      const std::string message = error.what();
      return message.starts_with(path_) ? message.substr(path_.size()) : message;
    }
    return "no error";
  }

 private:
  std::string path_;
};

}  // namespace

TEST_CASE("axes are crossed and the last one is fastest") {
  const Study study = StudyText("  run.chips: [4, 16]\n  platform.interconnect.link_GBps: [41, 82, 164]\n").read();
  const auto specs = study.specs();
  REQUIRE(specs.size() == 6);
  CHECK(*specs[0].chips == 4);
  CHECK(specs[0].overrides[0].key == "platform.interconnect.link_GBps");
  CHECK(specs[0].overrides[0].value == "41");
  CHECK(specs[1].overrides[0].value == "82");
  CHECK(*specs[2].chips == 4);
  CHECK(*specs[3].chips == 16);
  CHECK(specs[3].overrides[0].value == "41");
  CHECK(specs[5].workload == "resnet-50");
}

TEST_CASE("every key of a run can be an axis") {
  const Study study = StudyText(
                          "  run.workload: [bert-base]\n  run.platform: [tpu-v3-pod]\n  run.stack: [tf-tpu-estimator]\n"
                          "  run.slice: [4x8]\n  run.batch: [512]\n  run.steps: [10]\n  run.micro_batch: [2]\n"
                          "  run.full: [true]\n",
                          "")
                          .read();
  const RunSpec spec = study.specs().front();
  CHECK(spec.workload == "bert-base");
  CHECK(spec.platform == "tpu-v3-pod");
  CHECK(*spec.stack == "tf-tpu-estimator");
  CHECK(spec.slice == std::vector<int>{4, 8});
  CHECK(*spec.batch == 512);
  CHECK(*spec.steps == 10);
  CHECK(*spec.micro_batch == 2);
  CHECK(spec.full);
}

TEST_CASE("axes are columns with the type of their values") {
  const Study study = StudyText(
                          "  run.chips: [4, 16]\n  platform.interconnect.link_GBps: [41, 82.5]\n"
                          "  stack.gradients.overlap: [true, false]\n")
                          .read();
  const auto columns = axis_columns(study);
  CHECK(std::get<std::vector<int64_t>>(columns[0].values) == std::vector<int64_t>{4, 4, 4, 4, 16, 16, 16, 16});
  CHECK(std::get<std::vector<double>>(columns[1].values) ==
        std::vector<double>{41, 41, 82.5, 82.5, 41, 41, 82.5, 82.5});
  CHECK(std::get<std::vector<std::string>>(columns[2].values)[1] == "false");
}

TEST_CASE("lists and quoted texts are values too") {
  const Study study = StudyText(
                          "  platform.interconnect.pod_shape: [[16, 16], [32, 32]]\n"
                          "  workload.description: [\"a: b\", plain]\n")
                          .read();
  CHECK(study.axes[0].values[1].text == "[32, 32]");
  CHECK(study.axes[1].values[0].text == "\"a: b\"");
  CHECK(study.axes[1].values[1].text == "plain");
}

TEST_CASE("a study remembers the texts of all files, its own first") {
  const StudyText text("  run.platform: [tpu-v3-pod, tpu-v2-pod]\n", "workload: resnet-50\n");
  const auto inputs = check_study(Catalog({PODSIM_SOURCE_DIR}), text.read());
  CHECK(inputs.front().path == text.path());
  std::vector<std::string> names;
  for (const auto& input : inputs) names.push_back(std::filesystem::path(input.path).filename().string());
  for (const char* name : {"resnet-50.yaml", "tpu-v3-pod.yaml", "tpu-v3.yaml", "tpu-v2-pod.yaml", "tpu-v2.yaml"}) {
    CHECK(std::count(names.begin(), names.end(), name) == 1);
  }
}

TEST_CASE("an unknown axis has the nearest key") {
  CHECK(StudyText("  run.chip: [4]\n").error() ==
        ":6:13: axes.run.chip: unknown axis\n"
        "    6 |   run.chip: [4]\n"
        "      |             ^\n"
        "  way out: did you mean run.chips? axes are: run.batch, run.chips, run.full, run.micro_batch, run.platform, "
        "run.slice, run.stack, run.steps, run.workload, and any key that starts with workload., platform. or stack.");
}

TEST_CASE("a bad number of chips stands at its place") {
  CHECK(StudyText("  run.chips: [4, 0]\n").error() ==
        R"(:6:18: axes.run.chips.1: 0 is not a number of chips: it must be at least 1
    6 |   run.chips: [4, 0]
      |                  ^
  way out: give a whole number from 1 to 1048576)");
}

TEST_CASE("a value that the catalogue refuses stands at its place in the study") {
  const std::string error = StudyText("  run.chips: [4]\n  platform.interconnect.link_GBps: [82, -1]\n").error();
  CHECK(error.starts_with(":7:41: axes.platform.interconnect.link_GBps: refused: "));
  CHECK(error.find("-1 is not a rate") != std::string::npos);
}

TEST_CASE("chips and slice together are refused") {
  CHECK(StudyText("  run.chips: [4]\n  run.slice: [2x2]\n").error().find("axes: has both run.chips and run.slice") !=
        std::string::npos);
}

TEST_CASE("a name stands in one place only") {
  CHECK(StudyText("  run.workload: [bert-base]\n").error().find("workload: is also the axis run.workload") !=
        std::string::npos);
}

TEST_CASE("a study of too many points is refused before they are made") {
  std::string axes;
  for (int axis = 0; axis < 40; ++axis) axes += "  workload.key" + std::to_string(axis) + ": [1, 2, 3, 4]\n";
  CHECK(StudyText(axes).error().find("axes: makes more than 100000 points") != std::string::npos);
}
