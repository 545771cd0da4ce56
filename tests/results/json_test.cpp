#include "results/json.hpp"

#include "results/sample.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>

using namespace podsim;
using namespace podsim::results;
using Json = nlohmann::ordered_json;

namespace {

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

/// Numbers may differ by rounding (4 units in the last place), all else must be equal.
void check_same(const Json& a, const Json& b) {
  INFO(a.dump() << " and " << b.dump());
  REQUIRE(a.type() == b.type());
  REQUIRE(a.size() == b.size());
  if (a.is_number_float()) {
    CHECK(a.get<double>() == Approx(b.get<double>()).epsilon(4 * std::numeric_limits<double>::epsilon()).margin(0));
  } else if (a.is_structured()) {
    if (a.is_object()) REQUIRE(keys_of(a) == keys_of(b));
    for (auto i = a.begin(), j = b.begin(); i != a.end(); ++i, ++j) check_same(*i, *j);
  } else {
    CHECK(a == b);
  }
}

void expect_documented(const Json& json, const std::string& document) {
  for (const auto& [key, value] : json.items()) {
    if (json.is_object()) CHECK_THAT(document, Catch::Matchers::Contains("`" + key + "`"));
    if (value.is_structured()) expect_documented(value, document);
  }
}

}  // namespace

TEST_CASE("the documentation names every key") {
  Json json = to_json(test::sample_run());
  json.erase("cost_usd");
  json.erase("elasticities");
  json.erase("part_elasticities");
  json.erase("link_losses");
  json.at("with_failures").erase("cost_usd");
  json.at("with_preemptions").erase("cost_usd");
  const std::string document = test::text_of(std::filesystem::path(PODSIM_SOURCE_DIR) / "docs/results.md");
  REQUIRE_FALSE(document.empty());
  expect_documented(json, document);
}

TEST_CASE("the JSON of a run has the public keys in their order") {
  const Json json = to_json(test::sample_run());
  CHECK(keys_of(json) == std::vector<std::string>{"schema",
                                                  "workload",
                                                  "platform",
                                                  "chip",
                                                  "stack",
                                                  "chips",
                                                  "ranks",
                                                  "slice",
                                                  "what_if",
                                                  "global_batch",
                                                  "local_batch",
                                                  "micro_batch",
                                                  "recompute",
                                                  "zero",
                                                  "parameters",
                                                  "step_seconds",
                                                  "step_seconds_low",
                                                  "step_seconds_high",
                                                  "interval_source",
                                                  "step_bound_seconds",
                                                  "steps",
                                                  "steps_to_target",
                                                  "wall_hours",
                                                  "wall_hours_low",
                                                  "wall_hours_high",
                                                  "wall_parts_seconds",
                                                  "checkpoint",
                                                  "examples_per_second",
                                                  "model_flops_per_step",
                                                  "mfu",
                                                  "mfu_causal",
                                                  "hfu",
                                                  "pfs_days",
                                                  "breakdown_seconds",
                                                  "memory_bytes_per_rank",
                                                  "memory_bytes",
                                                  "fits",
                                                  "fit",
                                                  "remedies",
                                                  "cost_usd",
                                                  "energy_kwh",
                                                  "site_energy_kwh",
                                                  "co2e_kg",
                                                  "with_failures",
                                                  "with_preemptions",
                                                  "scaling_efficiency",
                                                  "scaling_baseline_chips",
                                                  "elasticities",
                                                  "part_elasticities",
                                                  "link_losses",
                                                  "collective_algorithm",
                                                  "simulation",
                                                  "phases",
                                                  "calibration",
                                                  "published",
                                                  "notes"});
  CHECK(keys_of(json.at("breakdown_seconds")) == std::vector<std::string>{"compute", "exposed_communication",
                                                                          "pipeline_bubble", "optimizer", "input",
                                                                          "overhead"});
  CHECK(keys_of(json.at("simulation")) == std::vector<std::string>{"mode", "reason", "flows", "wall_seconds", "steps"});
}

TEST_CASE("the JSON of a run has the values in the units of its keys") {
  const Json json = to_json(test::sample_run());
  CHECK(json.at("schema") == "podsim/run/1");
  CHECK(json.at("wall_hours") == 150000.0 / 3600);
  CHECK(json.at("energy_kwh") == 290.0);
  CHECK(json.at("memory_bytes_per_rank") == 12.5 * 0x1p30);
  CHECK(json.at("memory_bytes").at("shortfall") == 0.0);
  CHECK(json.at("fits") == true);
  CHECK(json.at("cost_usd").dump() == R"({"commitment_1y":1680.0,"on_demand":2666.67,"preemptible":800.0})");
  CHECK(json.at("published").dump() == R"({"hours":43.2,"ratio":0.9645,"source":"You et al. 2019, table 1"})");
  CHECK(json.at("phases").at(1).at("sequence_length") == 512);
  CHECK_FALSE(json.at("phases").at(0).contains("timeline"));
}

TEST_CASE("a run that does not fit, without a published one") {
  const Json json = to_json(test::misfit_run());
  CHECK(json.at("fits") == false);
  CHECK(json.at("memory_bytes").at("shortfall") == 2.0 * 0x1p30);
  CHECK(json.at("remedies").size() == 2);
  CHECK(json.at("published").is_null());
  CHECK(json.at("calibration").is_null());
  CHECK(json.at("checkpoint").is_null());
  CHECK(json.at("with_failures").is_null());
  CHECK(json.at("notes") == Json::array());
}

TEST_CASE("a run comes back from its JSON text") {
  const auto made = GENERATE(&test::sample_run, &test::misfit_run);
  const Json json = to_json(made());
  check_same(to_json(run_result_from_json(Json::parse(json.dump()))), json);
}

TEST_CASE("numbers come back from the JSON text bit by bit") {
  run::RunResult result = test::sample_run();
  result.step.seconds = {0.1 + 0.2, 1.0 / 3, 5e-324};
  const run::RunResult back = run_result_from_json(Json::parse(to_json(result).dump()));
  CHECK(back.step.seconds.value == 0.1 + 0.2);
  CHECK(back.step.seconds.low == 1.0 / 3);
  CHECK(back.step.seconds.high == 5e-324);
}

TEST_CASE("a number that is not finite is a programming error that names its key") {
  run::RunResult result = test::sample_run();
  SECTION("NaN") {
    result.step.mfu = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH(to_json(result), "result: mfu is not a finite number");
  }
  SECTION("infinity, nested") {
    result.step.phases[1].breakdown.input_seconds = std::numeric_limits<double>::infinity();
    CHECK_THROWS_WITH(to_json(result), "result: phases.1.breakdown_seconds.input is not a finite number");
  }
}

TEST_CASE("JSON of another schema or without a key is refused") {
  Json json = to_json(test::sample_run());
  SECTION("schema") {
    json["schema"] = "podsim/run/2";
    CHECK_THROWS_WITH(run_result_from_json(json), "result: schema is \"podsim/run/2\", not \"podsim/run/1\"");
  }
  SECTION("key") {
    json.erase("steps");
    CHECK_THROWS_AS(run_result_from_json(json), Json::out_of_range);
  }
}
