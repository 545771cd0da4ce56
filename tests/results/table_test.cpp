#include "results/table.hpp"
#include "results/sample.hpp"
#include "results/text.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

using namespace podsim;
using namespace podsim::results;
using Catch::Matchers::Contains;

namespace {

std::string golden(const std::string& name) {
  return test::text_of(std::filesystem::path(PODSIM_SOURCE_DIR) / "tests/golden" / name);
}

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, width(line));
  return widest;
}

bool is_control(char byte) { return byte != '\n' && static_cast<unsigned char>(byte) < 0x20; }

void set_names(run::RunResult& result, const std::string& name) {
  for (std::string* text : {&result.workload, &result.platform, &result.chip, &result.stack, &result.slice,
                            &result.collective, &result.interval_source, &result.simulation.mode,
                            &result.simulation.reason, &result.published->source, &result.phases[0].name})
    *text = name;
  result.notes = {name, ""};
  result.memory.remedies = {name};
  result.cost_usd = {{name, 1}, {"on_demand", 2}};
}

void scale_numbers(run::RunResult& result, double factor) {
  run::Breakdown& parts = result.breakdown;
  for (double* value : {&result.step_seconds.value,
                        &result.step_seconds.low,
                        &result.step_seconds.high,
                        &result.step_bound_seconds,
                        &result.wall_seconds.value,
                        &result.wall_seconds.low,
                        &result.wall_seconds.high,
                        &result.examples_per_second,
                        &result.model_flops_per_step,
                        &result.mfu,
                        &result.pfs_days,
                        &result.parameters,
                        &result.energy_joules,
                        &result.scaling_efficiency,
                        &result.local_batch,
                        &result.published->hours,
                        &result.published->ratio,
                        &parts.compute_seconds,
                        &parts.exposed_communication_seconds,
                        &parts.optimizer_seconds,
                        &parts.overhead_seconds,
                        &result.memory.weights_bytes,
                        &result.simulation.wall_seconds})
    *value *= factor;
  for (double* value :
       {&result.wall_parts.steps_seconds, &result.wall_parts.start_up_seconds, &result.wall_parts.evaluation_seconds}) {
    *value *= factor;
  }
  for (auto& [kind, usd] : result.cost_usd) usd *= factor;
}

}  // namespace

TEST_CASE("the table of a run reads as the golden text") {
  CHECK(to_table(test::sample_run()) == golden("run_table.txt"));
}

TEST_CASE("the table of a run that does not fit says so first") {
  const std::string table = to_table(test::misfit_run());
  CHECK(table == golden("run_table_misfit.txt"));
  CHECK_THAT(table.substr(0, table.find("\n\n")), Contains("DOES NOT FIT, 2.00 GiB per rank short"));
}

TEST_CASE("no line of a table passes 100 columns and none holds a control character") {
  const double factor = GENERATE(0.0, 1e-300, 1e-9, 1e-6, 1e-3, 1.0, 1e3, 1e6, 1e9, 1e12, 1e200);
  const std::string name = GENERATE(as<std::string>{}, "", "x", std::string(300, 'w'),
                                    "a name of words that goes on and on for far longer than anybody would read it on "
                                    "one line of a terminal, \x1b[31m with an escape\nand a line break",
                                    "größer-größer-größer-größer-größer-größer-größer-größer-größer-größer-größer");
  run::RunResult result = test::sample_run();
  result.chips = GENERATE(1, 1 << 20);
  result.ranks = 2 * result.chips;
  result.steps = 1000000000000;
  result.plan.global_batch = 1000000000;
  scale_numbers(result, factor);
  set_names(result, name);
  const std::string table = to_table(result);
  CHECK(widest_line(table) <= 100);
  CHECK(table.back() == '\n');
  CHECK(std::none_of(table.begin(), table.end(), is_control));
}

TEST_CASE("parts of a step that take no time have no row") {
  const std::string table = to_table(test::sample_run());
  CHECK_THAT(table, Contains("optimizer"));
  CHECK_THAT(table, !Contains("pipeline bubble"));
}

TEST_CASE("a run on a single phase has no row of phases, one without prices no money") {
  run::RunResult result = test::sample_run();
  result.phases.pop_back();
  result.cost_usd.clear();
  result.with_failures->cost_usd.clear();
  result.with_preemptions->cost_usd.clear();
  const std::string table = to_table(result);
  CHECK_THAT(table, !Contains("phases"));
  CHECK_THAT(table, !Contains("$") && !Contains("cost"));
}
