#include "run/account/money.hpp"

#include "run/account/energy.hpp"

#include <catch2/catch.hpp>

using namespace podsim;

namespace {

/// Boxes of eight chips at 10 USD an hour and 2 for the host.
catalog::Platform boxes() {
  catalog::Platform platform;
  platform.node = {.chips = 8, .host_watts = 800};
  platform.chip.power = {.idle_watts = 100, .mean_watts = 300, .max_watts = 400};
  platform.prices.unit = "node";
  platform.prices.chips_per_unit = 8;
  platform.prices.hourly = {{"on_demand", {.usd = 10}}, {"preemptible", {.usd = 3}}};
  return platform;
}

}  // namespace

TEST_CASE("whole units are paid, each with its host") {
  auto platform = boxes();
  CHECK(run::cost_usd(platform, {.chips = 9, .seconds = 1800}).at("on_demand") == Approx(10));
  platform.prices.hourly.at("on_demand").host_usd = 2;
  platform.prices.hourly.at("preemptible").host_usd = 1;
  CHECK(run::cost_usd(platform, {.chips = 9, .seconds = 1800}).at("on_demand") == Approx(12));
  CHECK(run::cost_usd(platform, {.chips = 8, .seconds = 3600}).at("preemptible") == Approx(4));
}

TEST_CASE("less than the shortest billed time costs as much as it") {
  auto platform = boxes();
  platform.prices.minimum_seconds = 600;
  CHECK(run::cost_usd(platform, {.chips = 8, .seconds = 60}).at("on_demand") == Approx(10.0 / 6));
  CHECK(run::cost_usd(platform, {.chips = 8, .seconds = 1200}).at("on_demand") == Approx(20.0 / 6));
}

TEST_CASE("what is stored is paid by bytes and time") {
  auto platform = boxes();
  platform.prices.storage_usd_per_byte_second = 1e-15;
  CHECK(run::cost_usd(platform, {.chips = 8, .seconds = 3600, .stored_bytes = 1e12}).at("on_demand") == Approx(13.6));
}

TEST_CASE("an owned DGX-1V: 4.72 USD an hour for the purchase, 0.34 for electricity") {
  // 149,000 USD over four years at 90 %; 3.5 kW x 0.75 at a PUE of 1.3 and 0.10 USD a kWh.
  auto platform = boxes();
  platform.prices.owned = catalog::Owned{.purchase_usd_per_unit = 149000, .years = 4, .utilisation = 0.9};
  platform.site = catalog::Site{.pue = 1.3, .usd_per_joule = 0.10 / 3.6e6};
  const double joules = 3500 * 0.75 * 3600;
  const double usd = run::cost_usd(platform, {.chips = 8, .seconds = 3600, .energy_joules = joules}).at("owned");
  CHECK(usd == Approx(4.72 + 0.34).epsilon(0.002));
  platform.prices.owned->extra_share = 0.2;
  CHECK(run::cost_usd(platform, {.chips = 8, .seconds = 3600}).at("owned") == Approx(4.72 * 1.2).epsilon(0.002));
}

TEST_CASE("chips draw their mean power at work and their idle power while they wait") {
  // Two boxes for the hosts, nine chips.
  platform::Slice slice;
  slice.chips = 9;
  CHECK(run::energy_joules(boxes(), slice, 100, 0) == Approx(100 * (9 * 300 + 2 * 800)));
  CHECK(run::energy_joules(boxes(), slice, 0, 10) == Approx(10 * (9 * 100 + 2 * 800)));
  // Four pods of one chip have a box each.
  slice.chips = slice.pods = 4;
  CHECK(run::energy_joules(boxes(), slice, 0, 10) == Approx(10 * (4 * 100 + 4 * 800)));
}

TEST_CASE("machines are taken back where their price says so, whatever its name, and owned ones never") {
  auto platform = boxes();
  platform.prices.hourly.at("preemptible").preemptible = true;
  platform.prices.hourly["spare"] = {.usd = 2, .preemptible = true};
  CHECK(run::is_preemptible(platform.prices, "preemptible"));
  CHECK(run::is_preemptible(platform.prices, "spare"));
  CHECK_FALSE(run::is_preemptible(platform.prices, "on_demand"));
  CHECK_FALSE(run::is_preemptible(platform.prices, "owned"));
}
