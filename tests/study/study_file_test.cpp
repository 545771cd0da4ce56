#include "study/grid/study_file.hpp"
#include "catalog/text/error.hpp"

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
    std::ofstream(path_) << "schema: podsim/study/1\nname: test\n" << head << (axes.empty() ? "" : "axes:\n") << axes;
  }
  ~StudyText() { std::filesystem::remove(path_); }
  StudyText(const StudyText&) = delete;
  StudyText& operator=(const StudyText&) = delete;

  const std::string& path() const { return path_; }
  Study read() const { return read_study(path_); }

  /// The message without the file's name at its start.
  std::string error() const {
    try {
      Resolver resolver(Catalog({PODSIM_SOURCE_DIR}));
      check_study(resolver, read());
    } catch (const podsim::catalog::InputError& error) {
      const std::string message = error.what();
      return message.starts_with(path_) ? message.substr(path_.size()) : message;
    }
    return "no error";
  }

 private:
  std::string path_;
};

constexpr const char* kHead = "workload: resnet-50\nplatform: tpu-v3-pod\n";

std::vector<RunSpec> specs_of(const Study& study) {
  std::vector<RunSpec> specs;
  for (std::size_t point = 0; point < study.points(); ++point) specs.push_back(study.spec(point));
  return specs;
}

/// The values of one axis, joined by blanks.
std::string values(const Axis& axis) {
  std::string text;
  for (const AxisValue& value : axis.values) text += (text.empty() ? "" : " ") + value.text;
  return text;
}

/// The values of the one axis `line`.
std::string range(const std::string& line) {
  return values(StudyText("  " + line + "\n").read().dimensions.front().axes.front());
}

}  // namespace

TEST_CASE("axes are crossed and the last one is fastest") {
  const Study study = StudyText("  run.chips: [4, 16]\n  platform.interconnect.link_GBps: [41, 82, 164]\n").read();
  const auto specs = specs_of(study);
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
  const RunSpec spec = study.spec(0);
  CHECK(spec.workload == "bert-base");
  CHECK(spec.platform == "tpu-v3-pod");
  CHECK(*spec.stack == "tf-tpu-estimator");
  CHECK(spec.slice == std::vector<int>{4, 8});
  CHECK(*spec.plan.global_batch == 512);
  CHECK(*spec.steps == 10);
  CHECK(*spec.plan.micro_batch == 2);
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
  CHECK(study.dimensions[0].axes[0].values[1].text == "[32, 32]");
  CHECK(study.dimensions[1].axes[0].values[0].text == "\"a: b\"");
  CHECK(study.dimensions[1].axes[0].values[1].text == "plain");
}

TEST_CASE("a study remembers the texts of all files, its own first") {
  const StudyText text("  run.platform: [tpu-v3-pod, tpu-v2-pod]\n", "workload: resnet-50\n");
  Resolver resolver(Catalog({PODSIM_SOURCE_DIR}));
  const auto inputs = check_study(resolver, text.read());
  CHECK(inputs.front().path == text.path());
  std::vector<std::string> names;
  for (const auto& input : inputs) names.push_back(std::filesystem::path(input.path).filename().string());
  for (const char* name : {"resnet-50.yaml", "tpu-v3-pod.yaml", "tpu-v3.yaml", "tpu-v2-pod.yaml", "tpu-v2.yaml"}) {
    CHECK(std::count(names.begin(), names.end(), name) == 1);
  }
}

TEST_CASE("an unknown axis has the nearest key") {
  CHECK(
      StudyText("  run.chip: [4]\n").error() ==
      ":6:13: axes.run.chip: unknown axis\n"
      "    6 |   run.chip: [4]\n"
      "      |             ^\n"
      "  way out: did you mean run.chips? axes are: plan.context_method, plan.cp, plan.ep, plan.etp, "
      "plan.hybrid_shard, plan.micro_batch, plan.order, plan.pp, plan.recompute, plan.recompute_every, plan.schedule, "
      "plan.sequence_parallel, plan.split, plan.tp, plan.virtual_stages, plan.zero, run.batch, "
      "run.chips, run.full, run.phase, run.platform, run.slice, run.stack, run.steps, run.workload, and any key that "
      "starts with workload., platform. or stack.");
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
  CHECK(StudyText("  run.chips: [4]\n  run.slice: [2x2]\n").error() ==
        R"(:7:15: run.slice: run.slice is set beside run.chips
    7 |   run.slice: [2x2]
      |               ^
  way out: keep one of them: a slice has its number of chips)");
}

TEST_CASE("a key is set in one place only, whatever its name") {
  const std::string zip = std::string(kHead) + "zip:\n  - run.micro_batch: [1, 2]\n";
  CHECK(StudyText("  plan.micro_batch: [4]\n", zip).error().find("run.micro_batch is set beside plan.micro_batch") !=
        std::string::npos);
  const std::string cases = std::string(kHead) + "cases:\n  a: {}\n  b: {run.batch: 512}\n";
  CHECK(StudyText("  run.batch: [4]\n", cases).error().find("run.batch: the key is set in two places") !=
        std::string::npos);
}

TEST_CASE("a range goes on by a step, a factor or a count") {
  CHECK(range("run.chips: {from: 16, to: 100, step: 16}") == "16 32 48 64 80 96");
  CHECK(range("run.chips: {from: 16, to: 65536, factor: 2}") ==
        "16 32 64 128 256 512 1024 2048 4096 8192 16384 32768 65536");
  CHECK(range("stack.step_overhead_ms: {from: 0.1, to: 0.5, step: 0.1}") == "0.1 0.2 0.3 0.4 0.5");
  CHECK(range("stack.step_overhead_ms: {from: 0, to: 1, count: 5}") == "0 0.25 0.5 0.75 1");
  CHECK(range("stack.step_overhead_ms: {from: 1, to: 10000, count: 5, spacing: log}") == "1 10 100 1000 10000");
}

TEST_CASE("a range that does not say one thing is refused") {
  const auto error = [](const std::string& line) { return StudyText("  " + line + "\n").error(); };
  CHECK(error("run.chips: {from: 16, to: 64}").find("the range does not say how it goes on") != std::string::npos);
  CHECK(error("run.chips: {from: 16, to: 64, step: 2, factor: 2}").find("in two ways") != std::string::npos);
  CHECK(error("run.chips: {from: 64, to: 16, step: 2}").find("ends before it starts") != std::string::npos);
  CHECK(error("run.chips: {from: 0, to: 16, factor: 2}").find("starts above 0") != std::string::npos);
  CHECK(error("run.chips: {from: 1, to: 16, factor: 1}").find("must be greater than 1") != std::string::npos);
  CHECK(error("run.chips: {from: 1, to: 1e15, step: 1}").find("makes too many numbers") != std::string::npos);
}

TEST_CASE("a range of whole numbers is rounded where it says so, and only there") {
  CHECK(range("run.batch: {from: 512, to: 20000, count: 5, spacing: log, whole: true}") == "512 1280 3200 8000 20000");
  CHECK(range("stack.step_overhead_ms: {from: 0, to: 10, count: 4, whole: true}") == "0 3 7 10");
  CHECK(StudyText("  run.batch: {from: 512, to: 20000, count: 20, spacing: log}\n").error() ==
        R"(:6:14: axes.run.batch: 620.935950308 is in the range and is no whole number
    6 |   run.batch: {from: 512, to: 20000, count: 20, spacing: log}
      |              ^
  way out: add whole: true, which rounds the numbers of the range)");
  CHECK(StudyText("  run.chips: {from: 1, to: 2, count: 4, whole: true}\n").error() ==
        R"(:6:48: axes.run.chips.whole: two numbers of the range are rounded to 1
    6 |   run.chips: {from: 1, to: 2, count: 4, whole: true}
      |                                                ^
  way out: take fewer numbers, or a wider range)");
}

TEST_CASE("names at the top of a study that do not exist stand at their places") {
  CHECK(StudyText("  run.chips: [4]\n", "workload: bert-bas\nplatform: tpu-v3-pod\n").error() ==
        R"(:3:11: workload: bert-bas is no workload in the catalogue
    3 | workload: bert-bas
      |           ^
  way out: did you mean bert-base? podsim list workloads names them all; or give the path of a YAML file)");
  CHECK(StudyText("  run.stack: [generic]\n", "workload: resnet-50\nplatform: no/such.yaml\n").error() ==
        R"(:4:11: platform: there is no file no/such.yaml
    4 | platform: no/such.yaml
      |           ^
  way out: name a platform of the catalogue, or give the path of a YAML file)");
}

TEST_CASE("names at the top of a study that do not go together are refused at the last of them") {
  CHECK(
      StudyText("  run.chips: [4]\n", std::string(kHead) + "stack: megatron\n")
          .error()
          .starts_with(":5:8: stack: refused: --stack megatron: its collective library nccl-2.18 has no algorithm for "
                       "a torus, which tpu-v3-pod is\n"));
}

TEST_CASE("zipped axes walk in step and are crossed with the others") {
  const Study study = StudyText("  run.steps: [10, 20]\n",
                                std::string(kHead) + "zip:\n  - run.chips: [4, 16]\n    run.batch: [512, 1024]\n")
                          .read();
  const auto specs = specs_of(study);
  REQUIRE(specs.size() == 4);
  CHECK((*specs[0].steps == 10 && *specs[0].chips == 4 && *specs[0].plan.global_batch == 512));
  CHECK((*specs[1].steps == 10 && *specs[1].chips == 16 && *specs[1].plan.global_batch == 1024));
  CHECK((*specs[2].steps == 20 && *specs[2].chips == 4 && *specs[2].plan.global_batch == 512));
}

TEST_CASE("zipped axes of unequal length are refused") {
  const std::string zip = std::string(kHead) + "zip:\n  - run.chips: [4, 16]\n    run.batch: [512]\n";
  CHECK(StudyText("  run.steps: [10]\n", zip).error().find("zip.0.run.batch: has 1 values, run.chips has 2") !=
        std::string::npos);
}

TEST_CASE("a case sets what it names and leaves the rest") {
  const Study study =
      StudyText("", std::string(kHead) +
                        "cases:\n  as-is: {}\n  fast: {platform.interconnect.link_GBps: 164, run.batch: 512}\n")
          .read();
  const auto specs = specs_of(study);
  REQUIRE(specs.size() == 2);
  CHECK((specs[0].overrides.empty() && !specs[0].plan.global_batch));
  CHECK((specs[1].overrides.at(0).value == "164" && *specs[1].plan.global_batch == 512));
  CHECK(std::get<std::vector<std::string>>(axis_columns(study)[0].values) == std::vector<std::string>{"as-is", "fast"});
}

TEST_CASE("a Latin hypercube has one sample in each part of each axis, the same for the same seed") {
  const auto study = [](const std::string& seed) {
    return StudyText("", std::string(kHead) + "samples:\n  count: 8\n  method: latin_hypercube\n  seed: " + seed +
                             "\n  axes:\n    stack.step_overhead_ms: {from: 0, to: 8}\n    run.chips: [4, 16]\n"
                             "    run.batch: {from: 256, to: 4096, spacing: log}\n")
        .read();
  };
  const Study one = study("1");
  const auto& axes = one.dimensions[0].axes;
  std::vector<bool> seen(8, false);
  for (const AxisValue& value : axes[0].values) seen[static_cast<std::size_t>(std::stod(value.text))] = true;
  CHECK(std::count(seen.begin(), seen.end(), true) == 8);
  CHECK(std::count_if(axes[1].values.begin(), axes[1].values.end(), [](const auto& v) { return v.text == "4"; }) == 4);
  for (const AxisValue& value : axes[2].values) CHECK((std::stoi(value.text) >= 256 && std::stoi(value.text) <= 4096));
  CHECK(values(axes[0]) == values(study("1").dimensions[0].axes[0]));
  CHECK(values(axes[0]) != values(study("2").dimensions[0].axes[0]));
}

TEST_CASE("filters keep the points that satisfy all of them") {
  const Study study = StudyText("  run.chips: [16, 64, 256]\n  run.batch: [256, 1024]\n",
                                std::string(kHead) + "keep: [\"run.batch >= (1 + 3) * 2 * run.chips\"]\n")
                          .read();
  std::string kept;
  for (const RunSpec& spec : specs_of(study))
    kept += std::to_string(*spec.chips) + "/" + std::to_string(*spec.plan.global_batch) + " ";
  CHECK(kept == "16/256 16/1024 64/1024 ");
  CHECK(std::get<std::vector<int64_t>>(axis_columns(study)[1].values) == std::vector<int64_t>{256, 1024, 1024});
}

TEST_CASE("a bad filter is told with what is wrong in it") {
  const auto error = [](const std::string& filter) {
    return StudyText("  run.chips: [16, 64]\n  run.platform: [tpu-v3-pod]\n",
                     "workload: resnet-50\nkeep: [\"" + filter + "\"]\n")
        .error();
  };
  CHECK(error("run.chip > 3") == R"(:4:8: keep: run.chip > 3: run.chip is no axis
    4 | keep: ["run.chip > 3"]
      |        ^
  way out: did you mean run.chips? the axes are: run.chips, run.platform)");
  CHECK(error("run.chips").find("a comparison sign is missing") != std::string::npos);
  CHECK(error("run.chips > 3 4").find("4 is too much") != std::string::npos);
  CHECK(error("(run.chips > 3").find("a closing parenthesis is missing") != std::string::npos);
  CHECK(error("run.chips > ").find("a term is missing") != std::string::npos);
  CHECK(error("run.platform > 'a'").find("texts are only equal (==) or not (!=)") != std::string::npos);
  CHECK(error("run.platform == 3").find("compares a text with a number") != std::string::npos);
  CHECK(error("run.platform * 2 == 3").find("'tpu-v3-pod' is not a number") != std::string::npos);
  CHECK(error("run.chips > 100").find("keeps no point of the study") != std::string::npos);
  CHECK(error(std::string(1000, '(')).find("too many parentheses") != std::string::npos);
}

TEST_CASE("a name stands in one place only") {
  CHECK(StudyText("  run.workload: [bert-base]\n").error().find("workload: is also the axis run.workload") !=
        std::string::npos);
}

TEST_CASE("a study of too many points is refused before they are made") {
  std::string axes;
  for (int axis = 0; axis < 40; ++axis) axes += "  workload.key" + std::to_string(axis) + ": [1, 2, 3, 4]\n";
  CHECK(StudyText(axes).error().find("makes more than 1000000 combinations") != std::string::npos);
}
