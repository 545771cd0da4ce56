#include "catalog/yaml/rules.hpp"

#include <utility>

namespace podsim::catalog {

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

}  // namespace podsim::catalog
