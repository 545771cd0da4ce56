#include "study/answer/compare.hpp"
#include "catalog/text/error.hpp"
#include "fixtures.hpp"
#include "results/text.hpp"
#include "study/report/compare_report.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <sstream>

using namespace podsim::study;
using podsim::run::ImpossibleRun;

namespace {

/// Three machines that run, the second one too small, and one that cannot.
Comparison four_machines() {
  auto fast = result(8, 2, 50, 1000);
  auto misfit = result(1, 1, 1, 2000);
  misfit.memory.capacity_bytes = 1;
  misfit.memory.weights_bytes = 2;
  auto cheap = result(4, 10, 20, 100);
  cheap.setup.platform = "box";
  return comparison_of("net", {{"pod", 8}, {"pod", 1}, {"box", std::nullopt}, {"ring", 3}},
                       {fast, misfit, cheap, ImpossibleRun{"3 ranks share 256 examples\n  way out: 4"}});
}

std::string parse_error(const std::string& text) {
  try {
    parse_machine(text);
  } catch (const podsim::catalog::InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a machine is a platform and chips, or its smallest slice") {
  CHECK(parse_machine("dgx-1v:16").platform == "dgx-1v");
  CHECK(parse_machine("dgx-1v:16").chips == 16);
  CHECK(parse_machine("./my:box.yaml:4").platform == "./my:box.yaml");
  CHECK_FALSE(parse_machine("dgx-1v").chips);
  for (const char* text : {"dgx-1v:", ":4", "dgx-1v:0", "dgx-1v:many", "dgx-1v:1048577"}) {
    CHECK(parse_error(text) == std::string(text) +
                                   ": is not PLATFORM:CHIPS\n"
                                   "  way out: give a platform and 1 to 1048576 chips, for example dgx-1v:8");
  }
}

TEST_CASE("the fastest and the cheapest are among the machines with enough memory") {
  const Comparison comparison = four_machines();
  CHECK(comparison.fastest == 0);
  CHECK(comparison.cheapest == 2);
}

TEST_CASE("a machine without an on-demand price is not the cheapest") {
  auto owned = result(8, 2, 50, 1000);
  owned.cost_usd = {{"owned", 1.0}};
  const Comparison comparison = comparison_of("net", {{"a", 8}, {"b", 8}}, {owned, result(8, 3, 70, 900)});
  CHECK(comparison.fastest == 0);
  CHECK(comparison.cheapest == 1);
}

TEST_CASE("the table shows every machine in the order asked for, within 100 columns") {
  const std::string table = to_table(four_machines());
  std::istringstream lines(table);
  std::string heading, title, blank, first, second, third, fourth;
  for (std::string* line : {&title, &blank, &heading, &first, &second, &third, &fourth}) std::getline(lines, *line);
  CHECK(title == "net, 1,000 steps of 1,024 examples on the first machine:");
  CHECK(first.starts_with("pod "));
  CHECK(first.find("$50.0") != std::string::npos);
  CHECK(first.ends_with("  ###"));  // 2 of 10 hours are a fifth of 16 columns
  CHECK(second.starts_with("pod !"));
  CHECK(third.ends_with("  " + std::string(16, '#')));
  CHECK(fourth == "ring      3 ranks share 256 examples");
  CHECK(table.find("! does not fit into memory: shown as if it did, and not ranked\n") != std::string::npos);
  CHECK(table.ends_with("cheapest  4 chips on box: $20.00 on demand\n"));
  for (std::string line; std::getline(lines, line);) CHECK(podsim::results::width(line) <= 100);
}

TEST_CASE("the JSON has a run or a reason for each machine") {
  const auto json = to_json(four_machines());
  CHECK(json["schema"] == "podsim/compare/1");
  CHECK(json["workload"] == "net");
  CHECK(json["points"].size() == 4);
  CHECK(json["points"][0]["status"] == "done");
  CHECK(json["points"][0]["chips"] == 8);
  CHECK(json["points"][3]["status"] == "impossible");
  CHECK(json["points"][3]["platform"] == "ring");
  CHECK(json["points"][3]["chips"] == 3);
  CHECK(json["fastest"] == 0);
  CHECK(json["cheapest"] == 2);
}

TEST_CASE("the HDF5 table has a row for each machine") {
  const auto table = to_study_table(four_machines());
  CHECK(std::get<std::vector<std::string>>(table.points.front().values) ==
        std::vector<std::string>{"pod", "pod", "box", "ring"});
  CHECK(std::get<std::vector<int64_t>>(table.points[1].values) == std::vector<int64_t>{8, 1, 4, 3});
}

TEST_CASE("a machine with little memory takes its share of the batch in as few passes as fit") {
  CompareSpec spec;
  spec.run.workload = "resnet-50";
  spec.machines = {{"tpu-v3-pod", 4}, {"gcp-1xv100", 1}};
  const Comparison comparison = compare(podsim::catalog::Catalog({PODSIM_SOURCE_DIR}), spec);
  const auto* pod = comparison.points[0].result();
  const auto* single = comparison.points[1].result();
  CHECK(pod->plan.local_batch == 128);
  CHECK(pod->plan.chosen.micro_batch == 128);
  CHECK(single->plan.local_batch == 1024);
  CHECK(single->plan.chosen.micro_batch < 1024);
  CHECK(single->memory.fits());
  // Twice as many examples would not: the rest of the memory is fixed.
  CHECK(single->memory.total_bytes() + single->memory.activations_bytes > single->memory.capacity_bytes);
}
