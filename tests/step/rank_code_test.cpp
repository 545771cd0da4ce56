#include "step/code/rank_code.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <string>

using namespace podsim;
using parallel::Activity;
using parallel::Await;
using parallel::Start;
using parallel::Work;

namespace {

/// A tensor-parallel message of 2 s, and one of everybody.
parallel::StepProgram tensor_and_barrier() {
  parallel::StepProgram program;
  program.streams = {{{.size = 2}}, {{.size = 4}}};
  program.messages = {{.stream = 0, .traffic = parallel::Traffic::tensor, .bytes = 2e9},
                      {.stream = 1, .traffic = parallel::Traffic::barrier, .bytes = 8}};
  return program;
}

/// "sleep 3 start1 await1", block by block.
std::string lowered(const parallel::StepProgram& program, bool sharing) {
  step::OwnMessages own{.seconds = {2.0, std::nullopt}, .sharing = {{}, {}}};
  if (sharing) own.sharing = {{1}, {0}};
  const step::RankCode code = step::lowered_code(program, program.kinds.front(), own);
  std::string text;
  for (const step::OpBlock& block : code.blocks) {
    text += text.empty() ? "" : " | ";
    std::string ops;
    for (const step::Op& op : block.ops) {
      ops += ops.empty() ? "" : " ";
      switch (op.type) {
        case step::Op::Type::sleep: ops += fmt::format("sleep {}", op.seconds); break;
        case step::Op::Type::start: ops += fmt::format("start{}", code.messages[static_cast<size_t>(op.use)]); break;
        default: ops += fmt::format("await{}", code.messages[static_cast<size_t>(op.use)]);
      }
    }
    text += ops;
  }
  return text;
}

const parallel::Block kLayer = {Work{Activity::forward, 1}, Start{0}, Work{Activity::backward, 0.5}, Await{0},
                                Work{Activity::forward, 4}};

}  // namespace

TEST_CASE("work and own messages between messages of others are one sleep each") {
  auto program = tensor_and_barrier();
  parallel::Block tail = kLayer;
  tail.insert(tail.end(), {Start{1}, Await{1}, Work{Activity::optimizer, 0.25}});
  program.blocks = {kLayer, tail};
  program.kinds = {{.loops = {{.blocks = {0}, .times = 9}, {.blocks = {1}}}}};
  CHECK(lowered(program, false) == "sleep 7 | sleep 7 start1 await1 sleep 0.25");
  // What everybody sends over the same links is not under way where this rank has not started it, or has awaited it.
  CHECK(lowered(program, true) == "sleep 7 | sleep 7 start1 await1 sleep 0.25");
}

TEST_CASE("an own message under way at another's start remains a message, in that block only") {
  auto program = tensor_and_barrier();
  program.blocks = {kLayer, {Start{0}, Work{Activity::forward, 1}, Start{1}, Await{0}, Await{1}}};
  program.kinds = {{.loops = {{.blocks = {0, 1}}}}};
  CHECK(lowered(program, false) == "sleep 7 | start0 sleep 1 start1 await0 await1");
}

TEST_CASE("an own message beside another on its links remains a message, also in blocks that come after") {
  auto program = tensor_and_barrier();
  program.blocks = {{Start{1}, Work{Activity::forward, 1}}, kLayer, {Await{1}}, kLayer};
  program.kinds = {{.loops = {{.blocks = {0, 1, 2, 3}}}}};
  const std::string messages = "sleep 1 start0 sleep 0.5 await0 sleep 4";
  CHECK(lowered(program, true) == "start1 sleep 1 | " + messages + " | await1 | sleep 7");
  CHECK(lowered(program, false) == "start1 sleep 1 | sleep 7 | await1 | sleep 7");
}

TEST_CASE("an own stream of which something is under way at the end of a block is not lowered at all") {
  auto program = tensor_and_barrier();
  program.blocks = {kLayer, {Start{0}, Work{Activity::forward, 1}}, {Await{0}, Work{Activity::forward, 3}}};
  program.kinds = {{.loops = {{.blocks = {0, 1, 2}}}}};
  CHECK(lowered(program, false) == "sleep 1 start0 sleep 0.5 await0 sleep 4 | start0 sleep 1 | await0 sleep 3");
}
