#include "study/answer/path_groups.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace podsim::study {
namespace {

constexpr std::size_t kLongestPeriod = 64;  ///< pieces of a repetition

/// A stretch of the path. Stretches of the same kind have the same parts.
struct Stretch {
  std::size_t first = 0;  ///< of the parts
  std::size_t count = 1;
  int kind = 0;
  int64_t times = 1;
};

/// Numbers of kinds: of parts, and of what repeats kinds.
class Kinds {
 public:
  int of(const PathPart& part) { return number(parts_, std::tuple(part.category, part.longest, part.operations)); }
  int of(const std::vector<int>& repeated, int64_t times) { return number(repeats_, std::pair(repeated, times)); }

 private:
  template <typename Map, typename Key>
  int number(Map& map, Key key) {
    const auto [place, added] = map.try_emplace(std::move(key), next_);
    if (added) ++next_;
    return place->second;
  }

  std::map<std::tuple<std::string, std::string, int64_t>, int> parts_;
  std::map<std::pair<std::vector<int>, int64_t>, int> repeats_;
  int next_ = 0;
};

std::size_t times_of(const std::vector<Stretch>& stretches, std::size_t at, std::size_t period) {
  std::size_t same = 0;
  while (at + period + same < stretches.size() && stretches[at + same].kind == stretches[at + period + same].kind) {
    ++same;
  }
  return at + period > stretches.size() ? 1 : 1 + same / period;
}

/// Puts together what repeats itself with this period.
std::vector<Stretch> repeats_joined(const std::vector<Stretch>& stretches, std::size_t period, Kinds& kinds) {
  std::vector<Stretch> joined;
  for (std::size_t at = 0; at < stretches.size();) {
    const std::size_t times = times_of(stretches, at, period);
    if (times == 1) {
      joined.push_back(stretches[at++]);
      continue;
    }
    std::vector<int> repeated;
    Stretch all{stretches[at].first, 0, 0, static_cast<int64_t>(times)};
    for (std::size_t i = at; i < at + period; ++i) repeated.push_back(stretches[i].kind);
    for (std::size_t i = at; i < at + times * period; ++i) all.count += stretches[i].count;
    all.kind = kinds.of(repeated, all.times);
    joined.push_back(all);
    at += times * period;
  }
  return joined;
}

/// Short periods first, also after each step: layers inside micro-batches, then these.
std::vector<Stretch> repetitions_of(const std::vector<PathPart>& path, std::size_t most) {
  Kinds kinds;
  std::vector<Stretch> stretches;
  for (std::size_t i = 0; i < path.size(); ++i) stretches.push_back({i, 1, kinds.of(path[i]), 1});
  for (std::size_t period = 1; period <= kLongestPeriod && stretches.size() > most;) {
    const std::size_t before = stretches.size();
    stretches = repeats_joined(stretches, period, kinds);
    period = stretches.size() < before ? 1 : period + 1;
  }
  return stretches;
}

double seconds_of(const std::vector<PathPart>& path, const Stretch& stretch) {
  double seconds = 0;
  for (std::size_t i = 0; i < stretch.count; ++i) seconds += path[stretch.first + i].seconds;
  return seconds;
}

/// Joins the two neighbours that take least together, until few are left.
void join_shortest(const std::vector<PathPart>& path, std::vector<Stretch>& stretches, std::size_t most) {
  std::vector<double> seconds;
  for (const Stretch& stretch : stretches) seconds.push_back(seconds_of(path, stretch));
  while (stretches.size() > most) {
    std::size_t least = 0;
    for (std::size_t i = 1; i + 1 < seconds.size(); ++i) {
      if (seconds[i] + seconds[i + 1] < seconds[least] + seconds[least + 1]) least = i;
    }
    stretches[least].count += stretches[least + 1].count;
    stretches[least].times = 1;
    seconds[least] += seconds[least + 1];
    stretches.erase(stretches.begin() + static_cast<std::ptrdiff_t>(least) + 1);
    seconds.erase(seconds.begin() + static_cast<std::ptrdiff_t>(least) + 1);
  }
}

PathGroup group_of(const std::vector<PathPart>& path, const Stretch& stretch) {
  PathGroup group{stretch.times, static_cast<int64_t>(stretch.count), seconds_of(path, stretch), {}, {}};
  if (stretch.count == 1) {
    group.part = path[stretch.first];
    return group;
  }
  std::map<std::string, double> longest;
  for (std::size_t i = 0; i < stretch.count; ++i) {
    const PathPart& part = path[stretch.first + i];
    auto share = std::find_if(group.shares.begin(), group.shares.end(),
                              [&](const PathShare& one) { return one.category == part.category; });
    if (share == group.shares.end()) share = group.shares.insert(share, {part.category, 0, ""});
    share->seconds += part.seconds;
    double& most = longest[part.category];
    if (part.seconds <= most) continue;
    most = part.seconds;
    share->longest = part.longest;
  }
  std::stable_sort(group.shares.begin(), group.shares.end(),
                   [](const PathShare& one, const PathShare& other) { return one.seconds > other.seconds; });
  return group;
}

}  // namespace

std::vector<PathGroup> path_groups(const std::vector<PathPart>& path, std::size_t most) {
  std::vector<Stretch> stretches = repetitions_of(path, most);
  join_shortest(path, stretches, std::max<std::size_t>(most, 1));
  std::vector<PathGroup> groups;
  for (const Stretch& stretch : stretches) groups.push_back(group_of(path, stretch));
  return groups;
}

}  // namespace podsim::study
