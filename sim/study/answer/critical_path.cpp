#include "study/answer/critical_path.hpp"

#include <algorithm>
#include <cctype>
#include <map>

namespace podsim::study {
namespace {

using run::TimelineEntry;

/// Collectives of a timeline, for what is under way at a time.
class Collectives {
 public:
  /// `phase` must outlive it. Its timeline is in the order of the starts.
  explicit Collectives(const run::PhaseResult& phase) {
    const TimelineEntry* last = nullptr;
    for (const TimelineEntry& entry : phase.timeline) {
      if (entry.lane != "network") continue;
      if (last == nullptr || entry.end_seconds > last->end_seconds) last = &entry;
      starts_.push_back(entry.start_seconds);
      last_to_end_.push_back(last);
    }
  }

  /// The collective that is under way when a wait ends.
  std::string awaited(const TimelineEntry& wait) const {
    const auto begun = std::lower_bound(starts_.begin(), starts_.end(), wait.end_seconds) - starts_.begin();
    return begun == 0 ? wait.name : last_to_end_[static_cast<std::size_t>(begun - 1)]->name;
  }

 private:
  std::vector<double> starts_;
  std::vector<const TimelineEntry*> last_to_end_;  ///< of those up to each
};

/// "layer 12 attention" and "layer12/attention" without their numbers.
std::string without_numbers(const std::string& name) {
  std::string text;
  for (const char letter : name) {
    if (std::isdigit(static_cast<unsigned char>(letter)) == 0) text += letter;
  }
  return text;
}

}  // namespace

std::vector<PathPart> critical_path(const run::PhaseResult& phase) {
  const Collectives collectives(phase);
  std::vector<PathPart> path;
  double longest = 0;
  for (const TimelineEntry& entry : phase.timeline) {
    if (entry.lane == "network") continue;
    const double seconds = entry.end_seconds - entry.start_seconds;
    if (seconds <= 0) continue;
    if (path.empty() || path.back().category != entry.category) {
      path.push_back({0, entry.category, 0, ""});
      longest = 0;
    }
    PathPart& part = path.back();
    part.seconds += seconds;
    ++part.operations;
    if (seconds <= longest) continue;
    longest = seconds;
    part.longest = entry.category == "wait" ? collectives.awaited(entry) : entry.name;
  }
  return path;
}

std::vector<OperationTotal> longest_operations(const run::PhaseResult& phase, std::size_t most) {
  std::map<std::string, OperationTotal> totals;
  for (const TimelineEntry& entry : phase.timeline) {
    if (entry.lane != "device" || entry.category == "wait") continue;
    OperationTotal& total = totals[entry.category + " " + without_numbers(entry.name)];
    ++total.count;
    total.seconds += entry.end_seconds - entry.start_seconds;
  }
  std::vector<OperationTotal> sorted;
  for (auto& [name, total] : totals) sorted.push_back({name, total.count, total.seconds});
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.seconds > b.seconds; });
  if (sorted.size() > most) sorted.resize(most);
  return sorted;
}

}  // namespace podsim::study
