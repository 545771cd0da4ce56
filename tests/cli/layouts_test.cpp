#include "cli/podsim_process.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <string>

using nlohmann::json;
using podsim::cli::call;
using podsim::cli::Ended;
using podsim::cli::longest_line;
using podsim::cli::Scratch;

namespace {

const std::string kSearch = "plan llama-2-7b dgx-a100 --layout auto --chips 16 --batch 256 --recompute none";

const std::string kSmall = kSearch + " --tp 2 --zero 1 --order tp-cp-ep-dp-pp --micro-batch 1";

std::string golden_file(const std::string& name) {
  std::ifstream file(PODSIM_SOURCE_DIR "/tests/golden/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string refused(const std::string& arguments) {
  const Ended ended = call(arguments);
  CHECK(ended.exit_code == 2);
  CHECK(ended.out.empty());
  return ended.error;
}

}  // namespace

TEST_CASE("a search of layouts reads as the golden text, within 80 columns, whatever the processes") {
  const Ended ended = call(kSearch + " -j 1");
  CHECK(ended.exit_code == 0);
  CHECK(ended.error.empty());
  CHECK(ended.out == golden_file("plan_layouts.txt"));
  CHECK(longest_line(ended.out) <= 80);
  CHECK(call(kSearch + " -j 3").out == ended.out);
}

TEST_CASE("the search that simulates all gives the same layouts, and counts add up") {
  const json some = json::parse(call(kSmall + " --top 3 --format json").out);
  const json all = json::parse(call(kSmall + " --top 3 --simulate-all --format json").out);
  CHECK(some["schema"] == "podsim/layouts/1");
  REQUIRE(some["cases"].size() == 1);
  const json& found = some["cases"][0];
  const json& whole = all["cases"][0];
  CHECK(whole["bounded_away"] == 0);
  CHECK(found["simulated"].get<int>() + found["bounded_away"].get<int>() == whole["simulated"].get<int>());
  CHECK(found["considered"].get<int>() ==
        found["illegal"].get<int>() + found["out_of_memory"].get<int>() + whole["simulated"].get<int>());
  REQUIRE(found["layouts"].size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    const json& layout = found["layouts"][i];
    CHECK(layout["options"] == whole["layouts"][i]["options"]);
    CHECK(layout["step_seconds"] == whole["layouts"][i]["step_seconds"]);
    CHECK(layout["least_step_seconds"].get<double>() <= layout["step_seconds"].get<double>());
    CHECK(layout["time_ratio_low"].get<double>() < layout["time_ratio"].get<double>());
    CHECK(layout["run"]["schema"] == "podsim/run/1");
  }
}

TEST_CASE("run takes the layout that the search finds, and the options give it again") {
  const json found = json::parse(call(kSearch + " --format json").out);
  const std::string options = found["cases"][0]["layouts"][0]["options"];
  const std::string run = "run llama-2-7b dgx-a100 --chips 16 --batch 256 --format json ";
  const json chosen = json::parse(call(run + "--layout auto --recompute none").out);
  const json given = json::parse(call(run + options).out);
  CHECK(chosen["step_seconds"] == given["step_seconds"]);
  CHECK(chosen["notes"][0].get<std::string>().starts_with("layout chosen: " + options + "; "));
}

TEST_CASE("a range of sizes has a front, and a limit an answer") {
  const std::string range =
      "plan llama-2-7b dgx-a100 --layout auto --chips 8..32 --batch 256 --recompute none --tp 2 "
      "--zero 1 --pp 2 --micro-batch 1 --order tp-cp-ep-dp-pp ";
  const json plan = json::parse(call(range + "--top 1 --format json").out);
  CHECK(plan["cases"].size() == 3);
  REQUIRE(plan["front"].size() >= 2);
  CHECK(plan["front"][0]["hours"] < plan["front"][1]["hours"]);
  CHECK(plan["front"][0]["usd"] > plan["front"][1]["usd"]);
  const double hours = plan["front"][0]["hours"];
  const json late = json::parse(call(range + "--format json --deadline " + std::to_string(hours / 2)).out);
  CHECK(late["best"].is_null());
  const std::string text = call(range + "--deadline " + std::to_string(hours / 2)).out;
  CHECK(text.starts_with("Nothing trains llama-2-7b within "));
  const Scratch scratch;
  CHECK(call(range + "-o " + scratch.path("front.h5")).exit_code == 0);
  CHECK(scratch.has("front.h5"));
}

TEST_CASE("scale and compare take the best layout of each size and machine") {
  const std::string fixed = " --layout auto --batch 256 --recompute none --zero 1 --pp 2 ";
  const json scale = json::parse(call("scale llama-2-7b dgx-a100 --chips 16,32 --format json" + fixed).out);
  REQUIRE(scale["points"].size() == 2);
  for (const json& point : scale["points"]) {
    const std::string options = point["layout_options"];
    const std::string chips = std::to_string(point["chips"].get<int>());
    const json given =
        json::parse(call("run llama-2-7b dgx-a100 --batch 256 --format json --chips " + chips + " " + options).out);
    CHECK(point["step_seconds"] == given["step_seconds"]);
  }
  const Ended table = call("scale llama-2-7b dgx-a100 --chips 16,32" + fixed);
  CHECK(table.out.find("\nlayout on 16 chips: --micro-batch 1 ") != std::string::npos);
  const Ended compared = call("compare llama-2-7b dgx-a100:16 dgx-h100:8 --layout auto --batch 64");
  CHECK(compared.error.empty());
  CHECK(compared.out.find("\nlayout on dgx-a100: ") != std::string::npos);
  CHECK(compared.out.find("\nlayout on dgx-h100: ") != std::string::npos);
}

TEST_CASE("what a search of layouts refuses") {
  CHECK(refused("plan gpt-2 dgx-a100 --layout best") ==
        "podsim: --layout best: must be auto\n"
        "  way out: give --layout auto, or the degrees themselves: --tp 8 --pp 16\n");
  CHECK(refused("plan gpt-2 --layout auto") ==
        "podsim: PLATFORM: missing\n  way out: name the platforms on which layouts are searched\n");
  CHECK(refused("plan gpt-2 dgx-a100 --tp 8") ==
        "podsim: --tp: only a search of layouts takes it\n  way out: give --layout auto too, or leave it away\n");
  CHECK(refused("plan gpt-2 dgx-a100 --top 3") ==
        "podsim: --top: only a search of layouts takes it\n  way out: give --layout auto too, or leave it away\n");
  CHECK(refused("plan gpt-2 dgx-a100 --layout auto --top 0") ==
        "podsim: --top 0: must be a whole number from 1 to 1000\n  way out: write it in digits, without a sign or a "
        "unit\n");
  CHECK(refused("plan gpt-2 dgx-a100 --layout auto --chips 8 --price free") ==
        "podsim: --price free: dgx-a100 has no such price\n  way out: take one of on_demand\n");
  const std::string nothing = refused("plan megatron-530b dgx-a100 --layout auto --chips 8 --pp 1 --recompute full");
  CHECK(nothing.starts_with("podsim: megatron-530b on 8 chips of dgx-a100: none of "));
  CHECK(nothing.find(" legal layouts fits; out of memory: needs ") != std::string::npos);
  CHECK(nothing.ends_with("  way out: take more chips, a chip with more memory, or another --batch\n"));
  CHECK(refused("run megatron-530b dgx-a100 --layout auto --chips 8 --pp 1 --recompute full")
            .starts_with("podsim: --layout auto: none of "));
}

TEST_CASE("the help of plan has both examples") {
  const std::string help = call("plan --help").out;
  CHECK(help.find("\n  podsim plan bert-large-500k --deadline 24\n") != std::string::npos);
  CHECK(help.find("\n  podsim plan gpt-3-175b dgx-a100 --layout auto --chips 1024 --batch 1536\n") !=
        std::string::npos);
  CHECK(longest_line(help) <= 100);
}
