#include "catalog/rules.hpp"

#include <array>
#include <utility>

namespace podsim::catalog {
namespace {

constexpr std::array kFormats = {NumberFormat::fp32, NumberFormat::tf32, NumberFormat::bf16, NumberFormat::fp16,
                                 NumberFormat::fp8};

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const NumberFormat format : kFormats) names.emplace_back(name_of(format));
  return names;
}

}  // namespace

NumberRule positive(std::string noun, std::string way_out, double high) {
  return {.noun = std::move(noun), .way_out = std::move(way_out), .high = high};
}

NumberRule not_negative(std::string noun, std::string way_out, double high) {
  return {.noun = std::move(noun), .way_out = std::move(way_out), .low_allowed = true, .high = high};
}

NumberRule rate_rule(std::string way_out, double high) {
  constexpr double kLeastRate = 1e-6;
  return {.noun = "a rate", .way_out = std::move(way_out), .low = kLeastRate, .low_allowed = true, .high = high};
}

NumberRule efficiency() {
  return positive("an efficiency", "give the part of the data-sheet figure that is reached, for example 0.85", 1.0);
}

IntegerRule count(std::string noun, std::string way_out, int64_t low, int64_t high) {
  return {.noun = std::move(noun), .way_out = std::move(way_out), .low = low, .high = high};
}

NumberFormat number_format(const Field& field) { return kFormats[field.choice(format_names(), "number formats")]; }

NumberFormat number_format(const NamedField& entry) { return kFormats[entry.choice(format_names(), "number formats")]; }

}  // namespace podsim::catalog
