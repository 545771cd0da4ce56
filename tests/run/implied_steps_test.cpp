#include "run/account/implied_steps.hpp"

#include <catch2/catch.hpp>

using namespace podsim;

namespace {

/// 36 hours published, half a second a step: 259,200 steps.
run::RunResult published_result() {
  run::RunResult result;
  result.step.seconds.value = 0.5;
  result.published = run::Published{.hours = 36, .ratio = 1, .source = "a paper"};
  return result;
}

}  // namespace

TEST_CASE("published hours imply steps where nobody published them") {
  catalog::Training training;
  training.plausible_steps = catalog::StepRange{.low = 100000, .high = 400000};
  CHECK(run::implied_steps_note(published_result(), training) ==
        "the steps are not published: the recipe's are assumed; 36 h at this step time are 2.59e+05 steps, which is "
        "plausible (1e+05 to 4e+05)");
  training.plausible_steps->high = 200000;
  CHECK(run::implied_steps_note(published_result(), training)->find("not plausible") != std::string::npos);
}

TEST_CASE("known steps, or no published run, imply nothing") {
  catalog::Training training;
  CHECK_FALSE(run::implied_steps_note(published_result(), training));
  training.plausible_steps = catalog::StepRange{.low = 1, .high = 2};
  run::RunResult alone = published_result();
  alone.published.reset();
  CHECK_FALSE(run::implied_steps_note(alone, training));
}
