#include "cli/podsim_process.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using nlohmann::json;
using podsim::cli::call;
using podsim::cli::Ended;
using podsim::cli::longest_line;
using podsim::cli::Scratch;

namespace {

/// The studies that docs/studies.md shows.
std::vector<std::string> documented_studies() {
  std::ifstream file(PODSIM_SOURCE_DIR "/docs/studies.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::string fence = "```yaml\n";
  std::vector<std::string> studies;
  for (std::size_t at = text.find(fence); at != std::string::npos; at = text.find(fence, at + 1)) {
    const std::size_t begin = at + fence.size();
    studies.push_back(text.substr(begin, text.find("```", begin) - begin));
  }
  return studies;
}

constexpr const char* kStudy =
    "schema: podsim/study/1\n"
    "name: small\n"
    "workload: resnet-50\n"
    "platform: tpu-v3-pod\n"
    "axes:\n"
    "  run.chips: [4, 5, 16]\n"
    "  platform.interconnect.link_GBps: [41, 82, 100, 120, 140, 164]\n"
    "  stack.gradients.overlap: [false, true]\n";

}  // namespace

TEST_CASE("the studies of the documentation run") {
  const auto studies = documented_studies();
  REQUIRE(studies.size() >= 2);
  for (const std::string& study : studies) {
    const Scratch scratch;
    const std::string path = scratch.write("study.yaml", study);
    CHECK(call("check " + path).out == path + ": ok\n");
    const Ended ended = call("sweep " + path + " -o " + scratch.path("study.h5"));
    CHECK(ended.exit_code == 0);
    CHECK(longest_line(ended.out) <= 100);
    CHECK(scratch.read("study.h5").starts_with("\x89HDF"));
  }
}

TEST_CASE("a sweep gives the same bytes whatever -j is") {
  const Scratch scratch;
  const std::string study = scratch.write("study.yaml", kStudy);
  const Ended one = call("sweep " + study + " -j 1 --format json -o " + scratch.path("one.h5"));
  const Ended three = call("sweep " + study + " -j 3 --format json -o " + scratch.path("three.h5"));
  REQUIRE(one.exit_code == 0);
  REQUIRE(three.exit_code == 0);
  CHECK(one.out == three.out);
  CHECK(scratch.read("one.h5") == scratch.read("three.h5"));
}

TEST_CASE("a sweep has its points in study order and keeps impossible ones with the reason") {
  const Scratch scratch;
  const std::string study = scratch.write("study.yaml", kStudy);
  const Ended ended = call("sweep " + study + " --format json -o " + scratch.path("study.h5"));
  REQUIRE(ended.exit_code == 0);
  const json sweep = json::parse(ended.out);
  CHECK(sweep["schema"] == "podsim/sweep/1");
  CHECK(sweep["done"] == 24);
  CHECK(sweep["does_not_fit"] == 0);
  CHECK(sweep["impossible"] == 12);
  CHECK(sweep["failed"] == 0);
  CHECK(sweep["axes"]["run.chips"] == json({4, 5, 16}));
  REQUIRE(sweep["points"].size() == 36);
  CHECK(sweep["points"][3]["axes"].dump() ==
        R"({"platform.interconnect.link_GBps":82,"run.chips":4,"stack.gradients.overlap":"true"})");
  CHECK(sweep["points"][3]["run"]["chips"] == 4);
  CHECK(sweep["points"][12]["status"] == "impossible");
  CHECK_FALSE(sweep["points"][12]["reason"].get<std::string>().empty());
  CHECK(sweep["points"][24]["run"]["chips"] == 16);
}

TEST_CASE("progress outside a terminal is a plain line for every tenth on standard error") {
  const Scratch scratch;
  const std::string study = scratch.write("study.yaml", kStudy);
  const Ended ended = call("sweep " + study + " -j 1 -o " + scratch.path("study.h5"));
  CHECK(ended.error ==
        "4 of 36 points (11 %)\n8 of 36 points (22 %)\n12 of 36 points (33 %)\n16 of 36 points (44 %)\n"
        "20 of 36 points (55 %)\n24 of 36 points (66 %)\n28 of 36 points (77 %)\n32 of 36 points (88 %)\n"
        "36 of 36 points (100 %)\n");
  CHECK(ended.out.find('\x1b') == std::string::npos);
}

TEST_CASE("a bad study is refused before any work and leaves no file") {
  const Scratch scratch;
  const std::string study = scratch.write("study.yaml", std::string(kStudy) + "  run.chip: [4]\n");
  const Ended ended = call("sweep " + study + " -o " + scratch.path("study.h5"));
  CHECK(ended.exit_code == 2);
  CHECK(ended.out.empty());
  CHECK(ended.error.find("axes.run.chip: unknown axis") != std::string::npos);
  CHECK(scratch.files() == 1);
}

TEST_CASE("an interrupted sweep keeps what is finished, says how to go on, and ends in the same bytes") {
  const Scratch scratch;
  std::string values = "[0";
  for (int i = 1; i < 40; ++i) values += ", " + std::to_string(i);
  const std::string axes =
      "  stack.step_overhead_ms: " + values + "]\n  stack.step_overhead_per_doubling_ms: [0, 1, 2, 3]\n";
  const std::string study = scratch.write("study.yaml", kStudy + axes);
  const Ended ended = call("sweep " + study + " -o " + scratch.path("study.h5") + " 2>" + scratch.path("progress") +
                           " & pid=$!; while ! test -s " + scratch.path("progress") +
                           "; do sleep 0.1; done; kill -INT $pid; wait $pid");
  CHECK(ended.exit_code == 1);
  const std::string progress = scratch.read("progress");
  CHECK(progress.find("podsim: interrupted: ") != std::string::npos);
  CHECK(progress.ends_with("way out: to go on: podsim sweep " + study + " -o " + scratch.path("study.h5") +
                           " --resume\n"));
  CHECK(scratch.has("study.h5.journal"));
  CHECK_FALSE(scratch.has("study.h5.lock"));
  CHECK(scratch.read("study.h5").starts_with("\x89HDF"));

  const Ended again = call("sweep " + study + " -o " + scratch.path("study.h5"));
  CHECK(again.exit_code == 2);
  CHECK(again.error.find("way out: add --resume to go on") != std::string::npos);

  const Ended resumed = call("sweep " + study + " --resume -o " + scratch.path("study.h5"));
  CHECK(resumed.exit_code == 0);
  CHECK(resumed.error.find("points are finished already\n") != std::string::npos);
  CHECK(call("sweep " + study + " -o " + scratch.path("undisturbed.h5")).exit_code == 0);
  CHECK(scratch.read("study.h5") == scratch.read("undisturbed.h5"));
  CHECK(scratch.files() == 4);
}
