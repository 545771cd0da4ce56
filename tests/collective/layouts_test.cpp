#include "catalog/lookup/catalog.hpp"
#include "collective/bound.hpp"
#include "collective/layout_draw.hpp"
#include "collective/plan.hpp"
#include "platform/impossible.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>

using namespace podsim;
using collective::Demand;
using collective::Operation;
using platform::NodeFold;

namespace {

/// A shipped machine of boxes and the library of its chips.
struct Boxes {
  catalog::Platform platform;
  catalog::Library library;
};

std::vector<Boxes> shipped_boxes() {
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  std::vector<Boxes> all;
  for (const char* name : {"dgx-a100", "dgx-h100", "dgx-1v"}) {
    const auto platform = shipped.platform(name).value;
    all.push_back({platform, shipped.default_library(platform.chip).value});
  }
  return all;
}

using Choices = std::vector<std::optional<collective::Choice>>;

/// The library's own choice and every algorithm by name.
Choices choices() {
  Choices all{std::nullopt};
  for (const std::string& name : catalog::algorithm_names()) all.push_back(collective::parse_choice(name));
  return all;
}

std::optional<double> alone(const Boxes& boxes, const platform::Slice& slice, const NodeFold& fold,
                            const Demand& demand, const std::optional<collective::Choice>& choice) {
  collective::Machine machine(boxes.platform, slice, fold);
  try {
    const auto schedule = collective::plan(machine, demand, boxes.library, choice);
    return schedule.unshared_seconds(machine.network(), demand.bytes);
  } catch (const platform::Impossible&) {
    return std::nullopt;
  }
}

std::set<int> first_ranks_of(const Demand& demand, int ranks) {
  std::set<int> found;
  for (int rank = 0; rank < ranks; ++rank) {
    if (collective::is_first(demand, rank)) found.insert(rank);
  }
  const std::vector<int> listed = collective::first_ranks(demand, ranks);
  CHECK(listed == std::vector<int>(found.begin(), found.end()));
  return found;
}

/// Everything that is on the links in a phase, in an order of its own.
using OnLinks = std::vector<std::tuple<std::vector<int>, double, double>>;

void add_flows(const platform::Network& network, const collective::Phase& phase, OnLinks& on_links) {
  for (const auto& flow : phase.flows) {
    const platform::Route& route = network.routes[flow.route];
    on_links.emplace_back(route.links, route.bytes_per_second_cap, flow.share);
  }
}

/// All groups one by one are on the same links with the same latencies as all together.
void check_instances(const catalog::Platform& platform, const catalog::Library& library, const platform::Slice& slice,
                     const Demand& demand) {
  collective::Machine machine(platform, slice, NodeFold::none());
  const auto together = collective::plan(machine, demand, library);
  const auto first_ranks = first_ranks_of(demand, machine.ranks());
  const auto one_by_one = collective::plan_instances(machine, demand, first_ranks, library);
  REQUIRE(one_by_one.size() == first_ranks.size());
  for (size_t phase = 0; phase < together.phases.size(); ++phase) {
    OnLinks all;
    OnLinks each;
    add_flows(machine.network(), together.phases[phase], all);
    for (const auto& [first_rank, schedule] : one_by_one) {
      CHECK(schedule.phases[phase].fill_seconds == together.phases[phase].fill_seconds);
      CHECK(schedule.base_seconds == together.base_seconds);
      CHECK_FALSE(schedule.phases[phase].flows.empty());
      add_flows(machine.network(), schedule.phases[phase], each);
    }
    std::sort(all.begin(), all.end());
    std::sort(each.begin(), each.end());
    CHECK(all == each);
  }
  Demand one = demand;
  one.instance = *first_ranks.rbegin();
  collective::Machine fresh(platform, slice, NodeFold::none());
  const auto last = collective::plan(fresh, one, library);
  CHECK(last.unshared_seconds(fresh.network(), one.bytes) >=
        collective::bound_seconds(platform, slice, one) * (1 - 1e-12));
}

/// The node of the slice, by number among the represented, and by node of the slice the one that stands for it.
std::vector<int> stand_ins(const NodeFold& fold, int nodes) {
  std::vector<int> found;
  for (int node = 0; node < nodes; ++node) found.push_back(fold.slice_node(fold.represented(node)));
  return found;
}

}  // namespace

TEST_CASE("the first of alike nodes stands for them") {
  CHECK(stand_ins(NodeFold::none(), 4) == std::vector{0, 1, 2, 3});
  CHECK(stand_ins(NodeFold::all().of(4), 4) == std::vector{0, 0, 0, 0});
  CHECK(stand_ins({.stride = 1, .count = 2}, 4) == std::vector{0, 0, 2, 2});
  CHECK(stand_ins({.stride = 2, .count = 3}, 12) == std::vector{0, 1, 0, 1, 0, 1, 6, 7, 6, 7, 6, 7});
  CHECK_THROWS_WITH(NodeFold({.stride = 2, .count = 3}).of(8), "8 nodes do not fall into runs of 2 x 3 alike ones");
}

TEST_CASE("groups start with their place") {
  // Two tensor ranks, three replicas, four stages; then with the stages before the replicas.
  const Demand data{Operation::all_reduce, {.size = 3, .stride = 2}, 1, {6, 6, 24}};
  CHECK(first_ranks_of(data, 24) == std::set{6, 7});
  CHECK(collective::first_rank(data, 11) == 7);
  const Demand ends{Operation::all_reduce, {.size = 2, .stride = 6}, 1, {0, 2, 8}};
  CHECK(first_ranks_of(ends, 24) == std::set{0, 1, 8, 9, 16, 17});
  CHECK(collective::first_rank(ends, 15) == 9);
  const Demand back{Operation::send, {.size = 2, .stride = -6}, 1, {6, 2, 8}};
  CHECK(first_ranks_of(back, 24) == std::set{6, 7, 14, 15, 22, 23});
  CHECK(collective::first_rank(back, 1) == 7);
  CHECK(first_ranks_of({Operation::send, {.size = 2, .stride = -2}, 1}, 8) == std::set{2, 3, 6, 7});
}

TEST_CASE("folded over replicas, all groups of a place take what they take on the whole machine") {
  tests::LayoutDraw draw;
  const auto machines = shipped_boxes();
  const auto all_choices = choices();
  int compared = 0;
  int refused = 0;
  std::set<std::string> ran;
  for (int i = 0; i < 120; ++i) {
    const auto drawn = draw.next();
    const Boxes& boxes = machines[static_cast<size_t>(draw.below(3))];
    const auto slice = platform::choose_slice(boxes.platform, drawn.world(), {});
    const auto operation = static_cast<Operation>(draw.below(6));
    for (const Demand& demand : drawn.demands(operation, draw.below(drawn.stages), 3e7)) {
      if (!alone(boxes, slice, NodeFold::none(), demand, std::nullopt)) {
        ++refused;
        continue;
      }
      const double bound = collective::bound_seconds(boxes.platform, slice, demand);
      for (const auto& choice : all_choices) {
        CAPTURE(i, boxes.platform.name, drawn.tensor, drawn.context, drawn.data, drawn.stages, drawn.stages_first,
                collective::name_of(demand.operation), demand.group.size, demand.group.stride, demand.place.first,
                choice ? collective::name_of(*choice) : "own");
        const auto whole = alone(boxes, slice, NodeFold::none(), demand, choice);
        const auto folded = alone(boxes, slice, drawn.fold(), demand, choice);
        REQUIRE(whole.has_value() == folded.has_value());
        if (!whole) continue;
        CHECK(*folded == Approx(*whole).epsilon(1e-9));
        CHECK(*whole >= bound * (1 - 1e-12));
        if (choice && demand.group.size > 1) ran.insert(collective::name_of(*choice));
        ++compared;
      }
    }
  }
  CHECK(compared > 1500);
  // Stages or replicas that end within a node.
  CHECK(refused < 60);
  CHECK(ran.size() == catalog::algorithm_names().size() - 2);  // but for the torus, and SHARP, which needs its switches
}

TEST_CASE("every group of a place beside the others is on the links that it has among all") {
  tests::LayoutDraw draw;
  const auto machines = shipped_boxes();
  for (int i = 0; i < 40; ++i) {
    const auto drawn = draw.next();
    const Boxes& boxes = machines[static_cast<size_t>(draw.below(3))];
    const auto slice = platform::choose_slice(boxes.platform, drawn.world(), {});
    for (const Demand& demand : drawn.demands(Operation::all_reduce, draw.below(drawn.stages), 3e7)) {
      if (demand.group.size == 1 || !alone(boxes, slice, NodeFold::none(), demand, std::nullopt)) continue;
      CAPTURE(i, boxes.platform.name, drawn.tensor, drawn.context, drawn.data, drawn.stages, drawn.stages_first,
              demand.group.size, demand.group.stride, demand.place.first);
      check_instances(boxes.platform, boxes.library, slice, demand);
    }
  }
}
