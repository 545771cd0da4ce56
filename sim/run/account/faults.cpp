#include "run/account/faults.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace podsim::run {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kMostStops = 1e5;

/// Exponential times that are the same on every machine: std::exponential_distribution may differ.
class StopClock {
 public:
  explicit StopClock(uint64_t seed) : engine_(seed) {}

  double next(double rate) {
    if (rate <= 0) return kNever;
    const double uniform = static_cast<double>(engine_() >> 11U) * 0x1p-53;
    return -std::log1p(-uniform) / rate;
  }

 private:
  std::mt19937_64 engine_;
};

struct Play {
  double wall = 0;
  double billed = 0;
  double failures = 0;
  double preemptions = 0;
};

double intervals(const SavedWork& work) { return std::ceil(work.work / work.interval * (1 - 1e-12)); }

/// Seconds from `saved` of `all` intervals to the end, without a stop.
double remaining(const SavedWork& work, double all, double saved) {
  const double left = all - saved;
  return work.work - saved * work.interval + left * work.stall + work.lag;
}

/// Intervals whose checkpoint is safe after `seconds` of going on.
double saved_after(const SavedWork& work, double seconds) {
  return seconds <= work.lag ? 0 : std::floor((seconds - work.lag) / (work.interval + work.stall));
}

Play play(const SavedWork& work, const FaultModel& model, StopClock& clock) {
  Play play;
  const double all = intervals(work);
  double saved = 0;
  double restart = work.start_up + work.later_start_ups;
  double life = 0;
  while (true) {
    const double failure = clock.next(model.failures_per_second);
    const double end_of_life = model.life_seconds > 0 ? model.life_seconds - life : kNever;
    const double preemption = std::min(clock.next(model.preemptions_per_second), end_of_life);
    const double stop = std::min(failure, preemption);
    const double need = restart + remaining(work, all, saved);
    if (stop >= need) {
      play.wall += need;
      play.billed += need;
      return play;
    }
    play.wall += stop;
    play.billed += stop;
    saved += saved_after(work, stop - restart);
    if (failure <= preemption) {
      ++play.failures;
      restart = model.restart_seconds;
      life += stop;
    } else {
      ++play.preemptions;
      play.wall += model.wait_seconds;
      restart = work.start_up;
      life = 0;
    }
  }
}

Quantiles quantiles(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    return values[static_cast<size_t>(std::llround(share * static_cast<double>(values.size() - 1)))];
  };
  return {.p10 = at(0.1), .p50 = at(0.5), .p90 = at(0.9)};
}

double stop_rate(const FaultModel& model) {
  const double end_of_life = model.life_seconds > 0 ? 1 / model.life_seconds : 0;
  return model.failures_per_second + model.preemptions_per_second + end_of_life;
}

}  // namespace

double expected_wall_seconds(const SavedWork& work, const FaultModel& model) {
  const double rate = model.failures_per_second;
  const double cycles = work.work / work.interval;
  if (rate <= 0) return cycles * (work.interval + work.stall);
  const double safe = model.restart_seconds + work.lag;
  return cycles * std::exp(safe * rate) * std::expm1((work.interval + work.stall) * rate) / rate;
}

double expected_goodput(const SavedWork& work, const FaultModel& model) {
  return work.work / expected_wall_seconds(work, model);
}

double best_interval_seconds(double stall_seconds, double mean_seconds_between_failures) {
  const double stall = stall_seconds / mean_seconds_between_failures;
  double low = 0;
  double high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (std::exp(middle + stall) * (1 - middle) > 1 ? low : high) = middle;
  }
  return high * mean_seconds_between_failures;
}

double expected_stops(const SavedWork& work, const FaultModel& model) {
  FaultModel merged = model;
  merged.failures_per_second = model.failures_per_second + model.preemptions_per_second;
  merged.restart_seconds = std::max(model.restart_seconds, model.preemptions_per_second > 0 ? work.start_up : 0);
  SavedWork lagging = work;
  lagging.stall += work.lag;
  return expected_wall_seconds(lagging, merged) * stop_rate(model);
}

bool can_end(const SavedWork& work, const FaultModel& model) {
  if (model.life_seconds > 0 &&
      work.start_up + work.lag + std::min(work.interval, work.work) + work.stall > model.life_seconds) {
    return false;
  }
  return expected_stops(work, model) <= kMostStops;
}

FaultForecast play_faults(const SavedWork& work, const FaultModel& model, int draws, uint64_t seed) {
  StopClock clock(seed);
  FaultForecast forecast;
  forecast.draws = draws;
  std::vector<double> walls;
  std::vector<double> billed;
  for (int i = 0; i < draws; ++i) {
    const Play played = play(work, model, clock);
    walls.push_back(played.wall);
    billed.push_back(played.billed);
    forecast.failures += played.failures / draws;
    forecast.preemptions += played.preemptions / draws;
    forecast.mean_wall_seconds += played.wall / draws;
  }
  forecast.goodput = work.work / forecast.mean_wall_seconds;
  forecast.wall_seconds = quantiles(std::move(walls));
  forecast.billed_seconds = quantiles(std::move(billed));
  return forecast;
}

}  // namespace podsim::run
