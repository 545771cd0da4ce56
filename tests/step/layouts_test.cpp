#include "catalog/lookup/catalog.hpp"
#include "collective/bound.hpp"
#include "collective/layout_draw.hpp"
#include "collective/plan.hpp"
#include "platform/impossible.hpp"
#include "step/collective_run.hpp"
#include "step/isolated.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace podsim;
using collective::Demand;
using collective::Operation;

namespace {

constexpr double kLayoutBytes = 3e7;

/// Simulated seconds of each demand on boxes, one after the other.
std::vector<double> simulated(const catalog::Platform& platform, const catalog::Library& library, int chips,
                              const platform::NodeFold& fold, const std::vector<Demand>& demands) {
  return tests::isolated([&] {
    collective::Machine machine(platform, platform::choose_slice(platform, chips, {}), fold);
    std::vector<step::TimedCollective> collectives;
    for (const Demand& demand : demands) {
      collectives.push_back({collective::plan(machine, demand, library), demand.bytes});
    }
    std::vector<double> seconds;
    for (const auto& time : step::simulate_collectives(machine.network(), collectives)) seconds.push_back(time.seconds);
    return seconds;
  });
}

/// Those that lie alike on all nodes.
std::vector<Demand> possible(const catalog::Platform& platform, const catalog::Library& library, int chips,
                             const std::vector<Demand>& demands) {
  collective::Machine machine(platform, platform::choose_slice(platform, chips, {}), platform::NodeFold::none());
  std::vector<Demand> found;
  for (const Demand& demand : demands) {
    try {
      collective::plan(machine, demand, library);
      found.push_back(demand);
    } catch (const platform::Impossible&) {
      continue;
    }
  }
  return found;
}

}  // namespace

TEST_CASE("simulated, boxes folded over replicas are as fast as whole ones, and no faster than their bound") {
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  tests::LayoutDraw draw;
  int compared = 0;
  for (int i = 0; i < 30; ++i) {
    const auto drawn = draw.next();
    const char* name = std::vector{"dgx-a100", "dgx-h100", "dgx-1v"}.at(static_cast<size_t>(draw.below(3)));
    const auto platform = shipped.platform(name).value;
    const auto library = shipped.default_library(platform.chip).value;
    const auto operation = static_cast<Operation>(draw.below(6));
    const auto demands =
        possible(platform, library, drawn.world(), drawn.demands(operation, draw.below(drawn.stages), kLayoutBytes));
    const auto whole = simulated(platform, library, drawn.world(), platform::NodeFold::none(), demands);
    const auto folded = simulated(platform, library, drawn.world(), drawn.fold(), demands);
    const auto slice = platform::choose_slice(platform, drawn.world(), {});
    REQUIRE(whole.size() == demands.size());
    REQUIRE(folded.size() == demands.size());
    for (size_t at = 0; at < demands.size(); ++at) {
      CAPTURE(i, name, drawn.tensor, drawn.context, drawn.data, drawn.stages, drawn.stages_first,
              collective::name_of(demands[at].operation), demands[at].group.size, demands[at].group.stride);
      CHECK(folded[at] == Approx(whole[at]).epsilon(1e-9));
      CHECK(whole[at] >= collective::bound_seconds(platform, slice, demands[at]) * (1 - 1e-9));
      ++compared;
    }
  }
  CHECK(compared > 100);
}
