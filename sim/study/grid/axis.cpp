#include "study/grid/axis.hpp"

#include "catalog/text/decimal.hpp"
#include "catalog/text/nearest.hpp"
#include "catalog/yaml/document.hpp"
#include "parallel/plan/plan_keys.hpp"
#include "study/grid/range.hpp"
#include "study/point/plan_field.hpp"

#include <fmt/format.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

namespace podsim::study {
namespace {

using catalog::Field;
using catalog::Value;

/// A value in YAML's flow form, on one line. A JSON text is a YAML text.
std::string flow_text(const Value& value) {
  std::string text;
  switch (value.kind) {
    case Value::Kind::nothing: return "null";
    case Value::Kind::scalar: return value.plain ? value.text : nlohmann::json(value.text).dump();
    case Value::Kind::sequence:
      for (const Value& element : value.elements) text += (text.empty() ? "" : ", ") + flow_text(element);
      return "[" + text + "]";
    case Value::Kind::map:
      for (const auto& member : value.members) {
        text += (text.empty() ? "" : ", ") + member.key + ": " + flow_text(member.value);
      }
      return "{" + text + "}";
  }
  return text;
}

/// How one key of a run is checked and set.
struct RunKey {
  std::function<std::string(const Field&)> read;
  std::function<void(RunSpec&, const std::string&)> apply;
  bool whole = false;
};

RunKey whole_key(std::optional<int64_t> RunSpec::*member, const std::string& noun, int64_t high) {
  const catalog::IntegerRule rule{noun, fmt::format("give a whole number from 1 to {}", high), 1, high};
  return {
      [rule](const Field& field) { return std::to_string(field.integer(rule)); },
      [member, high](RunSpec& spec, const std::string& text) { spec.*member = catalog::parse_whole(text, 1, high); },
      true};
}

template <typename Text>
RunKey text_key(Text RunSpec::*member) {
  return {[](const Field& field) { return field.text(); },
          [member](RunSpec& spec, const std::string& text) { spec.*member = text; }, false};
}

std::string read_slice(const Field& field) {
  std::string text = field.text();
  if (parse_slice(text).empty()) {
    field.refuse("a slice", fmt::format("it must be like 4x8, of at most {} chips", kMaxChips),
                 "give the chips along each axis, joined by x");
  }
  return text;
}

RunKey plan_key(const parallel::PlanKey& key) {
  return {[&key](const Field& field) { return plan_text(key, field); },
          [&key](RunSpec& spec, const std::string& text) { parallel::put(key, text, spec.plan); },
          std::holds_alternative<parallel::WholeRange>(key.legal)};
}

std::map<std::string, RunKey> all_keys() {
  std::map<std::string, RunKey> keys{
      {"run.chips", whole_key(&RunSpec::chips, "a number of chips", kMaxChips)},
      {"run.full",
       {[](const Field& field) { return std::string(field.boolean() ? "true" : "false"); },
        [](RunSpec& spec, const std::string& text) { spec.full = text == "true"; }}},
      {"run.phase", text_key(&RunSpec::phase)},
      {"run.platform", text_key(&RunSpec::platform)},
      {"run.slice", {read_slice, [](RunSpec& spec, const std::string& text) { spec.slice = parse_slice(text); }}},
      {"run.stack", text_key(&RunSpec::stack)},
      {"run.steps", whole_key(&RunSpec::steps, "a number of steps", kMaxSteps)},
      {"run.workload", text_key(&RunSpec::workload)},
  };
  for (const parallel::PlanKey& key : parallel::plan_keys()) keys.emplace(key.axis, plan_key(key));
  return keys;
}

const std::map<std::string, RunKey>& run_keys() {
  static const std::map<std::string, RunKey> keys = all_keys();
  return keys;
}

constexpr const char* kCaseKey = "case";

bool is_override(const std::string& key) {
  const auto starts = [&](const char* prefix) { return key.starts_with(prefix); };
  return starts("workload.") || starts("platform.") || starts("stack.");
}

template <typename Number, typename Read>
std::optional<std::vector<Number>> all_numbers(const std::vector<std::string>& texts, const Read& read) {
  std::vector<Number> numbers;
  for (const std::string& text : texts) {
    const auto number = read(text);
    if (!std::holds_alternative<Number>(number)) return std::nullopt;
    numbers.push_back(std::get<Number>(number));
  }
  return numbers;
}

}  // namespace

std::string canonical_key(const std::string& key) { return key == "run.micro_batch" ? "plan.micro_batch" : key; }

bool is_whole_key(const std::string& key) {
  const auto run_key = run_keys().find(canonical_key(key));
  return run_key != run_keys().end() && run_key->second.whole;
}

Axis read_axis(const catalog::NamedField& entry) {
  Axis axis{entry.name, {}};
  if (entry.field.is_map()) {
    for (const Value& value : range_values(entry.field, is_whole_key(entry.name))) {
      axis.values.push_back(read_axis_value(entry.name, entry.field, Field(value, entry.field.path())));
    }
  } else {
    for (const Field& value : entry.field.list()) {
      axis.values.push_back(read_axis_value(entry.name, entry.field, value));
    }
  }
  return axis;
}

AxisValue read_axis_value(const std::string& key, const Field& axis, const Field& value) {
  if (is_override(key)) return {flow_text(value.value()), value.place()};
  const auto run_key = run_keys().find(canonical_key(key));
  if (run_key != run_keys().end()) return {run_key->second.read(value), value.place()};
  std::vector<std::string> names;
  for (const auto& [name, rules] : run_keys()) names.push_back(name);
  axis.fail("unknown axis",
            catalog::suggestion(key, names, "axes") + ", and any key that starts with workload., platform. or stack.");
}

void apply_axis_value(RunSpec& spec, const std::string& key, const std::string& text) {
  if (is_override(key)) {
    spec.overrides.push_back({key, text});
  } else if (key != kCaseKey) {
    run_keys().at(canonical_key(key)).apply(spec, text);
  }
}

results::Column typed_column(const std::string& key, const std::vector<std::string>& texts) {
  if (auto whole = all_numbers<int64_t>(texts, catalog::read_integer)) return {key, "", std::move(*whole)};
  if (auto numbers = all_numbers<double>(texts, catalog::read_number)) return {key, "", std::move(*numbers)};
  return {key, "", texts};
}

}  // namespace podsim::study
