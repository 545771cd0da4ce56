#include "study/grid/sample.hpp"

#include "study/grid/range.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

namespace podsim::study {
namespace {

using catalog::Field;
using catalog::NamedField;

constexpr int kSampleDigits = 6;

std::string sample_text(const Span& span, double position, bool whole) {
  const double number = span.at(position);
  return number_text(whole ? std::round(number) : number, whole ? 17 : kSampleDigits);
}

}  // namespace

Sampler::Sampler(std::uint64_t seed, std::size_t count, bool stratified)
    : generator_(seed), count_(count), stratified_(stratified) {}

// The distributions of the standard library differ from one library to the next; 53 bits of the generator do not.
double Sampler::uniform() { return static_cast<double>(generator_() >> 11) * 0x1p-53; }

std::vector<double> Sampler::next_axis() {
  std::vector<double> numbers(count_);
  if (!stratified_) {
    for (double& number : numbers) number = uniform();
    return numbers;
  }
  std::vector<std::size_t> parts(count_);
  std::iota(parts.begin(), parts.end(), std::size_t{0});
  for (std::size_t i = count_; i > 1; --i) {
    const auto other = static_cast<std::size_t>(uniform() * static_cast<double>(i));
    std::swap(parts[i - 1], parts[other]);
  }
  for (std::size_t i = 0; i < count_; ++i) {
    numbers[i] = (static_cast<double>(parts[i]) + uniform()) / static_cast<double>(count_);
  }
  return numbers;
}

Axis read_sampled_axis(const NamedField& entry, Sampler& sampler) {
  Axis axis{entry.name, {}};
  const std::vector<double> positions = sampler.next_axis();
  if (!entry.field.is_map()) {
    const Axis choices = read_axis(entry);
    for (const double position : positions) {
      const double index = position * static_cast<double>(choices.values.size());
      axis.values.push_back(choices.values[std::min(static_cast<std::size_t>(index), choices.values.size() - 1)]);
    }
    return axis;
  }
  const catalog::MapReader map = entry.field.map({"from", "to", "spacing", "whole"});
  const Span span = read_span(map);
  const bool whole = map.boolean_or("whole", is_whole_key(entry.name));
  for (const double position : positions) {
    const catalog::Value value = plain_value(sample_text(span, position, whole), entry.field.place());
    axis.values.push_back(read_axis_value(entry.name, entry.field, Field(value, entry.field.path())));
  }
  return axis;
}

}  // namespace podsim::study
