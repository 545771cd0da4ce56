#include "collective/bound.hpp"
#include "collective/draw.hpp"
#include "collective/plan.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace podsim;
using tests::Drawn;

namespace {

/// How a drawn collective is looked at.
struct Variation {
  double bytes_factor = 1;
  double rate_factor = 1;  ///< of all links
  bool folded = false;
};

void speed_up(catalog::Platform& platform, double factor) {
  platform.chip.core_link_bytes_per_second *= factor;
  if (auto* torus = std::get_if<catalog::Torus>(&platform.interconnect)) {
    torus->link_bytes_per_second *= factor;
    torus->data_center.node_bytes_per_second *= factor;
  }
  if (auto* boxes = std::get_if<catalog::SwitchedBoxes>(&platform.interconnect)) {
    boxes->chip_bytes_per_second *= factor;
    boxes->network.card_bytes_per_second *= factor;
  }
  if (auto* boxes = std::get_if<catalog::NvlinkBoxes>(&platform.interconnect)) {
    boxes->nvlink_bytes_per_second *= factor;
    boxes->pcie_bytes_per_second *= factor;
    boxes->socket_bytes_per_second *= factor;
    boxes->network.card_bytes_per_second *= factor;
  }
}

double planned(const Drawn& drawn, const std::string& algorithm, const Variation& variation) {
  catalog::Platform platform = drawn.platform;
  speed_up(platform, variation.rate_factor);
  collective::Machine machine(platform, drawn.slice, variation.folded);
  collective::Demand demand = drawn.demand;
  demand.bytes *= variation.bytes_factor;
  const auto schedule =
      collective::plan(machine, demand, tests::paper_library(1e-6, 1e-6, 4e-6), collective::parse_choice(algorithm));
  return schedule.unshared_seconds(machine.network(), demand.bytes);
}

}  // namespace

TEST_CASE("no drawn collective is below its bound, more bytes and slower links never help, folded is full") {
  tests::Draw draw;
  std::set<std::string> seen;
  for (int i = 0; i < 400; ++i) {
    const Drawn drawn = draw.next();
    const double bound = collective::bound_seconds(drawn.platform, drawn.slice, drawn.demand);
    for (const std::string& algorithm : tests::algorithms_for(drawn)) {
      CAPTURE(i, drawn.platform.name, drawn.slice.label, collective::name_of(drawn.demand.operation), algorithm,
              drawn.demand.group.size, drawn.demand.group.stride, drawn.demand.bytes);
      const double seconds = planned(drawn, algorithm, {});
      CHECK(seconds >= bound * (1 - 1e-12));
      CHECK(seconds <= planned(drawn, algorithm, {.bytes_factor = 2}) * (1 + 1e-12));
      CHECK(planned(drawn, algorithm, {.rate_factor = 1.5}) <= seconds * (1 + 1e-12));
      CHECK(planned(drawn, algorithm, {.folded = true}) == Approx(seconds).epsilon(1e-6));
      seen.insert(algorithm);
    }
  }
  CHECK(seen.size() == catalog::algorithm_names().size());
}
