#include "collective/schedule/choice.hpp"

#include "catalog/text/error.hpp"
#include "catalog/text/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace podsim::collective {
namespace {

/// The place of `name` among names in the order of an enumeration.
int place_of(const std::string& name, const std::vector<std::string>& names, const std::string& text, const char* one,
             const char* many) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<int>(found - names.begin());
  throw catalog::InputError(
      fmt::format("--algorithm {}: unknown {}\n  way out: {}", text, one, catalog::suggestion(name, names, many)));
}

}  // namespace

std::string name_of(const Choice& choice) {
  return catalog::name_of(choice.algorithm) + "/" + catalog::name_of(choice.protocol);
}

Choice parse_choice(const std::string& text) {
  const size_t slash = text.find('/');
  Choice choice;
  choice.algorithm = static_cast<catalog::Algorithm>(
      place_of(text.substr(0, slash), catalog::algorithm_names(), text, "algorithm", "algorithms"));
  if (slash == std::string::npos) return choice;
  choice.protocol = static_cast<catalog::Protocol>(
      place_of(text.substr(slash + 1), catalog::protocol_names(), text, "protocol", "protocols"));
  return choice;
}

}  // namespace podsim::collective
