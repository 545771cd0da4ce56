#include "catalog/models/model_rules.hpp"

#include "catalog/yaml/rules.hpp"

namespace podsim::catalog {

IntegerRule width(const std::string& example) {
  return count("a width", "give a count of elements, for example " + example, 1, 1 << 20);
}

IntegerRule layer_count(const std::string& example) {
  return count("a count of layers", "give a whole number, for example " + example, 1, 1 << 14);
}

int required(const MapReader& map, std::string_view key, const IntegerRule& rule) {
  return static_cast<int>(map[key].integer(rule));
}

}  // namespace podsim::catalog
