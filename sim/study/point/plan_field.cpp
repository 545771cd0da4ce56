#include "study/point/plan_field.hpp"

#include <fmt/format.h>

#include <variant>

namespace podsim::study {

std::string plan_text(const parallel::PlanKey& key, const catalog::Field& field) {
  if (!key.zero_name.empty() && field.text() == key.zero_name) return key.zero_name;
  if (const auto* range = std::get_if<parallel::WholeRange>(&key.legal)) {
    return std::to_string(
        field.integer({key.noun, fmt::format("give a whole number from {} to {}", range->low, range->high), range->low,
                       range->high}));
  }
  if (std::holds_alternative<parallel::Switch>(key.legal)) return field.boolean() ? "true" : "false";
  if (std::holds_alternative<parallel::WholeList>(key.legal)) {
    parallel::PlanChoice choice;
    const auto refused = parallel::put(key, field.text(), choice);
    if (refused) field.refuse(key.noun, refused->problem, refused->way_out);
    return field.text();
  }
  const auto& names = std::get<std::vector<std::string>>(key.legal);
  return names[field.choice(names, key.noun)];
}

}  // namespace podsim::study
