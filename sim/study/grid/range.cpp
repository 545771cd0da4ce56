#include "study/grid/range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace podsim::study {
namespace {

using catalog::Field;
using catalog::MapReader;
using catalog::NumberRule;
using catalog::Value;

constexpr int kRangeDigits = 12;
constexpr int kWholeDigits = 17;
/// An end is reached when the last number misses it by less: from 0.1 to 0.5 by 0.1 has five numbers.
constexpr double kEndTolerance = 1e-9;

NumberRule end_rule() {
  return {.noun = "an end of a range", .way_out = "give a number", .low = -1e15, .low_allowed = true, .high = 1e15};
}

std::vector<double> by_step(const MapReader& map, const Span& span) {
  const double step = map["step"].number(
      {.noun = "a step", .way_out = "give the difference of two numbers of the range", .low = 0, .high = 1e15});
  const double count = std::floor((span.to - span.from) / step + kEndTolerance) + 1;
  if (count > static_cast<double>(kMaxAxisValues)) map["step"].fail("makes too many numbers", "take a larger step");
  std::vector<double> numbers;
  for (int i = 0; i < static_cast<int>(count); ++i) numbers.push_back(span.from + i * step);
  return numbers;
}

std::vector<double> by_factor(const MapReader& map, const Span& span) {
  const double factor = map["factor"].number(
      {.noun = "a factor", .way_out = "give the ratio of two numbers of the range, 2 for doubling", .low = 1});
  if (span.from <= 0) map["from"].fail("a range with a factor starts above 0", "start above 0, or give a step");
  std::vector<double> numbers;
  const double end = span.to * (1 + kEndTolerance);
  for (double number = span.from; number <= end; number = span.from * std::pow(factor, numbers.size())) {
    numbers.push_back(number);
    if (numbers.size() > kMaxAxisValues) map["factor"].fail("makes too many numbers", "take a larger factor");
  }
  return numbers;
}

std::vector<double> by_count(const MapReader& map, const Span& span) {
  const auto count = map["count"].integer({.noun = "a count",
                                           .way_out = "give how many numbers the range has, both ends among them",
                                           .low = 2,
                                           .high = kMaxAxisValues});
  std::vector<double> numbers;
  for (int64_t i = 0; i < count; ++i) {
    numbers.push_back(span.at(static_cast<double>(i) / static_cast<double>(count - 1)));
  }
  return numbers;
}

std::vector<double> numbers_of(const MapReader& map) {
  const Span span = read_span(map);
  const int ways = (map.find("step") ? 1 : 0) + (map.find("factor") ? 1 : 0) + (map.find("count") ? 1 : 0);
  if (ways != 1) {
    map.fail(ways == 0 ? "the range does not say how it goes on" : "the range says in two ways how it goes on",
             "give one of step: DIFFERENCE, factor: RATIO (2 doubles), count: NUMBERS");
  }
  if (map.find("count")) return by_count(map, span);
  map.forbid("spacing", "goes with count only", "a step is linear, a factor is logarithmic: leave spacing out");
  return map.find("step") ? by_step(map, span) : by_factor(map, span);
}

/// Rounds each; two that fall on one number would be one point twice.
void make_whole(const MapReader& map, std::vector<std::string>& texts) {
  for (std::string& text : texts) text = number_text(std::round(std::strtod(text.c_str(), nullptr)), kWholeDigits);
  const auto twice = std::adjacent_find(texts.begin(), texts.end());
  if (twice == texts.end()) return;
  map["whole"].fail(fmt::format("two numbers of the range are rounded to {}", *twice),
                    "take fewer numbers, or a wider range");
}

/// Of a key whose values are whole numbers.
void require_whole(const MapReader& map, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    const double number = std::strtod(text.c_str(), nullptr);
    if (number == std::floor(number)) continue;
    map.fail(fmt::format("{} is in the range and is no whole number", text),
             "add whole: true, which rounds the numbers of the range");
  }
}

}  // namespace

double Span::at(double fraction) const {
  if (fraction <= 0) return from;
  if (fraction >= 1) return to;
  return logarithmic ? from * std::pow(to / from, fraction) : from + fraction * (to - from);
}

Span read_span(const MapReader& map) {
  Span span;
  span.from = map["from"].number(end_rule());
  span.to = map["to"].number(end_rule());
  if (span.to <= span.from) map["to"].fail("the range ends before it starts", "give an end that is larger than from");
  if (const auto spacing = map.find("spacing")) {
    span.logarithmic = spacing->choice({"linear", "log"}, "spacings") == 1;
    if (span.logarithmic && span.from <= 0) {
      map["from"].fail("a range with log spacing starts above 0", "start above 0, or take spacing: linear");
    }
  }
  return span;
}

std::vector<Value> range_values(const Field& range, bool only_whole) {
  const MapReader map = range.map({"from", "to", "step", "factor", "count", "spacing", "whole"});
  std::vector<std::string> texts;
  for (const double number : numbers_of(map)) texts.push_back(number_text(number, kRangeDigits));
  if (map.boolean_or("whole", false)) {
    make_whole(map, texts);
  } else if (only_whole) {
    require_whole(map, texts);
  }
  std::vector<Value> values;
  for (std::string& text : texts) values.push_back(plain_value(std::move(text), range.place()));
  return values;
}

std::string number_text(double number, int digits) {
  const std::string text = fmt::format("{:.{}g}", number, digits);
  const double rounded = std::strtod(text.c_str(), nullptr);
  return rounded == std::floor(rounded) && std::abs(rounded) < 1e16 ? fmt::format("{:.0f}", rounded) : text;
}

Value plain_value(std::string text, const catalog::Place& place) {
  Value value(Value::Kind::scalar, place);
  value.text = std::move(text);
  value.plain = true;
  return value;
}

}  // namespace podsim::study
