#include "study/study_file.hpp"

#include "catalog/document.hpp"
#include "catalog/error.hpp"
#include "catalog/field.hpp"
#include "catalog/nearest.hpp"
#include "study/axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace podsim::study {
namespace {

using catalog::Field;
using catalog::MapReader;

Axis read_axis(const catalog::NamedField& entry) {
  Axis axis{entry.name, {}};
  for (const Field& value : entry.field.list()) {
    axis.values.push_back({read_axis_value(entry.name, entry.field, value), value.place()});
  }
  return axis;
}

bool has_axis(const std::vector<Axis>& axes, const std::string& key) {
  return std::any_of(axes.begin(), axes.end(), [&](const Axis& axis) { return axis.key == key; });
}

/// A name that stands at the top of the file or is an axis, never both.
std::string read_name(const MapReader& map, const std::string& key, const std::vector<Axis>& axes) {
  if (!has_axis(axes, "run." + key)) return map[key].text();
  map.forbid(key, fmt::format("is also the axis run.{}", key), "name it in one place only");
  return {};
}

void check_axes(const Study& study, const Field& axes) {
  if (has_axis(study.axes, "run.chips") && has_axis(study.axes, "run.slice")) {
    axes.fail("has both run.chips and run.slice", "keep one of them: a slice has its number of chips");
  }
  std::size_t points = 1;
  for (const Axis& axis : study.axes) {
    points *= axis.values.size();
    if (points > kMaxPoints) {
      axes.fail(fmt::format("makes more than {} points", kMaxPoints), "give fewer values, or cut the study in parts");
    }
  }
}

/// The refusal of one value: at its place in the study, with the words of the catalogue.
[[noreturn]] void refuse(const Axis& axis, const AxisValue& value, const std::string& message) {
  const std::string mark = "\n  way out: ";
  const std::size_t way_out = message.rfind(mark);
  const bool marked = way_out != std::string::npos;
  catalog::fail(value.place, "axes." + axis.key, "refused: " + message.substr(0, way_out),
                marked ? message.substr(way_out + mark.size()) : "correct the value or take it out");
}

std::vector<catalog::InputText> resolve_value(const catalog::Catalog& catalog, RunSpec spec, const Axis& axis,
                                              const AxisValue& value) {
  apply_axis_value(spec, axis.key, value.text);
  try {
    return resolve(catalog, spec).inputs;
  } catch (const catalog::InputError& error) {
    refuse(axis, value, error.what());
  }
}

void add_new(std::vector<catalog::InputText>& inputs, std::vector<catalog::InputText> more) {
  for (catalog::InputText& input : more) {
    const auto same = [&](const catalog::InputText& known) { return known.path == input.path; };
    if (std::none_of(inputs.begin(), inputs.end(), same)) inputs.push_back(std::move(input));
  }
}

}  // namespace

std::size_t Study::points() const {
  std::size_t points = 1;
  for (const Axis& axis : axes) points *= axis.values.size();
  return points;
}

std::size_t Study::value_index(std::size_t axis, std::size_t point) const {
  for (std::size_t faster = axes.size() - 1; faster > axis; --faster) point /= axes[faster].values.size();
  return point % axes[axis].values.size();
}

std::vector<RunSpec> Study::specs() const {
  std::vector<RunSpec> specs(points(), run);
  for (std::size_t point = 0; point < specs.size(); ++point) {
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
      apply_axis_value(specs[point], axes[axis].key, axes[axis].values[value_index(axis, point)].text);
    }
  }
  return specs;
}

Study read_study(const std::filesystem::path& path) {
  const catalog::Document document = catalog::read_document(path);
  const MapReader map =
      Field(document.root, "").map({"schema", "name", "description", "workload", "platform", "stack", "axes"});
  map["schema"].choice({kStudySchema}, "schemas");
  Study study;
  study.input = {path.string(), document.source->text};
  study.name = map["name"].text();
  if (const auto description = map.find("description")) study.description = description->text();
  for (const catalog::NamedField& entry : map["axes"].names()) study.axes.push_back(read_axis(entry));
  check_axes(study, map["axes"]);
  study.run.workload = read_name(map, "workload", study.axes);
  study.run.platform = read_name(map, "platform", study.axes);
  if (map.find("stack") || has_axis(study.axes, "run.stack")) study.run.stack = read_name(map, "stack", study.axes);
  return study;
}

std::vector<catalog::InputText> check_study(const catalog::Catalog& catalog, const Study& study) {
  RunSpec base = study.run;
  for (const Axis& axis : study.axes) {
    if (axis.key.starts_with("run.")) apply_axis_value(base, axis.key, axis.values.front().text);
  }
  std::vector<catalog::InputText> inputs{study.input};
  add_new(inputs, resolve(catalog, base).inputs);
  for (const Axis& axis : study.axes) {
    for (const AxisValue& value : axis.values) add_new(inputs, resolve_value(catalog, base, axis, value));
    apply_axis_value(base, axis.key, axis.values.front().text);
  }
  return inputs;
}

std::vector<results::Column> axis_values(const Study& study) {
  std::vector<results::Column> columns;
  for (const Axis& axis : study.axes) {
    std::vector<std::string> texts;
    for (const AxisValue& value : axis.values) texts.push_back(value.text);
    columns.push_back(typed_column(axis.key, texts));
  }
  return columns;
}

std::vector<results::Column> axis_columns(const Study& study) {
  std::vector<results::Column> columns = axis_values(study);
  for (std::size_t axis = 0; axis < columns.size(); ++axis) {
    std::visit(
        [&](auto& values) {
          std::remove_reference_t<decltype(values)> spread;
          for (std::size_t point = 0; point < study.points(); ++point) {
            spread.push_back(values[study.value_index(axis, point)]);
          }
          values = std::move(spread);
        },
        columns[axis].values);
  }
  return columns;
}

}  // namespace podsim::study
