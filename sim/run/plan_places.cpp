#include "run/plan_places.hpp"

#include <algorithm>
#include <cstddef>

namespace podsim::run {
namespace {

bool continues_option(char letter) { return letter == '-' || (letter >= 'a' && letter <= 'z'); }

std::string plan_key_of(const std::string& option) {
  std::string key = "plan." + option.substr(2);
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

}  // namespace

std::string told_by_places(const std::string& reason, const PlanPlaces& places) {
  const size_t end = std::min(reason.find('\n'), reason.size());
  std::string told;
  std::string first;
  for (size_t at = 0; at < end;) {
    const size_t option = std::min(reason.find("--", at), end);
    size_t behind = std::min(option + 2, end);
    while (behind < end && continues_option(reason[behind])) ++behind;
    const std::string name = reason.substr(option, behind - option);
    const auto place = places.find(name);
    told += reason.substr(at, option - at) + (place == places.end() ? name : plan_key_of(name));
    if (place != places.end() && first.empty()) first = place->second + ": ";
    at = behind;
  }
  return first + told + reason.substr(end);
}

}  // namespace podsim::run
