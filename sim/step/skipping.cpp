#include "step/skipping.hpp"

#include <algorithm>
#include <limits>

namespace podsim::step {
namespace {

constexpr int64_t kMany = 8;  ///< iterations of a loop that is followed
/// When a snapshot is taken, as a share of the iteration before. At its start much may happen at the same time, in an order
/// that roundings make.
constexpr double kLater = 0.0123456789;
constexpr int kShortest = 4;  ///< iterations: periods up to it are looked for in short pipelines
constexpr int64_t kLeft = 2;  ///< iterations at the end of a loop that are not left out

}  // namespace

Skipping::Skipping(Crew& crew, Clock& clock)
    : crew_(crew), clock_(clock), longest_(std::max(kShortest, 2 * static_cast<int>(crew.diaries().size()))) {
  for (Rank& rank : crew.ranks()) {
    if (!rank.has_loop_of(kMany)) continue;
    followed_ = &rank;
    rank.follow(kMany);
    break;
  }
  if (followed_ == nullptr) return;
  int number = 0;
  for (Channel& channel : crew.channels()) channel.report_to(&events_, number++);
}

void Skipping::begin_step() {
  repetition_ = Repetition(longest_);
  events_.clear();
  iteration_began_.reset();
  seconds_ = 0;
}

void Skipping::at_iteration() {
  const double now = clock_.now();
  if (iteration_began_ && awake_ && now > *iteration_began_) {
    awake_ = false;
    clock_.sleep((now - *iteration_began_) * kLater, *this);
  }
  iteration_began_ = now;
}

void Skipping::wake(uint64_t /*nap*/) {
  awake_ = true;
  const int period = repetition_.add(snapshot());
  events_.clear();
  if (period == 0) return;
  const int64_t left = alike_left() / period * period;
  if (left > 0) skip(left, period);
}

Snapshot Skipping::snapshot() const {
  Snapshot snapshot{.time = clock_.now(), .places = {}, .seconds = {}, .events = events_, .paths = {}};
  for (const Rank& rank : crew_.ranks()) {
    const Rank::Place& place = rank.place();
    snapshot.places.insert(snapshot.places.end(),
                           {static_cast<int64_t>(place.loop), place.iteration - followed_->place().iteration,
                            static_cast<int64_t>(place.block), static_cast<int64_t>(place.op)});
    snapshot.seconds.push_back(rank.seconds_at_it());
  }
  for (const Channel& channel : crew_.channels()) channel.describe(snapshot.places, snapshot.seconds);
  for (const auto& diary : crew_.diaries()) snapshot.paths.push_back(diary ? diary->sums() : PathSeconds{});
  return snapshot;
}

int64_t Skipping::alike_left() const {
  int64_t left = std::numeric_limits<int64_t>::max();
  for (const Rank& rank : crew_.ranks()) left = std::min(left, rank.at_end() ? 0 : rank.place().left);
  return left - kLeft;
}

void Skipping::skip(int64_t iterations, int period) {
  const Snapshot& last = repetition_.before(0);
  const Snapshot& first = repetition_.before(period);
  const double times = static_cast<double>(iterations) / period;
  const double seconds = times * (last.time - first.time);
  seconds_ += seconds;
  for (Rank& rank : crew_.ranks()) rank.skip(iterations);
  for (Channel& channel : crew_.channels()) channel.skip(seconds);
  for (InputPipeline& input : crew_.inputs()) input.skip(seconds);
  for (size_t kind = 0; kind < last.paths.size(); ++kind) {
    if (!crew_.diaries()[kind]) continue;
    PathSeconds path = last.paths[kind];
    path.add(first.paths[kind], -1);
    crew_.diaries()[kind]->skip(seconds, path, times);
  }
  repetition_ = Repetition(longest_);
}

}  // namespace podsim::step
