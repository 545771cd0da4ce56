#include "cli/podsim_process.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

using nlohmann::json;
using podsim::cli::call;
using podsim::cli::Ended;
using podsim::cli::longest_line;
using podsim::cli::Scratch;

namespace {

json json_of(const std::string& arguments) {
  const Ended ended = call(arguments + " --format json");
  CHECK(ended.error.empty());
  REQUIRE(ended.exit_code == 0);
  return json::parse(ended.out);
}

/// A table for people: no escape sequences in a pipe, 100 columns.
void check_table(const std::string& arguments) {
  const Ended ended = call(arguments);
  CHECK(ended.exit_code == 0);
  CHECK(ended.error.empty());
  CHECK(ended.out.find('\x1b') == std::string::npos);
  CHECK(longest_line(ended.out) <= 100);
}

}  // namespace

TEST_CASE("run --format json has every public key") {
  const json run = json_of("run bert-large-500k tpu-v3-pod --chips 32");
  for (const char* key : {"schema",
                          "workload",
                          "platform",
                          "chips",
                          "ranks",
                          "global_batch",
                          "step_seconds",
                          "step_seconds_low",
                          "step_seconds_high",
                          "interval_source",
                          "step_bound_seconds",
                          "steps",
                          "wall_hours",
                          "wall_hours_low",
                          "wall_hours_high",
                          "examples_per_second",
                          "model_flops_per_step",
                          "mfu",
                          "pfs_days",
                          "breakdown_seconds",
                          "memory_bytes_per_rank",
                          "fits",
                          "cost_usd",
                          "energy_kwh",
                          "scaling_efficiency",
                          "scaling_baseline_chips",
                          "simulation"}) {
    CHECK(run.contains(key));
  }
  for (const char* key : {"mode", "reason", "flows", "wall_seconds"}) CHECK(run["simulation"].contains(key));
  double sum = 0;
  for (const char* key : {"compute", "exposed_communication", "pipeline_bubble", "optimizer", "input", "overhead"}) {
    sum += run["breakdown_seconds"][key].get<double>();
  }
  CHECK(sum == Approx(run["step_seconds"].get<double>()).epsilon(1e-9));
  CHECK(run["schema"] == "podsim/run/1");
  CHECK(run["chips"] == 32);
  CHECK(run["ranks"] == 64);
  CHECK(run["step_seconds"] > run["step_bound_seconds"]);
}

TEST_CASE("tables fit in 100 columns and have no escape sequences") {
  check_table("run bert-large-500k tpu-v3-pod --chips 32");
  check_table("run resnet-50 dgx-1v --chips 8");
  check_table("scale bert-large-500k tpu-v3-pod --chips 16..64");
  for (const char* kind : {"", "workloads", "platforms", "chips", "stacks"}) check_table(std::string("list ") + kind);
}

TEST_CASE("show tells every entry of the catalogue, for people and programs") {
  const json catalogue = json_of("list");
  std::size_t shown = 0;
  for (const char* kind : {"workloads", "platforms", "chips", "stacks"}) {
    for (const json& entry : catalogue[kind]) {
      const std::string name = entry["name"];
      check_table("show " + name);
      const json object = json_of("show " + name);
      CHECK(object["name"] == name);
      CHECK(std::string(kind) == object["kind"].get<std::string>() + "s");
      CHECK_FALSE(object["sources"].empty());
      ++shown;
    }
  }
  CHECK(shown >= 10);
}

TEST_CASE("show tells what a study varies") {
  check_table("show interconnect");
  const json studies = json_of("list studies");
  for (const json& study : studies["studies"]) {
    const json shown = json_of("show " + study["name"].get<std::string>());
    CHECK(shown["kind"] == "study");
    CHECK(shown["description"] == study["description"]);
    CHECK(shown["file"] == study["path"]);
    CHECK(shown["points"] > 0);
    CHECK_FALSE(shown["axes"].empty());
  }
  const Scratch scratch;
  const std::string path = scratch.write(
      "mine.yaml",
      "schema: podsim/study/1\nname: mine\nworkload: resnet-50\nplatform: dgx-1v\naxes: {run.chips: [8, 16]}\n");
  CHECK(call("show " + path).out ==
        "study      mine\nworkload   resnet-50\nplatform   dgx-1v\naxes       run.chips: 8, 16\n"
        "points     2\nfile       " +
            path + "\nrun it by  podsim sweep " + path + " -o mine.h5\n");
}

TEST_CASE("compare keeps its times and prices whole") {
  const std::string table = call("compare gpt-2 dgx-a100:16 dgx-h100:8 tpu-v4-pod:16").out;
  CHECK(longest_line(table) <= 100);
  CHECK(table.find("  time (80 % interval)  ") != std::string::npos);
  CHECK(table.find("...") == std::string::npos);
  CHECK(call("scale gpt-2 gb200-nvl72 --chips 8..576").out.find("...") == std::string::npos);
}

TEST_CASE("show counts the parameters of ResNet-50") { CHECK(json_of("show resnet-50")["parameters"] == 25'557'032); }

TEST_CASE("show tells the length of a recipe in the words of the recipe") {
  const Scratch scratch;
  const std::string head =
      "schema: podsim/workload/1\nname: mine\ndescription: One\nmodel: {kind: transformer, layers: 2, hidden: 64, "
      "heads: 2, "
      "vocabulary: 100}\ntraining: {optimizer: adam, global_batch: 8, sequence_length: 16, ";
  const auto recipe = [&](const std::string& rest) {
    return call("show " + scratch.write("mine.yaml", head + rest)).out;
  };
  CHECK(recipe("steps: 1000}\n").find("8 examples per step, 1,000 steps, text input") != std::string::npos);
  CHECK(recipe("epochs: 3, examples_per_epoch: 500}\n").find("3 epochs of 500 examples") != std::string::npos);
  CHECK(recipe("tokens: 300e6}\n").find("8 examples per step, 300,000,000 tokens, ") != std::string::npos);
}

TEST_CASE("options change the run as they say") {
  const json plain = json_of("run bert-base tpu-v3-pod --chips 16");
  CHECK(json_of("run bert-base tpu-v3-pod --slice 4x4")["step_seconds"] == plain["step_seconds"]);
  CHECK(json_of("run bert-base tpu-v3-pod --chips 16 --steps 1000")["steps"] == 1000);
  CHECK(json_of("run bert-base tpu-v3-pod --chips 16 --batch 512")["global_batch"] == 512);
  CHECK(json_of("run bert-base tpu-v3-pod --chips 16 --micro-batch 2")["micro_batch"] == 2);
  CHECK(json_of("run bert-base tpu-v3-pod --chips 16 --full")["simulation"]["mode"] == "full");
  const json slow = json_of("run bert-base tpu-v3-pod --chips 16 --set platform.interconnect.link_GBps=8.2");
  CHECK(slow["breakdown_seconds"]["exposed_communication"] > plain["breakdown_seconds"]["exposed_communication"]);
}

TEST_CASE("run writes the HDF5 file that it is asked for and nothing else") {
  const Scratch scratch;
  const Ended ended = call("run bert-base tpu-v3-pod --chips 16 -o " + scratch.path("run.h5"));
  CHECK(ended.exit_code == 0);
  CHECK(scratch.read("run.h5").starts_with("\x89HDF"));
  CHECK(scratch.files() == 1);
}

TEST_CASE("a layout that cannot run is bad input for one run") {
  const Ended ended = call("run bert-base tpu-v3-pod --chips 5");
  CHECK(ended.exit_code == 2);
  CHECK(ended.out.empty());
  CHECK(ended.error.starts_with("podsim: "));
}

TEST_CASE("scale keeps sizes that cannot run, with the reason") {
  const json scale = json_of("scale bert-base tpu-v3-pod --chips 64..256");
  CHECK(scale["points"][0]["status"] == "done");
  CHECK(scale["points"][0]["global_batch"] == 256);
  CHECK(scale["points"][1]["status"] == "done");
  CHECK(scale["points"][2]["status"] == "impossible");
  CHECK_FALSE(scale["points"][2]["reason"].get<std::string>().empty());
}

TEST_CASE("scale of nothing that can run is bad input") {
  const Ended ended = call("scale bert-base tpu-v3-pod --chips 3,5");
  CHECK(ended.exit_code == 2);
  CHECK(ended.out.empty());
  CHECK(ended.error.starts_with("podsim: none of the numbers of chips can run; the first is 3: "));
}

TEST_CASE("weak scaling keeps the batch per rank") {
  const json scale = json_of("scale resnet-50 tpu-v3-pod --chips 4,16,32 --weak");
  CHECK(scale["mode"] == "weak");
  for (const json& point : scale["points"]) CHECK(point["local_batch"] == 128);
}

TEST_CASE("a point of a scaling study is the same run alone") {
  const json scale = json_of("scale bert-large-500k tpu-v3-pod --chips 16..64");
  const json run = json_of("run bert-large-500k tpu-v3-pod --chips 64");
  CHECK(scale["points"][2]["step_seconds"].get<double>() == Approx(run["step_seconds"].get<double>()).epsilon(1e-6));
}

TEST_CASE("scale writes its table as HDF5, the same bytes each time") {
  const Scratch scratch;
  const std::string target = scratch.path("scale.h5");
  REQUIRE(call("scale bert-base tpu-v3-pod --chips 16..64 -o " + target).exit_code == 0);
  const std::string first = scratch.read("scale.h5");
  REQUIRE(call("scale bert-base tpu-v3-pod --chips 16..64 -o " + target).exit_code == 0);
  CHECK(first.starts_with("\x89HDF"));
  CHECK(first == scratch.read("scale.h5"));
}

TEST_CASE("compare writes its table as HDF5") {
  const Scratch scratch;
  const std::string target = scratch.path("compare.h5");
  CHECK(call("compare resnet-50 tpu-v3-pod:4 gcp-1xt4 -o " + target).exit_code == 0);
  const std::string csv = call("export " + target + " --csv").out;
  CHECK(csv.starts_with("run.platform,run.chips,"));
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 3);
}

TEST_CASE("an output never takes the place of a file that is no result") {
  const Scratch scratch;
  const std::string model =
      scratch.write("mine.yaml",
                    "schema: podsim/workload/1\nname: mine\ndescription: One\nmodel: {kind: transformer, "
                    "layers: 2, hidden: 64, heads: 2, vocabulary: 100}\ntraining: {optimizer: adam, "
                    "global_batch: 8, sequence_length: 16, steps: 10}\n");
  const std::string before = scratch.read("mine.yaml");
  const Ended ended = call("run " + model + " tpu-v3-pod -o " + model);
  CHECK(ended.exit_code == 2);
  CHECK(ended.out.empty());
  CHECK(ended.error.find("cannot write " + model +
                         ": it exists and is no HDF5 file\n  way out: give another name, or move it away\n") !=
        std::string::npos);
  CHECK(scratch.read("mine.yaml") == before);
}

TEST_CASE("closed standard streams take no text into the result") {
  const Scratch scratch;
  const std::string file = scratch.path("closed.h5");
  for (const std::string closed : {"<&-", ">&-", "2>&-", "<&- >&- 2>&-"}) {
    CAPTURE(closed);
    call("run resnet-50 tpu-v3-pod -o " + file, "sh -c 'exec \"$0\" \"$@\" " + closed + "' ");
    const Ended ended = call("export " + file + " --json");
    CHECK(ended.exit_code == 0);
    CHECK(json::parse(ended.out)["workload"] == "resnet-50");
  }
}

TEST_CASE("scale, compare and plan fit a model into memory, each in the same way") {
  const json scale = json_of("scale gpt-2 tpu-v3-pod --chips 128..256");
  const json compare = json_of("compare gpt-2 tpu-v3-pod:128");
  for (const json& point : {scale["points"][0], compare["points"][0]}) {
    CHECK(point["to_fit"] == "--zero 1, --recompute full");
    CHECK(point["fits"] == true);
    CHECK(point["zero"] == 1);
    CHECK(point["recompute"] == "full");
  }
  const json plan = json_of("plan gpt-2 tpu-v3-pod --budget 100000");
  CHECK(plan["best"]["to_fit"] == "--zero 1, --recompute full");
}
