#pragma once

#include "results/file/column.hpp"
#include "study/answer/scale.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace podsim::study {

/// A resource in a narrow column: "matrix" for "matrix_rate".
std::string short_resource(const std::string& resource);

/// A bar for each size: how many times faster than the first one that fits, and a mark at as many times
/// as it has chips. Empty where fewer than two sizes fit.
std::string speedup_chart(const Scaling& scaling);

/// The cheapest and the fastest size and the largest useful batch, in sentences.
std::string limits_text(const Scaling& scaling);
nlohmann::ordered_json limits_json(const Scaling& scaling);

/// Where the batch of a strong study does not divide over the ranks of some size: the nearest that divide over those of
/// all sizes with as many examples. Else empty.
std::string dividing_batch_text(const Scaling& scaling);

/// Which limit each size is: "knee", "cheapest", "fastest", with commas between, or nothing.
results::Column limits_column(const Scaling& scaling);

/// A column for each resource and each part of the machine that any size has an elasticity for.
std::vector<results::Column> elasticity_columns(const Scaling& scaling);

}  // namespace podsim::study
