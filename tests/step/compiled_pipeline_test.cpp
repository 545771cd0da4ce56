#include "step/compiled_pipeline.hpp"

#include "pipeline/slots.hpp"
#include "step/blocking_pipeline.hpp"
#include "step/isolated.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace podsim;
using pipeline::ScheduleKind;
using pipeline::Shape;
using tests::CompiledPipeline;

namespace {

/// The end's barrier sends four bytes at 1 GB/s.
constexpr double kBarrierSeconds = 1e-8;

/// Iterations that take the same to 1e-9 are taken to repeat themselves.
constexpr double kRepetition = 2e-9;

/// A rank's share of a micro-batch takes 1 s forward and 2 s backward, whatever the number of its chunks.
CompiledPipeline equal(ScheduleKind kind, const Shape& shape, double message = 0) {
  const double chunk = kind == ScheduleKind::dualpipe ? 1.0 : 1.0 / shape.chunks;
  return {.kind = kind,
          .shape = shape,
          .forward = chunk,
          .input_gradient = chunk,
          .weight_gradient = chunk,
          .message = message};
}

double seconds(const CompiledPipeline& pipeline) {
  return tests::isolated([&] { return std::vector{pipeline.measured().seconds}; }).front();
}

double by_events(const CompiledPipeline& pipeline) {
  return tests::seconds_of(
      pipeline.kind, pipeline.shape,
      {pipeline.forward, pipeline.input_gradient, pipeline.weight_gradient, pipeline.message, pipeline.blocks, false});
}

Approx about(double value) { return Approx(value).margin(kBarrierSeconds).epsilon(kRepetition); }

}  // namespace

TEST_CASE("compiled and simulated, equal stages take what the schedules' papers say") {
  CHECK(seconds(equal(ScheduleKind::gpipe, {8, 1, 32})) == about(117));
  CHECK(seconds(equal(ScheduleKind::one_f_one_b, {8, 1, 32})) == about(117));
  CHECK(seconds(equal(ScheduleKind::interleaved, {8, 2, 32})) == about(106.5));
  CHECK(seconds(equal(ScheduleKind::interleaved, {8, 4, 32})) == about(101.25));
  CHECK(seconds(equal(ScheduleKind::zb_h1, {8, 1, 32})) == about(103));
  CHECK(seconds(equal(ScheduleKind::zb_v, {8, 2, 32})) == about(99.5));
  // Pairs of passes run one after the other, so that what the first makes leaves before the second ends: less than the
  // 102 of pairs that begin and end together.
  CHECK(seconds(equal(ScheduleKind::dualpipe, {8, 2, 32})) == about(99));
  // Fewer micro-batches than stages: (4 + 7) x 3.
  CHECK(seconds(equal(ScheduleKind::one_f_one_b, {8, 1, 4})) == about(33));
}

TEST_CASE("the measured bubble is the lost share of the step") {
  step::StepMeasurement step = equal(ScheduleKind::one_f_one_b, {8, 1, 32}).measured();
  for (const step::PathSeconds& path : step.kinds) {
    CHECK(path.bubble_seconds / step.seconds == Approx(7.0 / (32 + 7)).epsilon(1e-6));
    CHECK(path.compute_seconds == Approx(96));
  }
}

TEST_CASE("blocking sends of 1F1B are paid for in every micro-batch") {
  // The order alone, with sends that hold up nobody, costs 2 t (p - 2 + m (p - 1) / p) for m a multiple of p. That both
  // ranks wait until a message has arrived costs a few more t.
  for (const auto& [ranks, micro_batches] : {std::pair{2, 8}, {4, 16}, {8, 32}}) {
    const double t = 0.01;
    const double p = ranks;
    const double m = micro_batches;
    CAPTURE(ranks, micro_batches);
    const double formula = (m + p - 1) * 3 + 2 * t * (p - 2 + m * (p - 1) / p);
    const CompiledPipeline pipeline = equal(ScheduleKind::one_f_one_b, {ranks, 1, micro_batches}, t);
    CHECK(by_events(pipeline) == Approx(formula));
    const std::vector<double> forward(static_cast<size_t>(ranks), 1);
    const std::vector<double> backward(static_cast<size_t>(ranks), 2);
    const double blocking = tests::BlockingPipeline(forward, backward, t, micro_batches).seconds();
    CHECK(blocking > formula);
    CHECK(blocking <= formula + 2 * p * t);
    CHECK(seconds(pipeline) == about(blocking));
  }
}

TEST_CASE("1F1B of unequal stages is the pipeline written message by message") {
  std::mt19937 random(11);
  std::uniform_real_distribution<double> factor(0.5, 1.5);
  for (int draw = 0; draw < 12; ++draw) {
    const int ranks = 2 + draw % 5;
    CompiledPipeline pipeline = equal(ScheduleKind::one_f_one_b, {ranks, 1, 3 + draw * 2}, 0.3 * factor(random));
    std::vector<double> forward;
    std::vector<double> backward;
    for (int stage = 0; stage < ranks; ++stage) {
      pipeline.blocks.push_back(factor(random));
      forward.push_back(pipeline.blocks.back());
      backward.push_back(2 * pipeline.blocks.back());
    }
    CAPTURE(draw);
    CHECK(seconds(pipeline) ==
          about(tests::BlockingPipeline(forward, backward, pipeline.message, 3 + draw * 2).seconds()));
  }
}

TEST_CASE("sends that hold up nobody are paid for where the pipeline fills and drains") {
  const double t = 0.01;
  CHECK(seconds(equal(ScheduleKind::gpipe, {8, 1, 32}, t)) == about(117 + 2 * 7 * t));
  // From the first to the last of 16 stages and back.
  CHECK(seconds(equal(ScheduleKind::interleaved, {8, 2, 32}, t)) == about(106.5 + 2 * 15 * t));
  CHECK(seconds(equal(ScheduleKind::interleaved, {8, 4, 32}, t)) == about(101.25 + 2 * 31 * t));
}

TEST_CASE("schedules whose sends hold up nobody take what the event list says, stages alike or not") {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> factor(0.6, 1.4);
  int compared = 0;
  for (const auto kind : {ScheduleKind::gpipe, ScheduleKind::interleaved, ScheduleKind::zb_h1, ScheduleKind::zb_v,
                          ScheduleKind::dualpipe}) {
    for (int draw = 0; draw < 6; ++draw) {
      const bool two = kind != ScheduleKind::gpipe && kind != ScheduleKind::zb_h1;
      const int ranks = draw % 2 == 0 ? 4 : 2;
      CompiledPipeline pipeline{.kind = kind,
                                .shape = {ranks, two ? 2 : 1, int64_t{ranks} * (2 + draw)},
                                .forward = 1,
                                .input_gradient = 1.2,
                                .weight_gradient = 0.8,
                                .message = 0.02 * (draw % 3)};
      if (draw > 1) {
        for (int stage = 0; stage < pipeline.stages(); ++stage) pipeline.blocks.push_back(factor(random));
      }
      CAPTURE(pipeline::schedule_names()[static_cast<size_t>(kind)], draw);
      CHECK(seconds(pipeline) == about(by_events(pipeline)));
      ++compared;
    }
  }
  CHECK(compared == 30);
}

TEST_CASE("compiled, a slow stage late costs more than early") {
  // Four stages, 16 micro-batches, one of 1.4 times the work.
  CompiledPipeline pipeline = equal(ScheduleKind::one_f_one_b, {4, 1, 16});
  pipeline.blocks = {1, 1, 1, 1.4};
  CHECK(seconds(pipeline) == about(76.2));
  pipeline.blocks = {1.4, 1, 1, 1};
  CHECK(seconds(pipeline) == about(72.6));
}
