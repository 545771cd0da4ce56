#include "step/isolated.hpp"
#include "step/paper_pipeline.hpp"
#include "step/paper_program.hpp"
#include "step/simulation.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace podsim;
using parallel::Activity;
using parallel::Await;
using parallel::Start;
using parallel::StepProgram;
using parallel::Work;
using tests::paper_routes;
using tests::PaperRoute;

namespace {

/// Two streams of one message of 1 GB each.
StepProgram two_streams() {
  StepProgram program;
  program.streams = {{{.size = 4}}, {{.size = 4, .stride = 2}}};
  program.messages = {{.stream = 0, .bytes = 1e9}, {.stream = 1, .bytes = 1e9}};
  return program;
}

step::StepMeasurement measured(const StepProgram& program, const collective::Collectives& collectives,
                               std::vector<size_t> kinds = {0}, bool full = false) {
  step::Simulation simulation;
  simulation.add(
      {.name = "known", .collectives = collectives, .kinds = std::move(kinds), .programs = {program}, .full = full});
  return simulation.run().front().front();
}

/// Kinds that send to themselves and, the first, to the second over streams of their own: works and messages at random.
class RandomProgram {
 public:
  RandomProgram(unsigned seed, int links) : random_(seed) {
    for (int stream = 0; stream < 4; ++stream) {
      program.streams.push_back({{.size = 2, .stride = stream + 1}});
      PaperRoute& route = routes.emplace_back();
      route.fill_seconds = draw(0, 2) * 0.05;
      for (int link = 0; link < links; ++link) {
        if (draw(0, 2) == 0) route.links.push_back(link);
      }
      if (route.links.empty()) route.links.push_back(draw(0, links - 1));
      for (int i = 0; i < 2; ++i) program.messages.push_back({.stream = stream, .bytes = draw(1, 9) * 0.1e9});
    }
    add_kind({0, 1, 2, 3}, {});
    add_kind({4, 5, 6, 7}, {0, 1});
  }

  StepProgram program;
  std::vector<PaperRoute> routes;

 private:
  int draw(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }

  void work(parallel::Block& block) {
    if (draw(0, 3) > 0) {
      block.push_back(Work{draw(0, 1) ? Activity::forward : Activity::backward, 0.013 * draw(1, 60)});
    }
  }

  /// Starts some messages, the second of each stream after the first, and awaits them later, and some that are others'.
  void add_kind(const std::vector<int>& own, const std::vector<int>& others) {
    std::vector<int> blocks;
    for (int i = 0; i < 3; ++i) {
      parallel::Block block;
      std::vector<int> under_way;
      for (const int message : own) {
        work(block);
        block.push_back(Start{message});
        under_way.push_back(message);
        work(block);
        if (draw(0, 1) == 0) continue;
        for (const int awaited : under_way) block.push_back(Await{awaited});
        under_way.clear();
      }
      for (const int message : others) block.push_back(Await{message});
      work(block);
      for (const int awaited : under_way) block.push_back(Await{awaited});
      work(block);
      blocks.push_back(static_cast<int>(program.blocks.size()));
      program.blocks.push_back(block);
    }
    program.kinds.push_back({.loops = {{.blocks = blocks, .times = 3}}});
  }

  std::mt19937 random_;
};

std::vector<double> numbers_of(const step::StepMeasurement& step) {
  std::vector<double> numbers{step.seconds, static_cast<double>(step.flows)};
  for (const step::PathSeconds& path : step.kinds) {
    numbers.insert(numbers.end(), {path.compute_seconds, path.exposed_communication_seconds, path.bubble_seconds});
  }
  return numbers;
}

}  // namespace

TEST_CASE("a known message that another overtakes half-way shares the link from then on, on paper") {
  // Each alone first, 0.25 s of fill and 1 s; then the second begins 0.75 s after the first, which has half of its bytes
  // left. The second's flow begins at 1 s, with a quarter left: they share for 0.5 s, then it has 0.75 s more.
  StepProgram program = two_streams();
  program.add_kind({Start{0}, Await{0}, Start{1}, Await{1}, Start{0}, Work{Activity::forward, 0.75}, Start{1}, Await{0},
                    Await{1}, Start{1}, Await{1}, Start{0}, Await{0}});
  const auto step = measured(program, paper_routes(program, 1, {{{0}, 0.25}, {{0}, 0.25}}));
  CHECK(step.seconds == Approx(1.25 + 1.25 + (1 + 0.5 + 0.75) + 1.25 + 1.25).epsilon(1e-9));
  // The first two, the rest of the third, and the fourth; the last two are known.
  CHECK(step.flows == 4);
}

TEST_CASE("a known message that is disturbed in its fill has all its bytes to share") {
  StepProgram program = two_streams();
  program.add_kind(
      {Start{0}, Await{0}, Start{1}, Await{1}, Start{0}, Work{Activity::forward, 0.125}, Start{1}, Await{0}, Await{1}});
  const auto step = measured(program, paper_routes(program, 1, {{{0}, 0.25}, {{0}, 0}}));
  // The second has 0.125 s alone; then both share until its 0.875 GB are there, 1.75 s; the first has 0.125 s more.
  CHECK(step.seconds == Approx(1.25 + 1 + 0.125 + 0.125 + 1.75 + 0.125).epsilon(1e-9));
}

TEST_CASE("messages of streams without links in common are known to each other's ranks") {
  StepProgram program = two_streams();
  program.add_kind({Start{0}, Start{1}, Await{0}, Await{1}, Start{0}, Start{1}, Await{0}, Await{1}});
  program.kinds.push_back(program.kinds.front());  // two ranks a message: it is not one rank's own
  const auto step = measured(program, paper_routes(program, 2, {{{0}, 0}, {{1}, 0}}), {0, 1});
  CHECK(step.seconds == Approx(2).epsilon(1e-9));
  CHECK(step.flows == 2);
}

TEST_CASE("known messages take what they take when each is played") {
  for (unsigned seed = 0; seed < 60; ++seed) {
    const RandomProgram drawn(seed, 3);
    const auto times = [&](bool whole) {
      return tests::isolated([&] {
        return numbers_of(measured(drawn.program, paper_routes(drawn.program, 3, drawn.routes, whole), {0, 1}));
      });
    };
    const auto known = times(false);
    const auto played = times(true);
    INFO("seed " << seed);
    REQUIRE(known.size() == played.size());
    for (size_t i = 0; i < known.size(); ++i) {
      if (i != 1) CHECK(known[i] == Approx(played[i]).epsilon(1e-9).margin(1e-9));
    }
  }
}

TEST_CASE("messages with links of their own and the work around them are one sleep, on paper") {
  // 1 GB under 0.25 s of work: 0.75 s of it are exposed. Then two in a row under 1.5 s: 0.5 s.
  StepProgram program = two_streams();
  program.messages[0].traffic = parallel::Traffic::tensor;
  program.blocks = {{Start{0}, Work{Activity::forward, 0.25}, Await{0}, Work{Activity::backward, 1}, Start{0}, Start{0},
                     Work{Activity::backward, 1.5}, Await{0}, Await{0}},
                    {Start{1}, Await{1}}};
  program.kinds = {{.loops = {{.blocks = {0}, .times = 3}, {.blocks = {1}, .times = 1}}}};
  const auto step = measured(program, paper_routes(program, 2, {{{0}, 0}, {{1}, 0}}));
  CHECK(step.seconds == Approx(3 * (1 + 1 + 2) + 1).epsilon(1e-9));
  CHECK(step.compute_seconds == Approx(3 * 2.75).epsilon(1e-9));
  CHECK(step.exposed_seconds[static_cast<size_t>(parallel::Traffic::tensor)] == Approx(3 * 1.25).epsilon(1e-9));
  CHECK(step.exposed_seconds[static_cast<size_t>(parallel::Traffic::gradients)] == Approx(1).epsilon(1e-9));
  CHECK(step.sum() == Approx(step.seconds).epsilon(1e-9));
  CHECK(step.flows == 2);
  double work = 0;
  double messages = 0;
  for (const step::Span& span : step.spans) {
    if (span.kind == step::Span::Kind::work) work += span.end_seconds - span.start_seconds;
    if (span.kind == step::Span::Kind::message) messages += span.end_seconds - span.start_seconds;
  }
  CHECK(work == Approx(3 * 2.75).epsilon(1e-9));
  CHECK(messages == Approx(3 * 3 + 1).epsilon(1e-9));
}

TEST_CASE("sleeps of several parts take what the same instructions take one by one") {
  // In full mode the code is not changed, and a group of two ranks is the only one.
  for (unsigned seed = 100; seed < 160; ++seed) {
    const RandomProgram drawn(seed, 8);
    const auto times = [&](bool full) {
      return tests::isolated([&] {
        return numbers_of(measured(drawn.program, paper_routes(drawn.program, 8, drawn.routes), {0, 1}, full));
      });
    };
    const auto lowered = times(false);
    const auto plain = times(true);
    INFO("seed " << seed);
    REQUIRE(lowered.size() == plain.size());
    for (size_t i = 0; i < lowered.size(); ++i) {
      if (i != 1) CHECK(lowered[i] == Approx(plain[i]).epsilon(1e-9).margin(1e-9));
    }
  }
}
