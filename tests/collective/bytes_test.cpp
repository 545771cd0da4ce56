#include "collective/boxes/boxes_group.hpp"
#include "collective/draw.hpp"
#include "collective/plan.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace podsim;
using collective::Operation;
using tests::Drawn;

namespace {

/// What all chips, or all cards, send in a collective of all groups, in units of its bytes.
struct Sent {
  double by_chips = 0;
  double by_cards = 0;
};

Sent sent_on_boxes(const Drawn& drawn, const std::string& algorithm) {
  collective::Machine machine(drawn.platform, drawn.slice, false);
  const auto schedule =
      collective::plan(machine, drawn.demand, tests::paper_library(), collective::parse_choice(algorithm));
  Sent sent;
  for (const auto& phase : schedule.phases) {
    for (const auto& flow : phase.flows) {
      for (const int link : machine.network().routes[flow.route].links) {
        const std::string& name = machine.network().links[link].name;
        if (name.ends_with(".out")) sent.by_chips += flow.share;
        if (name.ends_with(".send")) sent.by_cards += flow.share;
      }
    }
  }
  return sent;
}

/// On paper, of one group with `n` chips in each of `N` boxes.
Sent must_send(const std::string& algorithm, Operation operation, double n, double N, bool box_adds) {
  const double ranks = n * N;
  const double turns = operation == Operation::all_reduce ? 2 : 1;
  const bool alone = N == 1;
  if (algorithm == "ring" && operation == Operation::broadcast) return {N * (n - 1), N - 1};
  if (algorithm == "ring") {
    // Each hop passes (ranks - 1) / ranks on; N of the hops are between boxes.
    const double hop = turns * (ranks - 1) / ranks;
    return {(alone ? ranks : N * (n - 1)) * hop, alone ? 0 : N * hop};
  }
  // Each edge is crossed up and down.
  if (algorithm == "tree") return {2 * N * (n - 1), 2 * (N - 1)};
  // Every chip sends all of its bytes to the switch, and its part of the sum back.
  const double through_switch = n == 1 ? 0 : n * (1 + 1 / n);
  if (algorithm == "nvls") return {through_switch, 0};
  if (algorithm == "nvls_tree") return {N * through_switch, 2 * (N - 1)};
  if (algorithm == "sharp") return {N * (box_adds ? through_switch : 2 * (n - 1)), N};
  // In each box n - 1 a turn; then n chips on 1/n of the bytes between N boxes.
  if (algorithm == "hierarchical") return {turns * N * (n - 1), turns * (N - 1)};
  // Half, a quarter, ... in the box: n (1 - 1/n) a turn; the rest between boxes.
  if (algorithm == "halving_doubling") return {turns * N * (n - 1), turns * (N - 1)};
  if (operation == Operation::all_to_all) return {N * n * (n - 1) / ranks, N * n * (N - 1) / N};
  // To the next: of each box the last member to the next box.
  return {alone ? n : N * (n - 1), alone ? 0 : N};
}

/// Bytes that cross links of an axis of a torus, over all chips.
double crossed_on_torus(const Drawn& drawn) {
  collective::Machine machine(drawn.platform, drawn.slice, false);
  const auto schedule = collective::plan(machine, drawn.demand, tests::paper_library());
  double crossed = 0;
  for (const auto& phase : schedule.phases) {
    for (const auto& flow : phase.flows) {
      for (const int link : machine.network().routes[flow.route].links) {
        if (machine.network().links[link].name.find(".axis") != std::string::npos) crossed += flow.share;
      }
    }
  }
  return crossed;
}

/// The mean over all pairs of places of the shortest way on a ring.
double mean_way(int size) {
  double sum = 0;
  for (int to = 0; to < size; ++to) sum += std::min(to, size - to);
  return sum / size;
}

}  // namespace

TEST_CASE("bytes on the links of boxes are what each algorithm must move") {
  tests::Draw draw;
  std::set<std::string> seen;
  for (int i = 0; i < 400; ++i) {
    const Drawn drawn = draw.next();
    const auto* boxes = std::get_if<catalog::SwitchedBoxes>(&drawn.platform.interconnect);
    if (boxes == nullptr || drawn.demand.group.size == 1) continue;
    const collective::Machine machine(drawn.platform, drawn.slice, false);
    const auto group = collective::boxes_group(drawn.demand, *machine.boxes());
    const double groups = static_cast<double>(drawn.slice.chips) / group.size();
    for (const std::string& algorithm : tests::algorithms_for(drawn)) {
      CAPTURE(i, drawn.slice.label, collective::name_of(drawn.demand.operation), algorithm, group.chips, group.nodes);
      const Sent must = must_send(algorithm, drawn.demand.operation, group.chips, group.nodes, boxes->reduces);
      const Sent sent = sent_on_boxes(drawn, algorithm);
      CHECK(sent.by_chips == Approx(groups * must.by_chips).margin(1e-9));
      CHECK(sent.by_cards == Approx(groups * must.by_cards).margin(1e-9));
      seen.insert(algorithm);
    }
  }
  CHECK(seen.size() == catalog::algorithm_names().size() - 1);  // all but the torus
}

TEST_CASE("bytes on the links of a closed torus are what its algorithm must move") {
  for (const std::vector<int>& shape :
       {std::vector{4}, std::vector{5, 3}, std::vector{4, 8}, std::vector{4, 4, 4}, std::vector{3, 4, 5}}) {
    Drawn drawn{.platform = tests::torus_machine(shape, {shape}), .slice = {}, .demand = {}};
    drawn.slice = platform::smallest_slice(drawn.platform);
    const double chips = drawn.slice.chips;
    drawn.demand.group = {.size = drawn.slice.chips};
    CAPTURE(drawn.slice.label);
    const auto crossed = [&](Operation operation) {
      drawn.demand.operation = operation;
      return crossed_on_torus(drawn);
    };
    // Whatever the order of the axes, every chip gets n - 1 blocks of 1/n, and for an all-reduce twice.
    CHECK(crossed(Operation::all_reduce) == Approx(2 * (chips - 1)));
    CHECK(crossed(Operation::reduce_scatter) == Approx(chips - 1));
    CHECK(crossed(Operation::all_gather) == Approx(chips - 1));
    // Everyone sends 1/n to each other, the shortest way along all axes.
    double ways = 0;
    for (const int size : shape) ways += mean_way(size);
    CHECK(crossed(Operation::all_to_all) == Approx(chips * ways));
  }
}

TEST_CASE("bytes on the links of a line are what a ring folded on it must move") {
  // 2 (n - 1) links, over each of which every block but one passes.
  for (const int size : {2, 3, 8}) {
    for (const int part : {size, size % 2 == 0 ? size / 2 : size}) {
      Drawn drawn{.platform = tests::torus_machine({2 * size}, {{size}}), .slice = {}, .demand = {}};
      drawn.slice = platform::smallest_slice(drawn.platform);
      drawn.demand.group = {.size = part};
      const double groups = static_cast<double>(size) / part;
      CHECK(crossed_on_torus(drawn) == Approx(groups * 2 * 2 * (part - 1) * (part - 1.0) / part).margin(1e-12));
      drawn.demand.operation = Operation::send_receive;
      CHECK(crossed_on_torus(drawn) == Approx(groups * 2 * (part - 1)).margin(1e-12));
    }
  }
}
