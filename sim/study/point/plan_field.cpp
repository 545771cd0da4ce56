#include "study/point/plan_field.hpp"

#include <fmt/format.h>

#include <variant>

namespace podsim::study {

std::string plan_text(const parallel::PlanKey& key, const catalog::Field& field) {
  if (const auto* range = std::get_if<parallel::WholeRange>(&key.legal)) {
    return std::to_string(
        field.integer({key.noun, fmt::format("give a whole number from {} to {}", range->low, range->high), range->low,
                       range->high}));
  }
  const auto& names = std::get<std::vector<std::string>>(key.legal);
  return names[field.choice(names, key.noun)];
}

}  // namespace podsim::study
