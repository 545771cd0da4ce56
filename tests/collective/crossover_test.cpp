#include "catalog/lookup/catalog.hpp"
#include "collective/plan.hpp"
#include "platform/slice.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cmath>
#include <functional>

using namespace podsim;
using collective::Demand;

namespace {

/// NCCL 2.18, src/graph/tuning.cc, written down a second time: an all-reduce on nodes of 8 A100 with 8 cards. Microseconds,
/// GB/s. In the order of the protocols LL, LL128, Simple.
constexpr std::array kRingBase = {6.6, 14.0, 8.4};
constexpr std::array kTreeBase = {6.8, 14.0, 0.0};
constexpr std::array kRingNvlink = {0.6, 1.9, 3.4};
constexpr std::array kTreeNvlink = {0.6, 1.25, 28.0};
constexpr std::array kRingNetwork = {2.7, 4.0, 14.0};
constexpr std::array kTreeNetwork = {5.0, 8.5, 28.0};
constexpr double kChannels = 8;                        // one a card
constexpr double kBusRate = 8 * 23.75;                 // what the cards reach
constexpr std::array kLlMost = {22.5, 19.0};           // two nodes, more
constexpr double kLl128ChannelMost = 20.0;             // rings and trees
constexpr std::array kTreeChannelMost = {23.6, 17.8};  // two nodes, more
constexpr double kRingPlateau = 1.4;
/// On the rate of trees from 64 B, 128 B, ...
constexpr std::array<std::array<double, 23>, 3> kTreeCorrection = {
    {{1, 1, 1, 1, .9, .8, .7, .7, .7, .7, .6, .5, .4, .4, .5, .6, .7, .8, .9, 1, 1, 1, 1},
     {1, 1, 1, 1, 1, .9, .8, .8, .8, .7, .6, .6, .6, .6, .6, .6, .8, .9, .9, .9, .9, 1, 1},
     {.9, .9, .9, .9, .9, .9, .9, .8, .7, .6, .6, .5, .5, .5, .5, .6, .7, .8, .7, .7, .8, .9, .9}}};

double nccl_ring_us(size_t protocol, int nodes, double bytes) {
  const double ranks = 8.0 * nodes;
  const size_t scale = nodes == 2 ? 0 : 1;
  double rate = kBusRate;
  if (protocol == 0) rate = std::min(rate / 4, kLlMost[scale]);
  if (protocol == 1) rate = std::min(rate * 0.92, kChannels * kLl128ChannelMost);
  const double steps = 2 * (ranks - 1);
  const double between = 2.0 * (nodes - 1);
  double latency = (steps - between) * kRingNvlink[protocol] + between * kRingNetwork[protocol];
  if (protocol == 2 && bytes / (64 * ranks) >= 64) latency *= kRingPlateau;
  return kRingBase[protocol] + latency + bytes / (1000 * rate * ranks / steps);
}

double nccl_tree_us(size_t protocol, int nodes, double bytes) {
  const size_t scale = nodes == 2 ? 0 : 1;
  double rate = std::min(kBusRate * 0.92, kChannels * kTreeChannelMost[scale]);
  if (protocol == 0) rate = std::min(rate / 3.8, kLlMost[scale]);
  if (protocol == 1) rate = std::min(rate * 120 / 128, kChannels * kLl128ChannelMost);
  const auto entry = static_cast<size_t>(std::log2(bytes / 64));
  const double correction = entry < 23 ? kTreeCorrection[protocol][entry] : 1;
  const double levels = std::floor(std::log2(nodes));
  const double latency = 2 * (7 * kTreeNvlink[protocol] + levels * kTreeNetwork[protocol]);
  return kTreeBase[protocol] + latency + bytes / (1000 * rate / 2 * correction);
}

bool nccl_takes_ring(int nodes, double bytes) {
  double ring = nccl_ring_us(0, nodes, bytes);
  double tree = nccl_tree_us(0, nodes, bytes);
  for (const size_t protocol : {1, 2}) {
    ring = std::min(ring, nccl_ring_us(protocol, nodes, bytes));
    tree = std::min(tree, nccl_tree_us(protocol, nodes, bytes));
  }
  return ring < tree;
}

constexpr int kSteps = 8 * 28;
double size_at(int step) { return 1024 * std::exp2(step / 8.0); }

/// The step of an eighth of an octave between 1 KiB and 256 GiB from which on rings are taken.
int crossover(const std::function<bool(double)>& takes_ring) {
  int step = kSteps;
  while (step > 0 && takes_ring(size_at(step - 1))) --step;
  return step;
}

}  // namespace

TEST_CASE("rings take over from trees where NCCL's own model has it, from 2 to 1,024 nodes") {
  const catalog::Catalog catalog({PODSIM_SOURCE_DIR});
  const auto platform = catalog.platform("dgx-a100").value;
  const auto library = catalog.library("nccl-2.18").value;
  int before = 0;
  for (int nodes = 2; nodes <= 1024; nodes *= 2) {
    const int chips = 8 * nodes;
    collective::Machine machine(platform, platform::choose_slice(platform, chips, {}), true);
    const auto schedule = [&](double bytes, const std::optional<collective::Choice>& forced) {
      return plan(machine, {collective::Operation::all_reduce, {.size = chips}, bytes}, library, forced);
    };
    const int in_nccl = crossover([&](double bytes) { return nccl_takes_ring(nodes, bytes); });
    const int chosen =
        crossover([&](double bytes) { return schedule(bytes, std::nullopt).algorithm_name() == "ring"; });
    CAPTURE(nodes, in_nccl, chosen, size_at(in_nccl), size_at(chosen));
    CHECK(std::abs(chosen - in_nccl) <= 1);
    // The more nodes, the longer the rings and the larger what trees are better for.
    CHECK(chosen >= before);
    before = chosen;
  }
}

TEST_CASE("as flows rings overtake trees within a factor of 2.5 of NCCL's model") {
  const catalog::Catalog catalog({PODSIM_SOURCE_DIR});
  const auto platform = catalog.platform("dgx-a100").value;
  const auto library = catalog.library("nccl-2.18").value;
  for (int nodes = 2; nodes <= 1024; nodes *= 2) {
    const int chips = 8 * nodes;
    collective::Machine machine(platform, platform::choose_slice(platform, chips, {}), true);
    const auto simulated = [&](double bytes, const char* algorithm) {
      const Demand demand{collective::Operation::all_reduce, {.size = chips}, bytes};
      return plan(machine, demand, library, collective::parse_choice(algorithm))
          .unshared_seconds(machine.network(), bytes);
    };
    const int in_nccl =
        crossover([&](double bytes) { return nccl_ring_us(2, nodes, bytes) < nccl_tree_us(2, nodes, bytes); });
    const int as_flows = crossover([&](double bytes) { return simulated(bytes, "ring") < simulated(bytes, "tree"); });
    // What is simulated has the ramp of large messages, which NCCL's model has not.
    CAPTURE(nodes, size_at(in_nccl), size_at(as_flows));
    CHECK(std::abs(as_flows - in_nccl) <= 8 * std::log2(2.5));
  }
}
