#include "study/point/simulate.hpp"
#include "fixtures.hpp"
#include "results/json.hpp"
#include "study/point/outcome_text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <unistd.h>
#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <string>

using namespace podsim::study;
using podsim::run::ImpossibleRun;
using podsim::run::RunResult;

namespace {

using Places = std::vector<std::size_t>;

/// Each result tells its place by its chips and the size of its block by its ranks.
std::vector<PointOutcome> tell_block(const Places& places) {
  std::vector<PointOutcome> outcomes;
  for (const std::size_t place : places) {
    RunResult run = result(static_cast<int>(place) + 1, 1, 1, 1);
    run.plan.ranks = static_cast<int>(places.size());
    outcomes.emplace_back(run);
  }
  return outcomes;
}

SimulateOptions options(std::size_t block, int workers) {
  SimulateOptions options;
  options.block = block;
  options.workers = workers;
  return options;
}

}  // namespace

TEST_CASE("points are cut into blocks in order, the last one shorter") {
  const auto outcomes = simulate_blocks(7, options(3, 2), tell_block);
  REQUIRE(outcomes.size() == 7);
  for (int i = 0; i < 7; ++i) {
    CHECK(std::get<RunResult>(outcomes[static_cast<std::size_t>(i)]).setup.chips == i + 1);
    CHECK(std::get<RunResult>(outcomes[static_cast<std::size_t>(i)]).plan.ranks == (i < 6 ? 3 : 1));
  }
}

TEST_CASE("outcomes do not depend on the number of workers") {
  const auto random_order = [](const Places& places) {
    usleep(static_cast<useconds_t>(1000 * (7 * (places.front() + 1) % 5)));
    return tell_block(places);
  };
  const std::string one = outcomes_to_text(simulate_blocks(40, options(4, 1), random_order));
  const std::string three = outcomes_to_text(simulate_blocks(40, options(4, 3), random_order));
  CHECK(one == three);
}

TEST_CASE("a point that kills its process fails alone") {
  const auto dies_at_six = [](const Places& places) {
    for (const std::size_t place : places) {
      if (place == 5) kill(getpid(), SIGKILL);
    }
    return tell_block(places);
  };
  std::vector<std::size_t> settled;
  SimulateOptions counted = options(4, 2);
  counted.progress = [&](std::size_t done) { settled.push_back(done); };
  const auto outcomes = simulate_blocks(10, counted, dies_at_six);
  for (std::size_t i = 0; i < outcomes.size(); ++i) CHECK(status_of(outcomes[i]) == (i == 5 ? "failed" : "done"));
  CHECK(reason_of(outcomes[5]) == "the worker process was ended by signal 9 (Killed)");
  CHECK(settled.back() == 10);
  CHECK(std::is_sorted(settled.begin(), settled.end()));
}

TEST_CASE("an error in a block is the failure of the point that throws it") {
  const auto throws_at_three = [](const Places& places) {
    for (const std::size_t place : places) {
      if (place == 2) throw std::runtime_error("deadlock of rank 3");
    }
    return tell_block(places);
  };
  const auto outcomes = simulate_blocks(4, options(16, 1), throws_at_three);
  CHECK(reason_of(outcomes[2]) == "deadlock of rank 3");
  CHECK(status_of(outcomes[3]) == "done");
}

TEST_CASE("outcomes come through a pipe unchanged") {
  const std::vector<PointOutcome> outcomes{result(16, 1.25, 2.5, 100), ImpossibleRun{"not a slice: \"5x5\""},
                                           FailedRun{"ended"}};
  const auto back = outcomes_from_text(outcomes_to_text(outcomes));
  REQUIRE(back.size() == 3);
  CHECK(podsim::results::to_json(std::get<RunResult>(back[0])).dump() ==
        podsim::results::to_json(std::get<RunResult>(outcomes[0])).dump());
  CHECK(std::get<ImpossibleRun>(back[1]).reason == "not a slice: \"5x5\"");
  CHECK(std::get<FailedRun>(back[2]).reason == "ended");
}
