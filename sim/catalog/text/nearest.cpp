#include "catalog/text/nearest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace podsim::catalog {

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

std::optional<std::string> nearest(std::string_view written, const std::vector<std::string>& names) {
  std::optional<std::string> best;
  size_t allowed = std::max<size_t>(2, written.size() / 3);
  for (const std::string& name : names) {
    const size_t difference = std::max(name.size(), written.size()) - std::min(name.size(), written.size());
    if (difference > allowed) continue;
    const size_t distance = edit_distance(written, name);
    if (distance >= std::max(name.size(), written.size())) continue;
    if (distance < allowed || (distance == allowed && !best)) {
      best = name;
      allowed = distance;
    }
  }
  return best;
}

std::vector<std::string> nearest_few(std::string_view written, const std::vector<std::string>& names, size_t most) {
  constexpr size_t kLeastPart = 3;
  const size_t allowed = std::max<size_t>(2, written.size() / 3);
  std::vector<std::pair<size_t, std::string>> near;
  for (const std::string& name : names) {
    const size_t distance = edit_distance(written, name);
    const bool part = written.size() >= kLeastPart && name.find(written) != std::string::npos;
    const bool alike = distance <= allowed && distance < std::max(name.size(), written.size());
    if (part || alike) near.emplace_back(distance, name);
  }
  std::sort(near.begin(), near.end());
  std::vector<std::string> few;
  for (size_t i = 0; i < std::min(most, near.size()); ++i) few.push_back(near[i].second);
  return few;
}

std::string suggestion_of_many(std::string_view written, const std::vector<std::string>& names,
                               std::string_view command) {
  constexpr size_t kFew = 3;
  const std::vector<std::string> near = nearest_few(written, names, kFew);
  if (near.empty()) return fmt::format("{} names them all", command);
  const std::string last = near.size() > 1 ? " or " + near.back() : "";
  const auto first_ones = near.end() - (near.size() > 1 ? 1 : 0);
  return fmt::format("did you mean {}{}? {} names them all", fmt::join(near.begin(), first_ones, ", "), last, command);
}

std::string suggestion(std::string_view written, const std::vector<std::string>& names, std::string_view noun) {
  const std::string all = fmt::format("{} are: {}", noun, fmt::join(names, ", "));
  const auto near = nearest(written, names);
  return near ? fmt::format("did you mean {}? {}", *near, all) : all;
}

}  // namespace podsim::catalog
