#include "cli/podsim_process.hpp"
#include "study/sweep/lock_file.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <cstdlib>
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

TEST_CASE("every shipped study runs, and none of its points fails") {
  const json studies = json::parse(call("list studies --format json").out)["studies"];
  CHECK(studies.size() >= 5);
  for (const json& study : studies) {
    const Scratch scratch;
    CAPTURE(study["name"]);
    CHECK_FALSE(study["description"].get<std::string>().empty());
    CHECK(call("check '" + study["path"].get<std::string>() + "'").exit_code == 0);
    const Ended ended = call("sweep " + study["name"].get<std::string>() + " --format json -o " + scratch.path("s.h5"));
    REQUIRE(ended.exit_code == 0);
    const json sweep = json::parse(ended.out);
    CHECK(sweep["failed"] == 0);
    CHECK(sweep["done"] > 0);
  }
}

TEST_CASE("a sweep of which a third is impossible finishes with a reason on each") {
  const Scratch scratch;
  const std::string study = scratch.write("study.yaml", kStudy);
  REQUIRE(call("sweep " + study + " -o " + scratch.path("study.h5")).exit_code == 0);
  const json rows = json::parse(call("export " + scratch.path("study.h5") + " --json").out)["rows"];
  std::size_t impossible = 0;
  for (const json& row : rows) {
    CHECK((row["status"] == "impossible") == row["step_seconds"].is_null());
    CHECK((row["status"] == "done") == (row["reason"] == ""));
    impossible += row["status"] == "impossible" ? 1 : 0;
  }
  CHECK(rows.size() == 36);
  CHECK(impossible == 12);
}

TEST_CASE("parts and their merge give the bytes of one sweep, and a merge tells what is missing") {
  const Scratch scratch;
  const std::string study = scratch.write("study.yaml", kStudy);
  REQUIRE(call("sweep " + study + " -o " + scratch.path("whole.h5")).exit_code == 0);
  const std::string sweep = "sweep " + study + " -o " + scratch.path("parts.h5");
  CHECK(call(sweep + " --part 1/2").exit_code == 0);
  const Ended early = call(sweep + " --merge");
  CHECK(early.exit_code == 1);
  CHECK(early.error.find("podsim: not complete: 20 of 36 points are finished and kept\n  way out: to go on: ") == 0);
  CHECK(call("export " + scratch.path("parts.h5") + " --csv").out.find(",pending,") != std::string::npos);
  CHECK(call(sweep + " --part 0/2").exit_code == 0);
  CHECK(call(sweep + " --merge").exit_code == 0);
  CHECK(scratch.read("parts.h5") == scratch.read("whole.h5"));
  CHECK(scratch.files() == 3);
  const Ended again = call(sweep + " --resume");
  CHECK(again.exit_code == 0);
  CHECK(again.error == scratch.path("parts.h5") + " is complete already: nothing to do\n");
}

TEST_CASE("a part without points is finished at once, and one beside a whole sweep is refused") {
  const Scratch scratch;
  const std::string study = scratch.write("study.yaml", kStudy);
  const std::string sweep = "sweep " + study + " -o " + scratch.path("parts.h5");
  const Ended empty = call(sweep + " --part 40/99");  // 36 points are 9 blocks
  CHECK(empty.exit_code == 0);
  CHECK(empty.error.empty());
  const podsim::study::LockFile whole(scratch.path("parts.h5.lock"));
  const Ended refused = call(sweep + " --part 0/2");
  CHECK(refused.exit_code == 2);
  CHECK(refused.error.find(" is at work on the whole sweep\n  way out: wait for it or stop it\n") != std::string::npos);
}

TEST_CASE("a changed study is not resumed") {
  const Scratch scratch;
  const std::string study = scratch.write("study.yaml", kStudy);
  const std::string sweep = "sweep " + study + " -o " + scratch.path("study.h5");
  CHECK(call(sweep + " --part 0/2").exit_code == 0);
  scratch.write("study.yaml", std::string(kStudy) + "  run.steps: [10]\n");
  const Ended ended = call(sweep + " --resume");
  CHECK(ended.exit_code == 2);
  CHECK(ended.error.find("holds the points of another study: " + study + " has changed\n") != std::string::npos);
}

TEST_CASE("a sweep into a folder that cannot be written is refused before any work") {
  const Scratch scratch;
  const std::string study = scratch.write("study.yaml", kStudy);
  const Ended absent = call("sweep " + study + " -o " + scratch.path("no/study.h5"));
  CHECK(absent.exit_code == 2);
  CHECK(absent.error == "podsim: cannot write " + scratch.path("no/study.h5") + ": the folder " + scratch.path("no") +
                            " does not exist\n  way out: make it first\n");
  const Ended proc = call("sweep " + study + " -o /proc/study.h5");
  CHECK(proc.exit_code == 2);
  CHECK(proc.error.starts_with("podsim: cannot write /proc/study.h5"));
  CHECK(proc.error.find("\n  way out: ") != std::string::npos);
}

TEST_CASE("a full disk keeps the finished points, and a resumed sweep has the same bytes") {
  const Scratch scratch;
  const std::string study = scratch.write("study.yaml", kStudy);
  REQUIRE(call("sweep " + study + " -o " + scratch.path("whole.h5")).exit_code == 0);
  const std::string sweep = "sweep " + study + " -o " + scratch.path("study.h5");
  const Ended full = call(sweep, "trap '' XFSZ; ulimit -f 64; ");
  CHECK(full.exit_code == 1);
  CHECK(full.error.find("cannot write " + scratch.path("study.h5.journal") + ": File too large") != std::string::npos);
  const Ended resumed = call(sweep + " --resume");
  CHECK(resumed.exit_code == 0);
  CHECK(resumed.error.find(" of 36 points are finished already\n") != std::string::npos);
  CHECK(scratch.read("study.h5") == scratch.read("whole.h5"));
}

TEST_CASE("kills at random moments lose nothing") {
  const Scratch scratch;
  const std::string study = scratch.write("study.yaml", kStudy);
  const std::string command = "/usr/bin/python3 '" PODSIM_SOURCE_DIR "/tests/cli/kill_sweep.py' '" PODSIM_BINARY "' " +
                              study + " " + scratch.path("") + " 10 1 >" + scratch.path("out") + " 2>&1";
  const int status = std::system(command.c_str());
  INFO(scratch.read("out"));
  CHECK(status == 0);
}

TEST_CASE("a dry run prints the scripts of Slurm and leaves nothing") {
  const Scratch scratch;
  const std::string study = scratch.write("study.yaml", kStudy);
  const Ended ended = call("sweep " + study + " -o " + scratch.path("study.h5") +
                           " --slurm --dry-run --tasks 3 -j 2 --partition small --slurm-prelude 'module load hdf5'");
  CHECK(ended.exit_code == 0);
  CHECK(ended.out.find("#SBATCH --array=0-2\n") != std::string::npos);
  CHECK(ended.out.find("#SBATCH --partition=small\n") != std::string::npos);
  CHECK(ended.out.find("\nmodule load hdf5\n") != std::string::npos);
  CHECK(ended.out.find(" -j 2 --part \"$SLURM_ARRAY_TASK_ID/3\"\n") != std::string::npos);
  CHECK(ended.out.find(" --merge\n") != std::string::npos);
  CHECK(scratch.files() == 1);
}

TEST_CASE("options of sweep that do not go together are refused") {
  const auto error = [](const std::string& options) { return call("sweep s.yaml -o s.h5 " + options).error; };
  CHECK(error("--partition small") ==
        "podsim: --partition: goes with --slurm only\n  way out: add --slurm, or leave it out\n");
  CHECK(error("--slurm --merge") ==
        "podsim: --slurm: cannot stand beside --part or --merge\n  way out: leave them out\n");
  CHECK(error("--part 3/3") ==
        "podsim: --part 3/3: must be INDEX/COUNT with an index below the count\n  way out: for example 0/8\n");
  CHECK(error("--merge --part 0/2") ==
        "podsim: --merge: cannot stand beside --part\n  way out: merge when the parts have ended\n");
  CHECK(error("--worker-memory 4GB") ==
        "podsim: --worker-memory 4GB: must be a number of GiB from 0.1 to 1000000\n  way out: for example 4\n");
  CHECK(error("--slurm --time '1 hour'") ==
        "podsim: --time 1 hour: must be one word without quotes\n  way out: write it as sbatch takes it\n");
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
  for (int i = 1; i < 5; ++i) values += ", " + std::to_string(i);
  const std::string axes = "  stack.step_overhead_ms: " + values + "]\n  stack.step_overhead_per_doubling_ms: [0, 1]\n";
  const std::string study = scratch.write("study.yaml", kStudy + axes);
  const Ended ended = call("sweep " + study + " -o " + scratch.path("study.h5") + " 2>" + scratch.path("progress") +
                           " & pid=$!; while ! test -s " + scratch.path("progress") +
                           "; do sleep 0.02; done; kill -INT $pid; wait $pid");
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
  CHECK(again.error.ends_with("to start again delete " + scratch.path("study.h5.journal") + "\n"));

  const Ended resumed = call("sweep " + study + " --resume -o " + scratch.path("study.h5"));
  CHECK(resumed.exit_code == 0);
  CHECK(resumed.error.find("points are finished already\n") != std::string::npos);
  CHECK(call("sweep " + study + " -o " + scratch.path("undisturbed.h5")).exit_code == 0);
  CHECK(scratch.read("study.h5") == scratch.read("undisturbed.h5"));
  CHECK(scratch.files() == 4);
}
