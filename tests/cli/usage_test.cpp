#include "cli/podsim_process.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

using podsim::cli::call;
using podsim::cli::Ended;
using podsim::cli::longest_line;
using podsim::cli::Scratch;

namespace {

/// The whole message of a call that must end with exit code 2 and print nothing.
std::string usage_error(const std::string& arguments) {
  const Ended ended = call(arguments);
  CHECK(ended.exit_code == 2);
  CHECK(ended.out.empty());
  return ended.error;
}

const std::vector<std::string> commands{"run",    "scale", "compare", "compute", "sweep",
                                        "export", "check", "list",    "show"};

}  // namespace

TEST_CASE("the program and every subcommand have help with an example, within 100 columns") {
  for (const std::string& command : commands) {
    const Ended ended = call(command + " --help");
    CHECK(ended.exit_code == 0);
    CHECK(ended.error.empty());
    CHECK(ended.out.find("Example:\n  podsim " + command + " ") != std::string::npos);
    CHECK(longest_line(ended.out) <= 100);
  }
  const Ended ended = call("--help");
  CHECK(ended.exit_code == 0);
  CHECK(ended.out.find("Examples:\n  podsim run ") != std::string::npos);
  CHECK(longest_line(ended.out) <= 100);
}

TEST_CASE("the example in every help runs") {
  const std::string mark = "Example:\n  podsim ";
  for (const std::string& command : commands) {
    if (command == "sweep" || command == "export")
      continue;  // need a file: docs/studies.md has some, tests/cli/sweep_test.cpp runs them
    const std::string help = call(command + " --help").out;
    const std::size_t begin = help.find(mark) + mark.size();
    const Ended ended = call(help.substr(begin, help.find('\n', begin) - begin));
    CHECK(ended.error.empty());
    CHECK(ended.exit_code == 0);
    CHECK_FALSE(ended.out.empty());
  }
}

TEST_CASE("import makes a workload that check and show read, and asks for what it needs") {
  const Scratch scratch;
  const std::string config =
      scratch.write("config.json",
                    "{\"architectures\": [\"GPT2LMHeadModel\"], \"n_layer\": 12, \"n_embd\": 768, \"n_head\": 12,\n"
                    "\"n_positions\": 1024, \"vocab_size\": 50257}\n");
  const std::string mine = scratch.path("mine.yaml");
  CHECK(usage_error("import " + config + " --tokens 1e9 --batch 8") ==
        "podsim: " + config +
            ": tells the model and not how it is trained\n  way out: add --sequence N (tokens of one)\n");
  const std::string whole = "import " + config + " --tokens 1e9 --batch 8 --sequence 1024";
  const Ended made = call(whole + " --name mine -o " + mine);
  CHECK(made.exit_code == 0);
  CHECK(made.out.empty());
  CHECK(call(whole + " --name mine").out == scratch.read("mine.yaml"));
  CHECK(call(whole + " --name mine -o " + mine).exit_code == 0);
  CHECK(call("check " + mine).out == mine + ": ok\n");
  const auto shown = nlohmann::json::parse(call("show " + mine + " --format json").out);
  CHECK(shown["parameters"] == 124439808);
  CHECK(usage_error(whole + " -o " + config) ==
        "podsim: -o " + config + ": is there and is no workload\n  way out: give another name, or remove it\n");
  CHECK(usage_error("import " + config + " --tokens many").starts_with("podsim: --tokens many: "));
}

TEST_CASE("check and run read the plan of a workload") {
  const Scratch scratch;
  const std::string text =
      "schema: podsim/workload/1\nname: mine\ndescription: One\nmodel: {kind: transformer, layers: 4, hidden: 64, "
      "heads: 4, vocabulary: 100}\ntraining: {optimizer: adam, global_batch: 64, steps: 10, sequence_length: 16}\n";
  const std::string bad = scratch.write("bad.yaml", text + "plan: {tp: 4, stages: 2}\n");
  CHECK(usage_error("check " + bad).starts_with("podsim: " + bad + ":6:15: plan.stages: unknown key\n"));
  const std::string good = scratch.write("good.yaml", text + "plan: {tp: 4, pp: 2}\n");
  CHECK(call("check " + good).out == good + ": ok\n");
  CHECK(call("show " + good).out.find("--tp 4 --pp 2") != std::string::npos);
  const std::string run = "run " + good + " dgx-a100 --chips 16";
  CHECK(call(run).out.find("plan of the workload: --tp 4 --pp 2") != std::string::npos);
  CHECK(call(run + " --pp 1").out.find("plan of the workload: --tp 4\n") != std::string::npos);
  CHECK(call(run + " --set workload.plan.tp=2").out.find("plan of the workload: --tp 2 --pp 2") != std::string::npos);
}

TEST_CASE("the version tells what the program was built from") {
  const Ended ended = call("--version");
  CHECK(ended.exit_code == 0);
  CHECK(ended.out.starts_with("podsim 0."));
  CHECK(ended.out.find("SimGrid 3.") != std::string::npos);
}

TEST_CASE("no subcommand") { CHECK(usage_error("") == "podsim: SUBCOMMAND: missing\n  way out: see podsim --help\n"); }

TEST_CASE("an unknown subcommand has the nearest one") {
  const std::string error = usage_error("sacle bert-base tpu-v3-pod");
  CHECK(error.starts_with("podsim: sacle: unknown subcommand\n  way out: did you mean scale? subcommands are: run, "));
  CHECK(error.ends_with(", show\n"));
}

TEST_CASE("an unknown option has the nearest one, wherever it stands") {
  const std::string error = usage_error("run bert-base tpu-v3-pod --chps 32");
  CHECK(
      error.starts_with("podsim: --chps: unknown option\n  way out: did you mean --chips? options are: --help, -h, "));
  CHECK(error.ends_with(", --format, --output, -o; see podsim run --help\n"));
  CHECK(usage_error("run --chps=32") == error);
}

TEST_CASE("missing and superfluous arguments") {
  CHECK(usage_error("run bert-base") == "podsim: PLATFORM: missing\n  way out: see podsim run --help\n");
  CHECK(usage_error("scale bert-base tpu-v3-pod") == "podsim: --chips: missing\n  way out: see podsim scale --help\n");
  CHECK(usage_error("run bert-base tpu-v3-pod more") ==
        "podsim: more: unexpected argument\n  way out: see podsim run --help\n");
  CHECK(usage_error("run bert-base tpu-v3-pod --chips") ==
        "podsim: --chips: needs a value\n  way out: see podsim run --help\n");
  CHECK(usage_error("run bert-base tpu-v3-pod --chips 16 --chips 32") ==
        "podsim: --chips: given more than once\n  way out: see podsim run --help\n");
  CHECK(usage_error("run bert-base tpu-v3-pod --full=3") ==
        "podsim: --full: takes no value\n  way out: see podsim run --help\n");
}

TEST_CASE("a number out of its range") {
  const std::string way_out = "  way out: write it in digits, without a sign or a unit\n";
  for (const char* chips : {"-4", "0", "1048577", "3.5", "1e3", "0x10", "99999999999999999999", "many", "+4"}) {
    CHECK(usage_error(std::string("run bert-base tpu-v3-pod --chips ") + chips) ==
          std::string("podsim: --chips ") + chips + ": must be a whole number from 1 to 1048576\n" + way_out);
  }
  CHECK(usage_error("run bert-base tpu-v3-pod --chips ''") ==
        "podsim: --chips : must be a whole number from 1 to 1048576\n" + way_out);
  CHECK(usage_error("run bert-base tpu-v3-pod --batch 1000000001") ==
        "podsim: --batch 1000000001: must be a whole number from 1 to 1000000000\n" + way_out);
  CHECK(usage_error("run bert-base tpu-v3-pod --steps 1000000000001") ==
        "podsim: --steps 1000000000001: must be a whole number from 1 to 1000000000000\n" + way_out);
  CHECK(usage_error("run bert-base tpu-v3-pod --micro-batch none") ==
        "podsim: --micro-batch none: must be a whole number from 1 to 1000000000, or auto\n" + way_out);
}

TEST_CASE("a slice that is no shape") {
  for (const char* slice : {"4", "4x", "x4", "4x0", "4xx8", "4x-8", "2048x1024", "4X8"}) {
    CHECK(usage_error(std::string("run bert-base tpu-v3-pod --slice ") + slice) ==
          std::string("podsim: --slice ") + slice +
              ": must be a shape of at most 1048576 chips\n"
              "  way out: give the chips along each axis, for example 4x8\n");
  }
  CHECK(usage_error("run bert-base tpu-v3-pod --slice 4x8 --chips 32") ==
        "podsim: --chips: cannot stand beside --slice\n  way out: keep one of them\n");
}

TEST_CASE("an unknown format") {
  CHECK(usage_error("list --format jsno") ==
        "podsim: --format jsno: unknown format\n  way out: did you mean json? formats are: table, json\n");
}

TEST_CASE("a bad range of chips") {
  const std::string way_out = "  way out: give a range such as 16..512, or a list such as 16,32,64\n";
  const auto message = [&](const std::string& chips) {
    return usage_error("scale bert-base tpu-v3-pod --chips " + chips);
  };
  CHECK(message("512..16") == "podsim: --chips 512..16: the range ends before it starts\n" + way_out);
  CHECK(message("16,16") == "podsim: --chips 16,16: the numbers must ascend\n" + way_out);
  for (const char* chips : {"16..", "..16", "16...32", "16,", ",", "a..b", "0..4", "16..1048577", "-4..8"}) {
    CHECK(message(chips) ==
          std::string("podsim: --chips ") + chips + ": must be whole numbers from 1 to 1048576\n" + way_out);
  }
}

TEST_CASE("a bad knee") {
  for (const char* gain : {"1", "-2", "nan", "inf", "1,5", "x", "2.01", "1e9"}) {
    CHECK(usage_error(std::string("scale bert-base tpu-v3-pod --chips 16..32 --knee-gain ") + gain) ==
          std::string("podsim: --knee-gain ") + gain +
              ": must be a number above 1 and at most 2\n"
              "  way out: give the speed-up that a doubling must bring, for example 1.5; 2 asks for perfect scaling\n");
  }
}

TEST_CASE("an unknown name has the nearest one") {
  const std::string error = usage_error("run bert-bse tpu-v3-pod");
  CHECK(error.find("did you mean bert-base?") != std::string::npos);
  CHECK(usage_error("show tpu-v3-pdo") ==
        "podsim: tpu-v3-pdo: unknown name\n"
        "  way out: did you mean tpu-v3-pod, tpu-v2-pod or tpu-v4-pod? podsim list names them all\n");
  CHECK(usage_error("list workload").starts_with("podsim: workload: unknown kind\n  way out: did you mean workloads?"));
}

TEST_CASE("check tells every error and says ok only when all files are good") {
  const Scratch scratch;
  const std::string first = scratch.write("first.yaml", "schema: podsim/chip/1\n");
  const std::string second = scratch.write("second.yaml", "nonsense");
  const std::string error = usage_error("check " + first + " platforms/tpu-v3-pod.yaml " + second);
  CHECK(error.find("podsim: " + first) == 0);
  CHECK(error.find("\npodsim: " + second) != std::string::npos);
  const Ended good = call("check platforms/tpu-v3-pod.yaml workloads/bert-base.yaml");
  CHECK(good.exit_code == 0);
  CHECK(good.out == "platforms/tpu-v3-pod.yaml: ok\nworkloads/bert-base.yaml: ok\n");
}

TEST_CASE("check --format json has every file, good and bad") {
  const Scratch scratch;
  const std::string bad = scratch.write("bad.yaml", "nonsense");
  const Ended ended = call("check --format json platforms/tpu-v3-pod.yaml " + bad);
  CHECK(ended.exit_code == 2);
  const auto checked = nlohmann::json::parse(ended.out);
  CHECK(checked["schema"] == "podsim/check/1");
  CHECK(checked["files"][0].dump() == R"({"error":null,"file":"platforms/tpu-v3-pod.yaml","ok":true})");
  CHECK(checked["files"][1]["ok"] == false);
  CHECK("podsim: " + checked["files"][1]["error"].get<std::string>() + "\n" == ended.error);
  CHECK(call("check --format json platforms/tpu-v3-pod.yaml").exit_code == 0);
}

TEST_CASE("export takes one of its two forms") {
  CHECK(usage_error("export x.h5") == "podsim: export: needs --csv or --json\n  way out: add one of them\n");
  CHECK(usage_error("export x.h5 --csv --json") ==
        "podsim: --csv: cannot stand beside --json\n  way out: keep one of them\n");
}

TEST_CASE("a stack whose library does not know the network names the stacks that do") {
  CHECK(usage_error("run bert-large-500k tpu-v3-pod --stack megatron") ==
        "podsim: --stack megatron: its collective library nccl-2.18 has no algorithm for a torus, which tpu-v3-pod is\n"
        "  way out: choose by --stack one that is made for a transformer model on tpu-v3: generic, mlperf-tpu, "
        "mlperf-tpu-bert, tf-tpu-estimator, tf-tpu-resnet\n");
  CHECK(usage_error("run resnet-50 dgx-a100 --stack jax-tpu").find("has no algorithm for boxes, which dgx-a100 is\n") !=
        std::string::npos);
}

TEST_CASE("a stack outside its scope runs with a note") {
  CHECK(call("run resnet-50 dgx-a100 --stack fsdp")
            .out.find("stack fsdp is made for transformer models on nvidia chips, not for a convolutional\n"
                      "             model on a100-sxm4-80gb\n") != std::string::npos);
  CHECK(call("run gpt-2 dgx-a100 --chips 8 --stack fsdp").out.find("is made for") == std::string::npos);
}

TEST_CASE("an output file that cannot be written fails before the work, and leaves nothing") {
  for (const char* command : {"run bert-base tpu-v3-pod --chips 16", "scale bert-base tpu-v3-pod --chips 16"}) {
    CHECK(usage_error(std::string(command) + " -o /nowhere/at/all.h5")
              .starts_with("podsim: cannot write /nowhere/at/all.h5: "));
  }
}

TEST_CASE("standard output that is full is an error") {
  const Scratch scratch;
  const Ended ended = call("list >/dev/full 2>" + scratch.path("error") + " #");
  CHECK(ended.exit_code == 1);
  CHECK(scratch.read("error") ==
        "podsim: cannot write to standard output: No space left on device\n"
        "  way out: free space where it goes, or send it elsewhere\n");
}
