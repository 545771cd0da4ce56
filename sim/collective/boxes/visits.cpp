#include "collective/boxes/visits.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

namespace podsim::collective {
namespace {

/// Free NVLinks between members of a box, by direction. Members are counted from 0 here.
class FreeLinks {
 public:
  FreeLinks(const platform::BoxesNetwork& boxes, const std::vector<int>& members)
      : chips_(static_cast<int>(members.size())) {
    for (const int from : members) {
      for (const int to : members) free_.push_back(boxes.direct_links(from, to));
    }
  }
  int chips() const { return chips_; }
  int count(int from, int to) const { return free_[from * chips_ + to]; }
  void take(int from, int to, int links = 1) { free_[from * chips_ + to] -= links; }

 private:
  int chips_;
  std::vector<int> free_;
};

void take_path(FreeLinks& links, const Visit& path) {
  for (size_t i = 0; i + 1 < path.size(); ++i) links.take(path[i], path[i + 1]);
}

/// Takes a cycle both ways round, `times` times (-1 gives it back).
void take_cycle(FreeLinks& links, const Visit& cycle, int times) {
  for (size_t i = 0; i < cycle.size(); ++i) {
    const int next = cycle[(i + 1) % cycle.size()];
    links.take(cycle[i], next, times);
    links.take(next, cycle[i], times);
  }
}

bool cycle_is_free(const FreeLinks& links, const Visit& cycle) {
  for (size_t i = 0; i < cycle.size(); ++i) {
    if (links.count(cycle[i], cycle[(i + 1) % cycle.size()]) < 1) return false;
  }
  return true;
}

/// Calls `found` with each path from `path`'s last chip over all chips, until it returns true.
bool each_path(const FreeLinks& links, Visit& path, const std::function<bool(const Visit&)>& found) {
  if (static_cast<int>(path.size()) == links.chips()) return found(path);
  for (int next = 0; next < links.chips(); ++next) {
    if (links.count(path.back(), next) < 1 || std::find(path.begin(), path.end(), next) != path.end()) continue;
    path.push_back(next);
    if (each_path(links, path, found)) return true;
    path.pop_back();
  }
  return false;
}

/// Undirected cycles over all chips, each once: they start at chip 0, and the second chip is below the last.
std::vector<Visit> cycles(const FreeLinks& links) {
  std::vector<Visit> all;
  Visit path{0};
  each_path(links, path, [&](const Visit& visit) {
    if (visit.size() > 2 && visit[1] < visit.back() && links.count(visit.back(), 0) > 0) all.push_back(visit);
    return false;
  });
  return all;
}

/// The largest set of cycles from `candidates[first..]` (with repetition) that the free links allow.
std::vector<Visit> most_cycles(FreeLinks& links, const std::vector<Visit>& candidates, size_t first, size_t limit) {
  std::vector<Visit> best;
  for (size_t i = first; i < candidates.size() && best.size() < limit; ++i) {
    if (!cycle_is_free(links, candidates[i])) continue;
    take_cycle(links, candidates[i], 1);
    std::vector<Visit> more = most_cycles(links, candidates, i, limit - 1);
    take_cycle(links, candidates[i], -1);
    if (more.size() + 1 > best.size()) {
      more.insert(more.begin(), candidates[i]);
      best = std::move(more);
    }
  }
  return best;
}

/// No chip has more cycles than half of its links.
size_t cycle_limit(const FreeLinks& links) {
  int fewest = std::numeric_limits<int>::max();
  for (int chip = 0; chip < links.chips(); ++chip) {
    int degree = 0;
    for (int other = 0; other < links.chips(); ++other) degree += links.count(chip, other);
    fewest = std::min(fewest, degree);
  }
  return static_cast<size_t>(fewest / 2);
}

Visit in_order(int chips, int first) {
  Visit visit(static_cast<size_t>(chips));
  std::iota(visit.begin(), visit.end(), 0);
  std::rotate(visit.begin(), visit.begin() + first, visit.end());
  return visit;
}

std::vector<Visit> nvlink_rings(FreeLinks links) {
  if (links.chips() == 2) return std::vector<Visit>(static_cast<size_t>(links.count(0, 1)), Visit{0, 1});
  std::vector<Visit> rings = most_cycles(links, cycles(links), 0, cycle_limit(links));
  const size_t one_way = rings.size();
  for (size_t i = 0; i < one_way; ++i) {
    Visit reversed = rings[i];
    std::reverse(reversed.begin() + 1, reversed.end());
    rings.push_back(std::move(reversed));
  }
  return rings;
}

/// From `first` to `last` over all chips, on free links if there is such a path, else on any, else in order.
Visit path_between(FreeLinks& links, const FreeLinks& all, int first, int last) {
  Visit chosen;
  const auto ends_right = [&](const Visit& visit) {
    if (first != last && visit.back() != last) return false;
    chosen = visit;
    return true;
  };
  Visit path{first};
  if (each_path(links, path, ends_right)) {
    take_path(links, chosen);
  } else if (path = {first}; !each_path(all, path, ends_right)) {
    chosen = in_order(links.chips(), first);
  }
  return chosen;
}

Visit chips_of(const Visit& visit, const std::vector<int>& members) {
  Visit chips;
  for (const int member : visit) chips.push_back(members[static_cast<size_t>(member)]);
  return chips;
}

/// Members, counted from 0, that hang from a card's own switch.
std::vector<int> members_below(const platform::BoxesNetwork& boxes, int card, const std::vector<int>& members) {
  const std::vector<int> below = boxes.chips_below(card);
  std::vector<int> found;
  for (size_t i = 0; i < members.size(); ++i) {
    if (std::find(below.begin(), below.end(), members[i]) != below.end()) found.push_back(static_cast<int>(i));
  }
  return found;
}

}  // namespace

std::vector<Visit> rings_in_box(const platform::BoxesNetwork& boxes, const std::vector<int>& members) {
  const auto chips = static_cast<int>(members.size());
  std::vector<Visit> rings;
  if (!boxes.switched()) rings = nvlink_rings(FreeLinks(boxes, members));
  if (rings.empty()) rings.push_back(in_order(chips, 0));
  for (Visit& ring : rings) ring = chips_of(ring, members);
  return rings;
}

std::vector<CardPath> paths_between_cards(const platform::BoxesNetwork& boxes, const std::vector<int>& members) {
  const FreeLinks all(boxes, members);
  FreeLinks links = all;
  std::vector<CardPath> paths;
  for (int card = 0; card < boxes.cards(); ++card) {
    const std::vector<int> below = members_below(boxes, card, members);
    if (below.empty()) continue;
    const Visit visit =
        boxes.switched() ? in_order(all.chips(), below.front()) : path_between(links, all, below.front(), below.back());
    paths.push_back({card, chips_of(visit, members)});
  }
  if (paths.empty()) paths.push_back({boxes.card_of(members.front()), chips_of(in_order(all.chips(), 0), members)});
  return paths;
}

}  // namespace podsim::collective
