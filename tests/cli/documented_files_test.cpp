#include "cli/podsim_process.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using podsim::cli::call;
using podsim::cli::Ended;
using podsim::cli::Scratch;

namespace {

/// The texts between ```yaml and ``` of a page.
std::vector<std::string> yaml_blocks(const std::string& page) {
  std::ifstream file(std::string(PODSIM_SOURCE_DIR) + "/docs/" + page);
  std::vector<std::string> blocks;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line == "```yaml") {
      inside = true;
      blocks.emplace_back();
    } else if (line == "```") {
      inside = false;
    } else if (inside) {
      blocks.back() += line + "\n";
    }
  }
  return blocks;
}

}  // namespace

TEST_CASE("every model written by hand in the documentation has at most 20 lines and runs") {
  const std::vector<std::string> blocks = yaml_blocks("models.md");
  REQUIRE(blocks.size() == 4);
  const Scratch scratch;
  for (const std::string& block : blocks) {
    CAPTURE(block);
    CHECK(std::count(block.begin(), block.end(), '\n') <= 20);
    const std::string path = scratch.write("model.yaml", block);
    for (const char* machine : {"tpu-v3-pod --chips 4", "dgx-1v --chips 8"}) {
      const Ended ended = call("run " + path + " " + machine + " --format json");
      CHECK(ended.error.empty());
      REQUIRE(ended.exit_code == 0);
      const auto json = nlohmann::json::parse(ended.out);
      CHECK(json["step_seconds"].get<double>() > json["step_bound_seconds"].get<double>());
      CHECK(json["fits"] == true);
    }
  }
}

TEST_CASE("every machine written by hand in the documentation has at most 20 lines and runs") {
  const std::vector<std::string> blocks = yaml_blocks("machines.md");
  REQUIRE(blocks.size() == 3);
  const Scratch scratch;
  for (const std::string& block : blocks) {
    CAPTURE(block);
    CHECK(std::count(block.begin(), block.end(), '\n') <= 20);
    const std::string path = scratch.write("machine.yaml", block);
    CHECK(call("check " + path).exit_code == 0);
    for (const char* run : {" --chips 4", " --chips 16"}) {
      const Ended ended = call("run bert-base " + path + run + " --format json");
      CHECK(ended.error.empty());
      REQUIRE(ended.exit_code == 0);
      const auto json = nlohmann::json::parse(ended.out);
      CHECK(json["step_seconds"].get<double>() > json["step_bound_seconds"].get<double>());
      CHECK(json["what_if"] == false);
    }
  }
}
