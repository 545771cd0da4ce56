#include "results/unit.hpp"

#include "parallel/plan/plan_keys.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace podsim::results {

namespace {

using KeyUnit = std::pair<std::string_view, std::string_view>;

constexpr std::array<KeyUnit, 57> kNumberUnits{{{"chips", "1"},
                                                {"mfu_causal", "1"},
                                                {"hfu", "1"},
                                                {"stage", "1"},
                                                {"blocks", "1"},
                                                {"in_flight", "1"},
                                                {"busy_seconds", "s"},
                                                {"exposed_communication_seconds", "s"},
                                                {"pipeline_bubble_seconds", "s"},
                                                {"dp", "1"},
                                                {"passes", "1"},
                                                {"worst_stage", "1"},
                                                {"micro_batch", "1"},
                                                {"ranks", "1"},
                                                {"local_batch", "1"},
                                                {"parameters", "1"},
                                                {"step_seconds", "s"},
                                                {"step_seconds_low", "s"},
                                                {"step_seconds_high", "s"},
                                                {"step_bound_seconds", "s"},
                                                {"steps", "1"},
                                                {"wall_hours", "h"},
                                                {"wall_hours_low", "h"},
                                                {"wall_hours_high", "h"},
                                                {"examples_per_second", "1/s"},
                                                {"model_flops_per_step", "FLOP"},
                                                {"mfu", "1"},
                                                {"pfs_days", "pfs-day"},
                                                {"memory_bytes_per_rank", "B"},
                                                {"energy_kwh", "kWh"},
                                                {"scaling_efficiency", "1"},
                                                {"scaling_baseline_chips", "1"},
                                                {"flows", "1"},
                                                {"wall_seconds", "s"},
                                                {"share_of_steps", "1"},
                                                {"sequence_length", "1"},
                                                {"measured_step_seconds", "s"},
                                                {"predicted_step_seconds", "s"},
                                                {"implied_scale", "1"},
                                                {"used_scale", "1"},
                                                {"hours", "h"},
                                                {"ratio", "1"},
                                                {"bytes", "B"},
                                                {"count", "1"},
                                                {"interval_seconds", "s"},
                                                {"best_interval_seconds", "s"},
                                                {"write_seconds", "s"},
                                                {"stall_seconds", "s"},
                                                {"site_energy_kwh", "kWh"},
                                                {"co2e_kg", "kg"},
                                                {"draws", "1"},
                                                {"failures", "1"},
                                                {"preemptions", "1"},
                                                {"goodput", "1"},
                                                {"best_goodput", "1"},
                                                {"asynchronous_goodput", "1"},
                                                {"mean_wall_hours", "h"}}};

constexpr std::array<KeyUnit, 10> kMemberUnits{{{"breakdown_seconds", "s"},
                                                {"exposed_communication_by_group_seconds", "s"},
                                                {"memory_bytes", "B"},
                                                {"cost_usd", "USD"},
                                                {"wall_parts_seconds", "s"},
                                                {"wall_hours", "h"},
                                                {"billed_hours", "h"},
                                                {"elasticities", "1"},
                                                {"part_elasticities", "1"},
                                                {"link_losses", "1"}}};

template <std::size_t N>
std::string_view find(const std::array<KeyUnit, N>& units, std::string_view key) {
  const auto* found = std::find_if(units.begin(), units.end(), [&](const KeyUnit& unit) { return unit.first == key; });
  return found == units.end() ? std::string_view() : found->second;
}

}  // namespace

std::string_view unit_of(std::string_view key) {
  for (const parallel::PlanKey& plan_key : parallel::plan_keys()) {
    if (plan_key.result == key) return "1";
  }
  const std::string_view unit = find(kNumberUnits, key);
  if (unit.empty()) throw std::logic_error(fmt::format("result: {} has no unit", key));
  return unit;
}

std::string_view unit_of_members(std::string_view key) { return find(kMemberUnits, key); }

}  // namespace podsim::results
