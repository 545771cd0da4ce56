#include "collective/nvlink_rings.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

namespace podsim::collective {
namespace {

/// Free NVLinks between the chips of a box, by direction.
class FreeLinks {
 public:
  explicit FreeLinks(const platform::NvlinkBoxesNetwork& boxes) : chips_(boxes.chips_per_node()) {
    for (int from = 0; from < chips_; ++from) {
      for (int to = 0; to < chips_; ++to) free_.push_back(boxes.nvlinks(from, to));
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

}  // namespace

std::vector<Visit> nvlink_rings(const platform::NvlinkBoxesNetwork& boxes) {
  FreeLinks links(boxes);
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

std::vector<Visit> paths_between_cards(const platform::NvlinkBoxesNetwork& boxes) {
  const FreeLinks all(boxes);
  FreeLinks links = all;
  std::vector<Visit> paths;
  for (const auto& card : boxes.boxes().cards) {
    const std::vector<int>& below = boxes.boxes().switches[card.pcie_switch].chips;
    Visit chosen;
    const auto ends_right = [&](const Visit& visit) {
      if (below.size() > 1 && visit.back() != below.back()) return false;
      chosen = visit;
      return true;
    };
    Visit path{below.front()};
    if (each_path(links, path, ends_right)) {
      take_path(links, chosen);
    } else if (path = {below.front()}; !each_path(all, path, ends_right)) {
      chosen.resize(static_cast<size_t>(boxes.chips_per_node()));
      std::iota(chosen.begin(), chosen.end(), 0);
      std::rotate(chosen.begin(), std::find(chosen.begin(), chosen.end(), below.front()), chosen.end());
    }
    paths.push_back(std::move(chosen));
  }
  return paths;
}

}  // namespace podsim::collective
