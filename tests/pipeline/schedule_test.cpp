#include "pipeline/schedule.hpp"

#include "pipeline/slots.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace podsim;
using pipeline::Pass;
using pipeline::ScheduleKind;
using pipeline::Shape;

namespace {

/// A rank's share of a micro-batch takes 1 s forward and 2 s backward, whatever the number of its chunks.
double seconds(ScheduleKind kind, const Shape& shape, double message = 0) {
  const double chunk = kind == ScheduleKind::dualpipe ? 1.0 : 1.0 / shape.chunks;
  return tests::seconds_of(kind, shape, {chunk, chunk, chunk, message});
}

/// Peak of a rank's activations, in micro-batches of all its layers.
double peak(ScheduleKind kind, const Shape& shape, size_t rank) {
  const double chunks = kind == ScheduleKind::dualpipe ? 1.0 : shape.chunks;
  return static_cast<double>(pipeline::peak_in_flight(pipeline::make_schedule(kind, shape)[rank])) / chunks;
}

int chunks_of(ScheduleKind kind) {
  const bool two = kind == ScheduleKind::interleaved || kind == ScheduleKind::zb_v || kind == ScheduleKind::dualpipe;
  return two ? 2 : 1;
}

}  // namespace

TEST_CASE("eight equal stages and 32 micro-batches take what the schedules' papers say") {
  // (m + p - 1)(F + B); interleaved m (F + B) + (p - 1)(F + B)/v.
  CHECK(seconds(ScheduleKind::gpipe, {8, 1, 32}) == Approx(117));
  CHECK(seconds(ScheduleKind::one_f_one_b, {8, 1, 32}) == Approx(117));
  CHECK(seconds(ScheduleKind::interleaved, {8, 2, 32}) == Approx(106.5));
  CHECK(seconds(ScheduleKind::interleaved, {8, 4, 32}) == Approx(101.25));
  // ZB-H1: m (F + I + W) + (p - 1)(F + I - W). ZB-V has no bubble on a rank, but the last starts 7 chunks late.
  CHECK(seconds(ScheduleKind::zb_h1, {8, 1, 32}) == Approx(103));
  CHECK(seconds(ScheduleKind::zb_v, {8, 2, 32}) == Approx(99.5));
  // DualPipe: each rank has two stages' worth of work for half of the micro-batches, and a bubble of
  // (p/2 - 1)(F&B + B - 3W) = 3 (3 + 2 - 3).
  CHECK(seconds(ScheduleKind::dualpipe, {8, 2, 32}) == Approx(96 + 6));
}

TEST_CASE("what a rank keeps at most") {
  for (const int rank : {0, 3, 7}) {
    const auto at = static_cast<size_t>(rank);
    CHECK(peak(ScheduleKind::gpipe, {8, 1, 32}, at) == 32);
    CHECK(peak(ScheduleKind::one_f_one_b, {8, 1, 32}, at) == 8 - rank);
    CHECK(peak(ScheduleKind::one_f_one_b, {8, 1, 3}, at) == std::min(3, 8 - rank));
    CHECK(peak(ScheduleKind::interleaved, {8, 2, 32}, at) == (2 * (7 - rank) + 8 + 1) / 2.0);
    CHECK(peak(ScheduleKind::interleaved, {8, 4, 32}, at) == (2 * (7 - rank) + 24 + 1) / 4.0);
    CHECK(peak(ScheduleKind::zb_h1, {8, 1, 32}, at) == 8);
    CHECK(peak(ScheduleKind::zb_v, {8, 2, 32}, at) == 8);
    CHECK(peak(ScheduleKind::dualpipe, {8, 2, 32}, at) == 9);
  }
}

TEST_CASE("every schedule of every small size does each pass once, in an order that ends") {
  for (size_t index = 0; index < pipeline::schedule_names().size(); ++index) {
    const auto kind = static_cast<ScheduleKind>(index);
    for (int ranks = 1; ranks <= 9; ++ranks) {
      for (int64_t micro_batches = 1; micro_batches <= 24; ++micro_batches) {
        const Shape shape{ranks, chunks_of(kind), micro_batches};
        if (pipeline::broken_rule(kind, shape)) continue;
        CAPTURE(pipeline::schedule_names()[index], ranks, micro_batches);
        CHECK(seconds(kind, shape, 0.25) >= 3.0 * static_cast<double>(micro_batches));
        const int copies = kind == ScheduleKind::dualpipe ? 2 : 1;
        for (const auto& slots : pipeline::make_schedule(kind, shape)) {
          std::set<std::tuple<int, int64_t, bool>> forward;
          std::set<std::tuple<int, int64_t, bool>> weights;
          for (const auto& slot : slots) {
            if (slot.pass == Pass::forward) CHECK(forward.insert({slot.chunk, slot.micro_batch, true}).second);
            if (slot.pass == Pass::backward || slot.pass == Pass::weight_gradient) {
              CHECK(weights.insert({slot.chunk, slot.micro_batch, true}).second);
            }
          }
          CHECK(forward == weights);
          CHECK(static_cast<int64_t>(forward.size()) == micro_batches * shape.chunks / copies);
        }
      }
    }
  }
}

TEST_CASE("chunks lie as the schedules place them") {
  CHECK(pipeline::stage_of(ScheduleKind::interleaved, {4, 3, 8}, 1, 2) == 9);
  CHECK(pipeline::stage_of(ScheduleKind::zb_v, {4, 2, 8}, 0, 1) == 7);
  CHECK(pipeline::stage_of(ScheduleKind::dualpipe, {4, 2, 8}, 1, 1) == 2);
  CHECK(pipeline::stages(ScheduleKind::zb_v, {4, 2, 8}) == 8);
  CHECK(pipeline::stages(ScheduleKind::dualpipe, {4, 2, 8}) == 4);
}

TEST_CASE("a shape that a schedule cannot have is told with the next that it can") {
  const auto broken = [](ScheduleKind kind, const Shape& shape) {
    const auto rule = pipeline::broken_rule(kind, shape);
    return rule ? rule->rule + "; " + rule->way_out : "";
  };
  CHECK(broken(ScheduleKind::one_f_one_b, {4, 2, 8}) ==
        "1f1b has 1 chunk on each rank, not 2; take --virtual-stages 1");
  CHECK(broken(ScheduleKind::zb_v, {4, 1, 8}) == "zb-v has 2 chunks on each rank, not 1; take --virtual-stages 2");
  CHECK(broken(ScheduleKind::interleaved, {4, 2, 10}) ==
        "interleaved goes in rounds of 4 micro-batches, and 10 are none; take 8 or 12");
  CHECK(broken(ScheduleKind::interleaved, {1, 2, 8}) ==
        "interleaved needs at least two stages; take --pp 2 or more, or 1f1b");
  CHECK(broken(ScheduleKind::dualpipe, {3, 2, 8}) == "dualpipe needs an even number of stages; take an even --pp");
  CHECK(broken(ScheduleKind::dualpipe, {8, 2, 12}) ==
        "dualpipe needs an even number of micro-batches, at least 16; take 16");
  CHECK(broken(ScheduleKind::gpipe, {4, 1, 1}).empty());
}
