#include "study/grid/study_file.hpp"

#include "catalog/text/decimal.hpp"
#include "catalog/yaml/document.hpp"
#include "catalog/yaml/field.hpp"
#include "study/grid/filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace podsim::study {
namespace {

using catalog::Field;
using catalog::MapReader;

std::vector<Dimension> read_dimensions(const MapReader& map) {
  std::vector<Dimension> dimensions;
  if (const auto cases = map.find("cases")) dimensions.push_back(read_cases(*cases));
  if (const auto axes = map.find("axes")) {
    for (const catalog::NamedField& entry : axes->names()) dimensions.push_back(read_crossed(entry));
  }
  if (const auto zip = map.find("zip")) {
    for (const Field& group : zip->list()) dimensions.push_back(read_zipped(group));
  }
  if (const auto samples = map.find("samples")) dimensions.push_back(read_samples(*samples));
  if (dimensions.empty()) map.fail("the study varies nothing", "give axes: with KEY: [VALUES]");
  return dimensions;
}

[[noreturn]] void fail_at(const Setting& setting, const std::string& problem, const std::string& way_out) {
  catalog::fail(setting.value.place, setting.key, problem, way_out);
}

/// No point may set a key twice, or both the number of chips and a slice.
void check_keys(const std::vector<Dimension>& dimensions) {
  const auto clash = [](const std::string& a, const std::string& b) {
    return canonical_key(a) == canonical_key(b) || (a == "run.chips" && b == "run.slice") ||
           (a == "run.slice" && b == "run.chips");
  };
  const auto check = [&](const Setting& one, const Setting& other) {
    if (!clash(one.key, other.key)) return;
    if (one.key == other.key) fail_at(one, "the key is set in two places", "keep one of them");
    fail_at(one, fmt::format("{} is set beside {}", one.key, other.key),
            "keep one of them: a slice has its number of chips");
  };
  for (std::size_t i = 0; i < dimensions.size(); ++i) {
    for (const auto& settings : dimensions[i].settings) {
      for (std::size_t a = 0; a < settings.size(); ++a) {
        for (std::size_t b = 0; b < a; ++b) check(settings[a], settings[b]);
      }
    }
    // All indices of a dimension but cases set the same keys; of cases all are looked at.
    for (std::size_t j = 0; j < i; ++j) {
      for (const auto& settings : dimensions[j].settings) {
        for (const Setting& one : dimensions[i].settings.front()) {
          for (const Setting& other : settings) check(one, other);
        }
        if (dimensions[j].axes.front().key != "case") break;
      }
    }
  }
}

/// A name that stands at the top of the file or is an axis, never both.
std::string read_name(const MapReader& map, const std::string& key, Study& study) {
  const std::string axis = "run." + key;
  const bool always = std::any_of(study.dimensions.begin(), study.dimensions.end(),
                                  [&](const Dimension& dimension) { return dimension.always_sets(axis); });
  if (!always) {
    const Field name = map[key];
    study.named.push_back({key, {name.text(), name.place()}});
    return name.text();
  }
  map.forbid(key, fmt::format("is also the axis run.{}", key), "name it in one place only");
  return {};
}

FilterValue filter_value(const std::string& text) {
  const auto number = catalog::read_number(text);
  if (const auto* value = std::get_if<double>(&number)) return *value;
  return text;
}

/// For each dimension and index the values of its axes, as filters see them.
using FilterTable = std::vector<std::vector<std::vector<FilterValue>>>;

FilterTable filter_table(const std::vector<Dimension>& dimensions) {
  FilterTable table;
  for (const Dimension& dimension : dimensions) {
    auto& indices = table.emplace_back(dimension.size());
    for (const Axis& axis : dimension.axes) {
      for (std::size_t i = 0; i < indices.size(); ++i) indices[i].push_back(filter_value(axis.values[i].text));
    }
  }
  return table;
}

std::size_t index_in(const std::vector<Dimension>& dimensions, std::size_t dimension, std::size_t combination) {
  for (std::size_t faster = dimensions.size() - 1; faster > dimension; --faster) {
    combination /= dimensions[faster].size();
  }
  return combination % dimensions[dimension].size();
}

std::vector<Filter> read_filters(const MapReader& map, const std::vector<Dimension>& dimensions) {
  std::vector<std::string> keys;
  for (const Dimension& dimension : dimensions) {
    for (const Axis& axis : dimension.axes) keys.push_back(axis.key);
  }
  std::vector<Filter> filters;
  if (const auto keep = map.find("keep")) {
    for (const Field& text : keep->list()) filters.emplace_back(text.text(), text.place(), keys);
  }
  return filters;
}

std::size_t count_combinations(const MapReader& map, const std::vector<Dimension>& dimensions) {
  std::size_t combinations = 1;
  for (const Dimension& dimension : dimensions) {
    combinations *= dimension.size();
    if (combinations > kMaxCombinations) {
      map.fail(fmt::format("makes more than {} combinations", kMaxCombinations),
               "give fewer values, or cut the study in parts");
    }
  }
  return combinations;
}

std::vector<std::uint32_t> keep_combinations(const MapReader& map, const std::vector<Dimension>& dimensions) {
  const std::size_t combinations = count_combinations(map, dimensions);
  const std::vector<Filter> filters = read_filters(map, dimensions);
  const FilterTable table = filter_table(dimensions);
  std::vector<std::uint32_t> kept;
  for (std::size_t combination = 0; combination < combinations; ++combination) {
    std::vector<FilterValue> values;
    for (std::size_t i = 0; i < dimensions.size() && !filters.empty(); ++i) {
      const auto& at = table[i][index_in(dimensions, i, combination)];
      values.insert(values.end(), at.begin(), at.end());
    }
    const auto keeps = [&](const Filter& filter) { return filter.keeps(values); };
    if (std::all_of(filters.begin(), filters.end(), keeps)) kept.push_back(static_cast<std::uint32_t>(combination));
  }
  if (kept.empty()) map["keep"].fail("keeps no point of the study", "loosen a comparison, or give more values");
  if (kept.size() > kMaxPoints) {
    map.fail(fmt::format("makes more than {} points", kMaxPoints), "give fewer values, or cut the study in parts");
  }
  return kept;
}

}  // namespace

std::size_t Study::index(std::size_t dimension, std::size_t point) const {
  return index_in(dimensions, dimension, combinations[point]);
}

RunSpec Study::spec(std::size_t point) const {
  RunSpec spec = run;
  for (std::size_t i = 0; i < dimensions.size(); ++i) {
    for (const Setting& setting : dimensions[i].settings[index(i, point)]) {
      apply_axis_value(spec, setting.key, setting.value.text);
    }
  }
  return spec;
}

Study read_study(const std::filesystem::path& path) {
  const catalog::Document document = catalog::read_document(path);
  const MapReader map = Field(document.root, "")
                            .map({"schema", "name", "description", "workload", "platform", "stack", "axes", "zip",
                                  "cases", "samples", "keep"});
  map["schema"].choice({kStudySchema}, "schemas");
  Study study;
  study.input = {path.string(), document.source->text};
  study.name = map["name"].text();
  if (const auto description = map.find("description")) study.description = description->text();
  study.dimensions = read_dimensions(map);
  check_keys(study.dimensions);
  study.combinations = keep_combinations(map, study.dimensions);
  study.run.workload = read_name(map, "workload", study);
  study.run.platform = read_name(map, "platform", study);
  if (map.find("stack")) study.run.stack = read_name(map, "stack", study);
  return study;
}

std::vector<results::Column> axis_values(const Study& study) {
  std::vector<results::Column> columns;
  for (const Dimension& dimension : study.dimensions) {
    for (const Axis& axis : dimension.axes) {
      std::vector<std::string> texts;
      for (const AxisValue& value : axis.values) texts.push_back(value.text);
      columns.push_back(typed_column(axis.key, texts));
    }
  }
  return columns;
}

std::vector<results::Column> axis_columns(const Study& study) {
  std::vector<results::Column> columns = axis_values(study);
  std::size_t column = 0;
  for (std::size_t i = 0; i < study.dimensions.size(); ++i) {
    for (std::size_t axis = 0; axis < study.dimensions[i].axes.size(); ++axis, ++column) {
      std::visit(
          [&](auto& values) {
            std::remove_reference_t<decltype(values)> spread;
            spread.reserve(study.points());
            for (std::size_t point = 0; point < study.points(); ++point)
              spread.push_back(values[study.index(i, point)]);
            values = std::move(spread);
          },
          columns[column].values);
    }
  }
  return columns;
}

}  // namespace podsim::study
