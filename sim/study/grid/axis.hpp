#pragma once

#include "catalog/yaml/field.hpp"
#include "catalog/yaml/place.hpp"
#include "results/file/column.hpp"
#include "study/point/run_spec.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace podsim::study {

inline constexpr const char* kStudySchema = "podsim/study/1";

/// One value of an axis, as YAML text, and where it stands.
struct AxisValue {
  std::string text;
  catalog::Place place;
};

/// What changes from point to point: a key of the workload, platform or stack
/// ("platform.interconnect.link_GBps"), or of the run ("run.chips"), or "case": the name of a case.
struct Axis {
  std::string key;
  std::vector<AxisValue> values;
};

/// One key and the value that it takes.
struct Setting {
  std::string key;
  AxisValue value;
};

/// Checks one value of the axis `key`. An unknown key fails at `axis`. Throws InputError.
AxisValue read_axis_value(const std::string& key, const catalog::Field& axis, const catalog::Field& value);

/// The values of an axis: a list, or a range {from, to, step | factor | count, whole}. Throws InputError.
Axis read_axis(const catalog::NamedField& entry);

/// True for the keys whose values are whole numbers whatever the files say ("run.batch").
bool is_whole_key(const std::string& key);

/// The one name of a key that has two ("run.micro_batch" is "plan.micro_batch").
std::string canonical_key(const std::string& key);

/// Puts a value that read_axis_value returned into a run.
void apply_axis_value(RunSpec& spec, const std::string& key, const std::string& text);

/// Texts as a column: int64_t where all are whole numbers, double where all are
/// numbers, else text.
results::Column typed_column(const std::string& key, const std::vector<std::string>& texts);

}  // namespace podsim::study
