#include "run/money_properties.hpp"

#include "platform/slice.hpp"
#include "run/account/money.hpp"

#include <cmath>
#include <string>

namespace podsim::tests {
namespace {

/// Of what the platform costs by time alone, each second is worth the same; electricity goes by energy.
double usd_by_time(const run::RunRequest& request, const run::RunResult& result, const std::string& kind) {
  const double usd = result.cost_usd.at(kind);
  if (kind != "owned" || !request.platform.site) return usd;
  return usd - *result.energy.site_joules * request.platform.site->usd_per_joule;
}

void check_price(Findings& findings, const run::RunRequest& request, const run::RunResult& result,
                 const run::RunResult& longer) {
  for (const auto& [kind, usd] : result.cost_usd) {
    if (result.wall.seconds.value < request.platform.prices.minimum_seconds && kind != "owned") continue;
    findings.same("price of a second " + kind, usd_by_time(request, result, kind) / result.wall.seconds.value,
                  usd_by_time(request, longer, kind) / longer.wall.seconds.value);
  }
  if (result.setup.chips % request.platform.prices.chips_per_unit != 0) return;
  const run::Bill bill{.chips = result.setup.chips,
                       .seconds = result.wall.seconds.value,
                       .energy_joules = result.energy.joules,
                       .stored_bytes = 0};
  run::Bill twice = bill;
  twice.chips *= 2;
  twice.energy_joules *= 2;
  const auto once = run::cost_usd(request.platform, bill);
  for (const auto& [kind, usd] : run::cost_usd(request.platform, twice)) {
    findings.same("price of twice the chips " + kind, usd, 2 * once.at(kind));
    findings.at_most("price without storage " + kind, once.at(kind), result.cost_usd.at(kind));
  }
}

void check_energy(Findings& findings, const run::RunRequest& request, const run::RunResult& result) {
  const auto& parts = result.step.breakdown;
  const double busy = static_cast<double>(result.length.steps) * (parts.compute_seconds + parts.optimizer_seconds) +
                      result.wall.parts.evaluation_seconds;
  const double idle = static_cast<double>(result.length.steps) *
                          (parts.exposed_communication_seconds + parts.input_seconds + parts.overhead_seconds) +
                      result.wall.parts.start_up_seconds + result.wall.parts.checkpoint_seconds;
  const auto& power = request.platform.chip.power;
  const auto slice = platform::choose_slice(request.platform, request.chips, request.slice);
  const double boxes =
      slice.pods * std::ceil(static_cast<double>(slice.chips) / slice.pods / request.platform.node.chips);
  findings.same("energy", result.energy.joules,
                result.setup.chips * (power.mean_watts * busy + power.idle_watts * idle) +
                    boxes * request.platform.node.host_watts * result.wall.seconds.value);
  if (request.platform.site) {
    findings.same("energy of the site", *result.energy.site_joules, result.energy.joules * request.platform.site->pue);
  }
}

}  // namespace

void check_money(Findings& findings, const run::RunRequest& request, const run::RunResult& result,
                 const run::RunResult& longer) {
  findings.require(longer.length.steps == 2 * result.length.steps, "twice the steps are others");
  findings.same("hours of twice the steps", longer.wall.parts.steps_seconds, 2 * result.wall.parts.steps_seconds);
  findings.same("start-up of twice the steps", longer.wall.parts.start_up_seconds, result.wall.parts.start_up_seconds);
  check_price(findings, request, result, longer);
  check_energy(findings, request, result);
}

}  // namespace podsim::tests
