#pragma once

#include "catalog/yaml/field.hpp"
#include "parallel/plan/plan_keys.hpp"

#include <string>

namespace podsim::study {

/// The value of a plan's key in a file, as the text that parallel::put() takes. Throws InputError.
std::string plan_text(const parallel::PlanKey& key, const catalog::Field& field);

}  // namespace podsim::study
