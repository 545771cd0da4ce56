#include "collective/bound.hpp"

#include "collective/collectives.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

using namespace podsim;
using collective::Operation;
using tests::all_reduce_bound_seconds;

namespace {

double bound_of(const catalog::Platform& machine, int chips, Operation operation, collective::Group group) {
  return collective::bound_seconds(machine, platform::choose_slice(machine, chips, {}), {operation, group, 1e9});
}

}  // namespace

TEST_CASE("the all-reduce bound of a torus on paper") {
  // 2x2 mesh: 8 directed links carry 2 x 3 x 1 GB. Wrapped 4x4: 64 links carry 2 x 15 GB.
  const auto mesh = tests::torus_machine({4, 4}, {{2, 2}, {4, 4}});
  CHECK(all_reduce_bound_seconds(mesh, platform::choose_slice(mesh, 4, {}), 1e9) == Approx(0.75));
  CHECK(all_reduce_bound_seconds(mesh, platform::choose_slice(mesh, 16, {}), 1e9) == Approx(30.0 / 64));
  // 1x1 moves nothing.
  const auto single = tests::torus_machine({4, 4}, {{1, 1}});
  CHECK(all_reduce_bound_seconds(single, platform::smallest_slice(single), 1e9) == 0);
}

TEST_CASE("pods of less than a node have a card each") {
  auto machine = tests::torus_machine({4, 4}, {{1, 1}, {2, 2}, {4, 4}});  // four chips a node
  std::get<catalog::Torus>(machine.interconnect).data_center = {.node_bytes_per_second = 0.5e9, .max_pods = 2};
  // 2 x 1/2 GB out of each pod of one chip, through a card of 0.5 GB/s.
  CHECK(all_reduce_bound_seconds(machine, platform::choose_slice(machine, {}, {2, 1, 1}), 1e9) == Approx(2));
  CHECK(all_reduce_bound_seconds(machine, platform::choose_slice(machine, {}, {2, 2, 2}), 1e9) == Approx(2));
  CHECK(all_reduce_bound_seconds(machine, platform::choose_slice(machine, {}, {2, 4, 4}), 1e9) == Approx(0.5));
  // The same place of all pods, four such groups at a time: 4 x 2 x 1 GB through the two cards.
  const auto slice = platform::choose_slice(machine, {}, {2, 2, 2});
  CHECK(collective::bound_seconds(machine, slice, {Operation::all_reduce, {.size = 2, .stride = 4}, 1e9}) == Approx(8));
}

TEST_CASE("the all-reduce bound of a hybrid cube mesh on paper") {
  const auto machine = tests::dgx_1v();
  // 8 chips, each 6 x 25 + 15 GB/s out: 2 x 7 GB over 1,320 GB/s.
  CHECK(all_reduce_bound_seconds(machine, platform::choose_slice(machine, 8, {}), 1e9) == Approx(14.0 / 1320));
  // Two boxes: 2 x 1 GB over two times 50 GB/s.
  CHECK(all_reduce_bound_seconds(machine, platform::choose_slice(machine, 16, {}), 1e9) == Approx(0.02));
}

TEST_CASE("the all-reduce bound of switched boxes on paper") {
  auto machine = tests::switched_machine(4, 2);
  // Four chips of 10 GB/s: 2 x 3/4 GB out of each, or with a switch that adds up 1 + 1/4 GB.
  CHECK(all_reduce_bound_seconds(machine, platform::choose_slice(machine, 4, {}), 1e9) == Approx(0.15));
  std::get<catalog::SwitchedBoxes>(machine.interconnect).reduces = true;
  CHECK(all_reduce_bound_seconds(machine, platform::choose_slice(machine, 4, {}), 1e9) == Approx(0.125));
  // Four nodes: 2 x 3/4 GB through two cards of 1 GB/s.
  CHECK(all_reduce_bound_seconds(machine, platform::choose_slice(machine, 16, {}), 1e9) == Approx(0.75));
  // Half of them below switches oversubscribed 8:1: 2 x 1/2 GB through 4 / 8 GB/s.
  std::get<catalog::SwitchedBoxes>(machine.interconnect).network.levels = {{.nodes = 2, .oversubscription = 8}};
  CHECK(all_reduce_bound_seconds(machine, platform::choose_slice(machine, 16, {}), 1e9) == Approx(2.0));
}

TEST_CASE("bounds of the other operations on paper") {
  const auto machine = tests::switched_machine(4, 2);
  const collective::Group box{.size = 4, .stride = 1};
  CHECK(bound_of(machine, 4, Operation::all_gather, box) == Approx(0.075));
  CHECK(bound_of(machine, 4, Operation::reduce_scatter, box) == Approx(0.075));
  CHECK(bound_of(machine, 4, Operation::all_to_all, box) == Approx(0.075));
  CHECK(bound_of(machine, 4, Operation::send_receive, box) == Approx(0.1));
  // All to all on four nodes: 4 chips x 12/16 GB through two cards of 1 GB/s.
  CHECK(bound_of(machine, 16, Operation::all_to_all, {.size = 16, .stride = 1}) == Approx(1.5));
  // Groups of two chips on two nodes, two of them in each node: 2 x 2 x 1/2 GB through the same cards.
  CHECK(bound_of(machine, 8, Operation::all_reduce, {.size = 4, .stride = 2}) == Approx(1.0));
}
