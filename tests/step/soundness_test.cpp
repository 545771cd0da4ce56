#include "step/code/usage.hpp"
#include "step/paper_program.hpp"

#include <catch2/catch.hpp>

using namespace podsim;
using parallel::Activity;
using parallel::Await;
using parallel::Start;
using parallel::Work;

namespace {

parallel::StepProgram one_message() {
  parallel::StepProgram program;
  program.streams = {{{.size = 2}}};
  program.messages = {{.bytes = 1e9}};
  return program;
}

}  // namespace

TEST_CASE("kinds that start a message do so equally often, counted over all loops") {
  auto program = one_message();
  program.blocks = {{Start{0}}, {Start{0}, Start{0}}, {Await{0}}};
  program.kinds = {{.loops = {{.blocks = {0}, .times = 4}}},
                   {.loops = {{.blocks = {1}, .times = 2}}},
                   {.loops = {{.blocks = {2}, .times = 4}}}};
  CHECK_NOTHROW(step::require_sound("sound", program));
  program.kinds[1].loops.push_back({.blocks = {0}});
  CHECK_THROWS_WITH(step::require_sound("odd", program),
                    "odd: ranks of kind 1 start message 0 5 times in a step, not 4");
  program.kinds[1].loops.pop_back();
  program.kinds[2].loops[0].times = 3;
  CHECK_THROWS_WITH(step::require_sound("odd", program),
                    "odd: ranks of kind 2 await message 0 3 times in a step, not 4");
}

TEST_CASE("what the next step awaits is not in a repeated loop") {
  auto program = one_message();
  program.blocks = {{Start{0}}, {Await{0, true}}};
  program.kinds = {{.loops = {{.blocks = {1, 0}, .times = 2}}}};
  CHECK_THROWS_WITH(step::require_sound("late", program),
                    "late: message 0, which the next step awaits, is in a loop of 2 times");
}

TEST_CASE("seconds of work count each time that a loop comes by, and the busiest kind is the first of the longest") {
  parallel::StepProgram program;
  program.blocks = {{Work{Activity::forward, 1}, Work{Activity::backward, 2}}, {Work{Activity::forward, 3}}};
  program.kinds = {{.loops = {{.blocks = {0}, .times = 2}}},
                   {.loops = {{.blocks = {0, 1}, .times = 3}, {.blocks = {1}, .times = 4}}},
                   {.loops = {{.blocks = {1}, .times = 10}}}};
  CHECK(parallel::work_seconds(program, program.kinds[1]) == Approx(3 * 6 + 4 * 3));
  CHECK(parallel::work_seconds(program, program.kinds[1], Activity::forward) == Approx(3 * 4 + 4 * 3));
  CHECK(parallel::busiest_kind(program) == 1);
}
