#include "catalog/catalog.hpp"
#include "collective/boxes_group.hpp"
#include "collective/cost.hpp"
#include "collective/plan.hpp"
#include "platform/slice.hpp"

#include <catch2/catch.hpp>

#include <functional>

using namespace podsim;
using catalog::Protocol;
using collective::Choice;
using collective::Demand;

namespace {

/// The size from which on `later` is never slower than `earlier`, between 1 KiB and 1 TiB.
double crossover(const std::function<double(double)>& earlier, const std::function<double(double)>& later) {
  double low = 1024;
  double high = 1099511627776.0;
  while (high / low > 1.01) {
    const double middle = std::sqrt(low * high);
    (later(middle) <= earlier(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace

TEST_CASE("rings take over from trees where NCCL's own model has it, from 2 to 1,024 nodes") {
  const catalog::Catalog catalog({PODSIM_SOURCE_DIR});
  const auto platform = catalog.platform("dgx-a100").value;
  const auto library = catalog.library("nccl-2.18").value;
  const auto& limits = library.limits("ampere");
  for (int nodes = 2; nodes <= 1024; nodes *= 2) {
    const int chips = 8 * nodes;
    const auto slice = platform::choose_slice(platform, chips, {});
    collective::Machine machine(platform, slice, true);
    const auto demand = [&](double bytes) {
      return Demand{collective::Operation::all_reduce, {.size = chips, .stride = 1}, bytes};
    };
    const auto group = collective::boxes_group(demand(1).group, *machine.boxes());
    // What NCCL plans with: 235 GB/s in a box, 8 cards of 23.75 GB/s.
    const collective::PlannedRates rates{.box = 235.5e9, .network = 190e9, .cards = 8};
    const auto planned = [&](const char* algorithm) {
      return [&, algorithm](double bytes) {
        return planned_seconds(library, limits, algorithm, Protocol::simple, group, demand(bytes), rates);
      };
    };
    const auto simulated = [&](const char* algorithm) {
      return [&, algorithm](double bytes) {
        const auto schedule = plan(machine, demand(bytes), library, Choice{.algorithm = algorithm});
        return schedule.unshared_seconds(machine.network(), bytes);
      };
    };
    const double in_model = crossover(planned("tree"), planned("ring"));
    const double as_flows = crossover(simulated("tree"), simulated("ring"));
    CAPTURE(nodes, in_model, as_flows);
    // What is simulated has the ramp of large messages, which NCCL's model has not.
    CHECK(as_flows > in_model / 2.5);
    CHECK(as_flows < in_model * 2.5);
    if (nodes <= 4) continue;  // with blocks of data rings win at any size there
    CHECK(plan(machine, demand(in_model / 64), library).algorithm == "tree");
    CHECK(plan(machine, demand(in_model * 64), library).algorithm == "ring");
  }
}
