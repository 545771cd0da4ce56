#include "catalog/spec/stack_fit.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <variant>
#include <vector>

namespace podsim::catalog {
namespace {

constexpr int kEarliestYear = 0;
constexpr int kLatestYear = 9999;

/// Whether an empty or matching list holds for `name`, and whether it names it.
struct Match {
  Match(const std::vector<std::string>& names, const std::string& name)
      : named(std::find(names.begin(), names.end(), name) != names.end()), holds(named || names.empty()) {}

  bool named;
  bool holds;
};

std::string years_text(const StackScope& scope) {
  std::string text;
  if (scope.first_chip_year != kEarliestYear) text += fmt::format(" from {}", scope.first_chip_year);
  if (scope.last_chip_year != kLatestYear) text += fmt::format(" to {}", scope.last_chip_year);
  return text;
}

}  // namespace

int closeness(const StackScope& scope, const Chip& chip, const std::string& model_kind) {
  const Match by_chip(scope.chips, chip.name);
  const Match by_vendor(scope.vendors, chip.vendor);
  const Match by_kind(scope.models, model_kind);
  const bool in_years = by_chip.named || (scope.first_chip_year <= chip.year && chip.year <= scope.last_chip_year);
  if (!scope.given || !by_chip.holds || !by_vendor.holds || !by_kind.holds || !in_years) return 0;
  return 1 + 4 * int{by_chip.named} + 2 * int{by_vendor.named} + int{by_kind.named};
}

std::string scope_text(const StackScope& scope) {
  const std::string models =
      scope.models.empty() ? "any models" : fmt::format("{} models", fmt::join(scope.models, ", "));
  if (!scope.chips.empty()) return fmt::format("{} on {}", models, fmt::join(scope.chips, ", "));
  const std::string vendors = scope.vendors.empty() ? "any" : fmt::format("{}", fmt::join(scope.vendors, ", "));
  return fmt::format("{} on {} chips{}", models, vendors, years_text(scope));
}

bool serves(const Library& library, const Interconnect& interconnect) {
  if (std::holds_alternative<Torus>(interconnect)) return library.algorithms.contains(Algorithm::torus);
  return std::any_of(library.algorithms.begin(), library.algorithms.end(),
                     [](const auto& algorithm) { return algorithm.first != Algorithm::torus; });
}

std::string topology_text(const Interconnect& interconnect) {
  return std::holds_alternative<Torus>(interconnect) ? "a torus" : "boxes";
}

}  // namespace podsim::catalog
