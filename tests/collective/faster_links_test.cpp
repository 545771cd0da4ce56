#include "catalog/lookup/catalog.hpp"
#include "catalog/spec/link_classes.hpp"
#include "collective/plan.hpp"
#include "platform/impossible.hpp"
#include "platform/slice.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <optional>

using namespace podsim;
using catalog::Protocol;
using collective::Choice;
using collective::Demand;
using collective::Operation;

namespace {

constexpr double kMebi = 1048576;

/// Seconds of a forced algorithm over all chips; nothing where it cannot run there.
std::optional<double> forced_seconds(const catalog::Platform& platform, const catalog::Library& library, int chips,
                                     Demand demand, const Choice& choice) {
  collective::Machine machine(platform, platform::choose_slice(platform, chips, {}), true);
  demand.group.size = chips;
  try {
    const auto schedule = plan(machine, demand, library, choice);
    return schedule.unshared_seconds(machine.network(), demand.bytes);
  } catch (const platform::Impossible&) {
    return std::nullopt;
  } catch (const catalog::InputError&) {
    return std::nullopt;
  }
}

double a100_ring_us(const std::string& card_GBps) {
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  const auto platform = shipped.platform("dgx-a100", {{"platform.interconnect.network.card_GBps", card_GBps}}).value;
  const auto library = shipped.library("nccl-2.8").value;
  return 1e6 * forced_seconds(platform, library, 64, {.group = {}, .bytes = 64 * kMebi},
                              Choice{.algorithm = catalog::Algorithm::ring, .protocol = Protocol::ll128})
                   .value();
}

/// Each class of links from 0.4 to 7 times its rate. Returns the number of comparisons.
int compare_rates(const catalog::Platform& platform, const catalog::Library& library, int chips, const Demand& demand,
                  const Choice& choice) {
  if (!forced_seconds(platform, library, chips, demand, choice)) return 0;
  constexpr int kRateSteps = 9;
  catalog::Platform probe = platform;
  const size_t classes = catalog::link_classes(probe).size();
  for (size_t links = 0; links < classes; ++links) {
    double before = std::numeric_limits<double>::infinity();
    for (int step = 0; step <= kRateSteps; ++step) {
      catalog::Platform changed = platform;
      const auto changed_class = catalog::link_classes(changed)[links];
      for (double* rate : changed_class.bytes_per_second) *rate *= 0.4 * std::pow(1.375, step);
      const double seconds = forced_seconds(changed, library, chips, demand, choice).value();
      CAPTURE(changed_class.name, step);
      CHECK(seconds <= before * (1 + 1e-12));
      before = seconds;
    }
  }
  return static_cast<int>(classes) * kRateSteps;
}

}  // namespace

TEST_CASE("a ring that its library holds back, on paper, with slow and fast cards") {
  // 64 MiB over 8 rings of 64 chips: messages of 131,072 B, 142,470 with the flags of LL128 (0.92), 126 rounds of them.
  // The channel of a ring passes 16.7 GB/s of payload on, 18.152 GB/s on the wire; NVLink has 29.4 GB/s for each ring.
  // Latency: 110 hops of 1.9 us in boxes and 16 of 4 us between them, 273 us. Start: 10 + 32 us.
  //
  // Cards of 23.75 GB/s and more: every hop at 18.152 GB/s. 126 messages of 7.849 us, 988.9 us, after 273 us of latency.
  const double held_back = 42 + 273 + 126 * 131072 / 16.7e3;
  CHECK(held_back == Approx(1303.9).epsilon(1e-4));
  for (const char* rate : {"25", "37.5", "100"}) {
    CAPTURE(rate);
    CHECK(a100_ring_us(rate) == Approx(held_back));
  }
  // Cards of 14.25 GB/s: a message takes 110 x 7.849 + 16 x 9.998 us and the latency. The cards alone, 126 x 9.998 us and
  // a hop of 4 us, would be through before that.
  const double on_wire = 131072 / 0.92;
  CHECK(126 * on_wire / 14.25e3 + 4 == Approx(1263.7).epsilon(1e-4));
  const double slow_cards = 42 + 273 + 110 * on_wire / (16.7e3 / 0.92) + 16 * on_wire / 14.25e3;
  CHECK(slow_cards == Approx(1338.3).epsilon(1e-4));
  CHECK(a100_ring_us("15") == Approx(slow_cards));
}

TEST_CASE("no algorithm with any protocol gets slower with faster links of any kind") {
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  int compared = 0;
  for (const char* name : {"dgx-a100", "dgx-h100", "dgx-1v"}) {
    const auto platform = shipped.platform(name).value;
    const auto library = shipped.default_library(platform.chip).value;
    for (const std::string& algorithm : catalog::algorithm_names()) {
      for (const std::string& protocol : catalog::protocol_names()) {
        const Choice choice = collective::parse_choice(algorithm + "/" + protocol);
        for (size_t operation = 0; operation < collective::operation_names().size(); ++operation) {
          for (const int chips : {4, 8, 16, 64}) {
            for (const double bytes : {64 * 1024.0, 4 * kMebi, 64 * kMebi, 1024 * kMebi}) {
              const Demand demand{.operation = static_cast<Operation>(operation), .group = {}, .bytes = bytes};
              CAPTURE(name, algorithm, protocol, collective::operation_names()[operation], chips, bytes);
              compared += compare_rates(platform, library, chips, demand, choice);
            }
          }
        }
      }
    }
  }
  CHECK(compared > 10'000);
}
