#include "collective/bound.hpp"
#include "collective/plan.hpp"
#include "platform/impossible.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <vector>

using namespace podsim;
using collective::Demand;
using collective::Group;
using collective::Operation;

namespace {

/// A closed torus where the pod is of that shape, lines else.
catalog::Platform pod_of(const std::vector<int>& shape, bool closed, int ranks = 1) {
  std::vector<int> pod = shape;
  if (!closed) {
    for (int& axis : pod) axis *= 2;
  }
  return tests::torus_machine(pod, {shape}, ranks);
}

double torus_seconds(const catalog::Platform& platform, const Demand& demand, bool folded = false, double hop = 0) {
  const auto slice = platform::smallest_slice(platform);
  collective::Machine machine(platform, slice, folded);
  const auto schedule = collective::plan(machine, demand, tests::paper_library(0, hop));
  return schedule.unshared_seconds(machine.network(), demand.bytes);
}

Demand all_reduce_of(const Group& group, const collective::Place& place = {}) {
  return {Operation::all_reduce, group, 1e9, place};
}

Demand send_of(int stride, const collective::Place& place = {}) {
  return {Operation::send, {.size = 2, .stride = stride}, 1e9, place};
}

/// Sizes and distances that lie along the axes, in rank order.
std::vector<Group> groups_along(const std::vector<int>& dimensions) {
  int ranks = 1;
  for (const int size : dimensions) ranks *= size;
  std::vector<Group> groups;
  for (int stride = 1; stride < ranks; ++stride) {
    for (int size = 2; size * stride <= ranks; ++size) groups.push_back({.size = size, .stride = stride});
  }
  return groups;
}

/// Seconds, or nothing where the group does not lie along the axes.
std::optional<double> seconds_if_even(const catalog::Platform& platform, const Demand& demand, bool folded) {
  try {
    return torus_seconds(platform, demand, folded, 1e-6);
  } catch (const platform::Impossible&) {
    return std::nullopt;
  }
}

}  // namespace

TEST_CASE("chips at a distance along an axis share its links with those between them, on paper") {
  // Every second of eight on a closed axis: 2 x 3/4 GB over links of 2 GB/s that two rings share; hops of two links.
  const auto closed = pod_of({8}, true);
  CHECK(torus_seconds(closed, all_reduce_of({.size = 4, .stride = 2})) == Approx(1.5));
  CHECK(torus_seconds(closed, all_reduce_of({.size = 4, .stride = 2}), true) == Approx(1.5));
  // Two turns of two hops of two links.
  Demand none = all_reduce_of({.size = 4, .stride = 2});
  none.bytes = 0;
  CHECK(torus_seconds(closed, none, false, 1) == Approx(8));
  // On a line 1 GB/s a direction; pairs of a half each: 2 x 1/2 GB.
  CHECK(torus_seconds(pod_of({8}, false), all_reduce_of({.size = 4, .stride = 2})) == Approx(3));
  CHECK(torus_seconds(pod_of({8}, false), all_reduce_of({.size = 2, .stride = 2})) == Approx(2));
  // All of a closed row of three and half of a column of four, a line of 1 GB/s: parts of 3/5 and 2/5 by 2 x 3/2 and 2.
  // In the first turn 3/5 x 2/3 GB at 2 GB/s and 2/5 x 1/2 at 1, then 3/5 x 1/3 x 1/2 at 1 and 2/5 x 1/2 x 2/3 at 2.
  CHECK(torus_seconds(pod_of({3, 4}, true), all_reduce_of({.size = 6})) == Approx(2 * (0.2 + 0.1)));
}

TEST_CASE("one rank of each chip: as many groups share the links as a chip has ranks") {
  const auto two = pod_of({4}, true, 2);
  CHECK(torus_seconds(two, all_reduce_of({.size = 4, .stride = 2})) == Approx(2 * 0.75));
  // In a chip: half of the bytes out and half back over 10 GB/s.
  CHECK(torus_seconds(two, all_reduce_of({.size = 2})) == Approx(0.1));
  CHECK(torus_seconds(two, {Operation::send_receive, {.size = 2}, 1e9}) == Approx(0.1));
}

TEST_CASE("sends on a torus on paper") {
  // Four chips send to those four places on: all cross the link in the middle, one direction of 1 GB/s, in four hops.
  for (const bool closed : {true, false}) {
    CAPTURE(closed);
    for (const bool folded : {true, false}) {
      CHECK(torus_seconds(pod_of({8}, closed), send_of(4), folded) == Approx(4));
      CHECK(torus_seconds(pod_of({8}, closed), send_of(-4), folded, 1) == Approx(4 + 4));
      CHECK(torus_seconds(pod_of({4, 4}, closed), send_of(4), folded) == Approx(1));
    }
    // The second of four stages of two rows to the third: two rows on.
    CHECK(torus_seconds(pod_of({2, 8}, closed), send_of(4, {4, 4, 16}), false, 1) == Approx(2 + 2));
  }
  // The last stage to the first: two hops round a closed axis; six along a line, of which two flows share five.
  CHECK(torus_seconds(pod_of({2, 8}, true), send_of(-12, {12, 4, 16}), false, 1) == Approx(2 + 2));
  CHECK(torus_seconds(pod_of({2, 8}, false), send_of(-12, {12, 4, 16}), false, 1) == Approx(2 + 6));
  // From core to core over 10 GB/s, and two cores of a chip to those of the next.
  CHECK(torus_seconds(pod_of({4}, true, 2), send_of(1)) == Approx(0.1));
  CHECK(torus_seconds(pod_of({4}, true, 2), send_of(2)) == Approx(2));
  CHECK(torus_seconds(pod_of({4}, true, 2), send_of(2), true) == Approx(2));
  CHECK_THROWS_WITH(torus_seconds(pod_of({8}, true), send_of(4, {4, 4, 8})),
                    "--op send: rank 4 has no rank at a distance of 4\n  way out: take a shorter distance");
}

TEST_CASE("sends between pods go through the cards of the nodes") {
  auto pods = tests::torus_machine({4, 4}, {{4, 4}});
  std::get<catalog::Torus>(pods.interconnect).data_center = {
      .node_bytes_per_second = 0.5e9, .node_efficiency = 1, .max_pods = 2};
  const auto slice = platform::choose_slice(pods, 32, {});
  for (const bool folded : {true, false}) {
    collective::Machine machine(pods, slice, folded);
    const auto schedule = collective::plan(machine, send_of(16), tests::paper_library(0, 0, 3));
    // Four chips behind 0.5 GB/s, and one hop.
    CHECK(schedule.unshared_seconds(machine.network(), 1e9) == Approx(8 + 3));
  }
}

TEST_CASE("the first and the last of three stages exchange the shortest way") {
  // Rows 0 and 1 of six with rows 4 and 5: two ways in each direction of 1 GB/s meet between rows 5 and 0, two hops
  // there and two back.
  const Demand ends = all_reduce_of({.size = 2, .stride = 16}, {0, 8, 24});
  CHECK(torus_seconds(pod_of({4, 6}, true), ends, false, 1) == Approx(2 + 4));
  // Along a line they share three links, four hops each.
  CHECK(torus_seconds(pod_of({4, 6}, false), ends, false, 1) == Approx(2 + 8));
}

TEST_CASE("only the lines of a place are at work, each for its own group") {
  const auto platform = pod_of({4, 8}, true);
  collective::Machine machine(platform, platform::smallest_slice(platform), false);
  // The second of two stages of 4x4; replicas along half of the second axis.
  const Demand data{Operation::all_reduce, {.size = 4, .stride = 4}, 1e9, {16, 16, 32}};
  const auto schedule = collective::plan(machine, data, tests::paper_library());
  REQUIRE(schedule.phases.size() == 2);
  CHECK(schedule.phases.front().flows.size() == 4);
  CHECK(schedule.unshared_seconds(machine.network(), 1e9) == Approx(1.5));
  const auto each = collective::plan_instances(machine, data, {16, 17, 19}, tests::paper_library());
  for (const auto& [first_rank, one] : each) {
    CHECK(one.phases.front().flows.size() == 1);
    CHECK(one.unshared_seconds(machine.network(), 1e9) == Approx(1.5));
  }
  CHECK_THROWS_WITH(collective::plan_instances(machine, data, {20}, tests::paper_library()),
                    "no group that is represented starts with rank 20");
  collective::Machine folded(platform, platform::smallest_slice(platform), true);
  CHECK_THROWS_WITH(collective::plan_instances(folded, data, {16}, tests::paper_library()),
                    "one chip stands for a torus: it has no groups of its own");
}

TEST_CASE("a group that does not lie along the axes is refused with what does") {
  CHECK_THROWS_WITH(
      torus_seconds(pod_of({3, 4}, true), all_reduce_of({.size = 4})),
      "--group 4:1: on a torus a group is all ranks of its chips or one of each, along some axes next to each other: "
      "the "
      "first from any place that divides it, the last in part, and in one pod or all\n"
      "  way out: take as size and distance products of the axes, or of a part of one with those before it");
}

TEST_CASE("folded and whole tori take the same for all groups along the axes, and no less than the bound") {
  int compared = 0;
  for (const auto& shape : {std::vector{8}, std::vector{4, 6}, std::vector{2, 4, 4}, std::vector{3, 3, 2}}) {
    for (const bool closed : {true, false}) {
      for (const int ranks : {1, 2}) {
        std::vector<int> dimensions = shape;
        dimensions.push_back(ranks);
        const auto platform = pod_of(shape, closed, ranks);
        for (const Group& group : groups_along(dimensions)) {
          for (int operation = 0; operation < 7; ++operation) {
            if (operation == 6 && group.size != 2) continue;
            const Demand demand{static_cast<Operation>(operation), group, 1e9};
            CAPTURE(shape, closed, ranks, group.size, group.stride, operation);
            const auto folded = seconds_if_even(platform, demand, true);
            if (!folded) continue;
            CHECK(torus_seconds(platform, demand, false, 1e-6) == Approx(*folded).epsilon(1e-9));
            CHECK(*folded >=
                  collective::bound_seconds(platform, platform::smallest_slice(platform), demand) * (1 - 1e-12));
            ++compared;
          }
        }
      }
    }
  }
  CHECK(compared > 700);
}
