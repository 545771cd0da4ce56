#pragma once

#include "catalog/field.hpp"
#include "results/column.hpp"
#include "study/run_spec.hpp"

#include <string>
#include <vector>

namespace podsim::study {

inline constexpr const char* kStudySchema = "podsim/study/1";

/// Checks one value of the axis `key` and returns it as YAML text. An unknown key fails at `axis`.
std::string read_axis_value(const std::string& key, const catalog::Field& axis, const catalog::Field& value);

/// Puts a value that read_axis_value returned into a run.
void apply_axis_value(RunSpec& spec, const std::string& key, const std::string& text);

/// Texts as a column: int64_t where all are whole numbers, double where all are
/// numbers, else text.
results::Column typed_column(const std::string& key, const std::vector<std::string>& texts);

}  // namespace podsim::study
