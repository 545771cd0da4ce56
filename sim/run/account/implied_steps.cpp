#include "run/account/implied_steps.hpp"

#include "catalog/text/units.hpp"

#include <fmt/format.h>

namespace podsim::run {

std::optional<std::string> implied_steps_note(const RunResult& result, const catalog::Training& training) {
  if (!training.plausible_steps || !result.published) return std::nullopt;
  const double steps = result.published->hours * catalog::kHour / result.step.seconds.value;
  const auto [low, high] = *training.plausible_steps;
  const bool plausible = steps >= static_cast<double>(low) && steps <= static_cast<double>(high);
  return fmt::format(
      "the steps are not published: the recipe's are assumed; {:.3g} h at this step time are {:.3g} steps, which is {} "
      "({:.3g} to {:.3g})",
      result.published->hours, steps, plausible ? "plausible" : "not plausible", static_cast<double>(low),
      static_cast<double>(high));
}

}  // namespace podsim::run
