#include "run/account/faults.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <random>

using namespace podsim::run;

namespace {

constexpr double kHour = 3600;
constexpr double kDay = 24 * kHour;

/// 30 days of work, a checkpoint of a minute each half hour.
SavedWork month() { return {.work = 30 * kDay, .interval = 1800, .stall = 60}; }

}  // namespace

TEST_CASE("without faults a run takes its work, its checkpoints and its start") {
  const SavedWork work{.work = 10000, .interval = 3000, .stall = 10, .start_up = 100};
  const FaultForecast played = play_faults(work, {}, 10, 1);
  // Four checkpoints, the last one at the end.
  CHECK(played.wall_seconds.p10 == 10140);
  CHECK(played.wall_seconds.p90 == 10140);
  CHECK(played.mean_wall_seconds == Approx(10140).epsilon(1e-12));
  CHECK(played.goodput == Approx(10000.0 / 10140).epsilon(1e-12));
}

TEST_CASE("one preemption at a known time, on paper") {
  // The machines live for 7,000 s: start 100, intervals of 3,000 + 10 are safe at 3,110 and 6,120, so that
  // 880 s are lost. New ones come after 500 s, start again for 100 and do the last interval of 3,000 + 10.
  const SavedWork work{.work = 9000, .interval = 3000, .stall = 10, .start_up = 100};
  const FaultForecast played = play_faults(work, {.life_seconds = 7000, .wait_seconds = 500}, 5, 1);
  CHECK(played.preemptions == Approx(1));
  CHECK(played.wall_seconds.p50 == 7000 + 500 + 100 + 3010);
  CHECK(played.billed_seconds.p50 == 7000 + 100 + 3010);
}

TEST_CASE("one failure at a known time, on paper") {
  // The generator's first two numbers make the times of the failures: the first after half of the run, the second long
  // after its end.
  std::mt19937_64 engine(11);
  const auto next = [&] { return -std::log1p(-static_cast<double>(engine() >> 11U) * 0x1p-53); };
  const double first = next();
  const double second = next();
  const SavedWork work{.work = 9000, .interval = 3000, .stall = 10, .start_up = 100};
  const double rate = first / 4500;  // the first failure after 4,500 s
  REQUIRE(second / rate > 10000);
  const FaultForecast played = play_faults(work, {.failures_per_second = rate, .restart_seconds = 600}, 1, 11);
  CHECK(played.failures == 1);
  // At 4,500 s one checkpoint is safe (100 + 3,010): 600 s of restart, then two intervals.
  CHECK(played.wall_seconds.p50 == Approx(4500 + 600 + 2 * 3010));
}

TEST_CASE("an asynchronous checkpoint is safe only when it is written") {
  // As above with 1,000 s to write: the second checkpoint, taken at 6,120, is not safe at 7,000.
  const SavedWork work{.work = 8000, .interval = 3000, .stall = 10, .lag = 1000, .start_up = 100};
  const FaultForecast played = play_faults(work, {.life_seconds = 7000, .wait_seconds = 500}, 5, 1);
  CHECK(played.preemptions == Approx(1));
  // 5,000 s are left in two intervals, and the last checkpoint has to be written.
  CHECK(played.wall_seconds.p50 == 7000 + 500 + 100 + 5020 + 1000);
}

TEST_CASE("the mean wall-clock time is the exact formula's for exponential failures") {
  for (const double mean_hours : {1.0, 3.0, 10.0, 48.0, 240.0, 720.0}) {
    const FaultModel model{.failures_per_second = 1 / (mean_hours * kHour), .restart_seconds = 600};
    const double formula = expected_wall_seconds(month(), model);
    CAPTURE(mean_hours);
    CHECK(play_faults(month(), model, 400, 7).mean_wall_seconds == Approx(formula).epsilon(0.03));
  }
}

TEST_CASE("with asynchronous checkpoints too") {
  for (const double mean_hours : {1.0, 3.0, 48.0}) {
    const FaultModel model{.failures_per_second = 1 / (mean_hours * kHour), .restart_seconds = 600};
    const SavedWork work{.work = 30 * kDay, .interval = 600, .stall = 3, .lag = 300};
    CAPTURE(mean_hours);
    CHECK(play_faults(work, model, 400, 7).goodput == Approx(expected_goodput(work, model)).epsilon(0.01));
  }
}

TEST_CASE("the start of each phase counts once, that on new machines again") {
  const SavedWork work{.work = 9000, .interval = 3000, .stall = 10, .start_up = 100, .later_start_ups = 200};
  CHECK(play_faults(work, {}, 1, 1).wall_seconds.p50 == 9030 + 300);
  // 300 + 3,010 + 3,010 are over after 6,320 of 7,000 s; then 500 s of wait, a start and the last interval.
  const FaultForecast played = play_faults(work, {.life_seconds = 7000, .wait_seconds = 500}, 1, 1);
  CHECK(played.wall_seconds.p50 == 7000 + 500 + 100 + 3010);
}

TEST_CASE("the formula on paper") {
  // M = 3,600, R = 0, tau + C = 3,600: M (e - 1) for each interval of 3,540.
  const SavedWork work{.work = 3540, .interval = 3540, .stall = 60};
  CHECK(expected_wall_seconds(work, {.failures_per_second = 1 / 3600.0}) == Approx(3600 * (std::exp(1.0) - 1)));
  CHECK(expected_wall_seconds(work, {}) == 3600);
}

TEST_CASE("the best interval is the formula's, and no other one is faster") {
  for (const double mean_hours : {1.0, 6.0, 100.0}) {
    const double mean = mean_hours * kHour;
    const double stall = 60;
    const double best = best_interval_seconds(stall, mean);
    // Daly 2006, eq. 37, within its own error.
    const double ratio = stall / (2 * mean);
    const double daly = std::sqrt(2 * stall * mean) * (1 + std::sqrt(ratio) / 3 + ratio / 9) - stall;
    CHECK(best == Approx(daly).epsilon(0.05));
    const FaultModel model{.failures_per_second = 1 / mean, .restart_seconds = 600};
    const auto wall = [&](double interval) {
      return expected_wall_seconds({.work = 30 * kDay, .interval = interval, .stall = stall}, model);
    };
    CHECK(wall(best) < wall(best * 1.05));
    CHECK(wall(best) < wall(best / 1.05));
  }
}

TEST_CASE("the best interval of the played runs is the formula's") {
  const FaultModel model{.failures_per_second = 1 / (3 * kHour), .restart_seconds = 600};
  const double best = best_interval_seconds(60, 3 * kHour);
  const auto wall = [&](double interval) {
    return play_faults({.work = 30 * kDay, .interval = interval, .stall = 60}, model, 400, 3).mean_wall_seconds;
  };
  CHECK(wall(best) < wall(best * 2));
  CHECK(wall(best) < wall(best / 2));
}

TEST_CASE(
    "16,384 GPUs with 419 interruptions in 54 days: checkpoints that stop the training leave less than nine tenths") {
  // M = 54 d / 419 = 3.09 h. At the best interval of 18.6 min the checkpoints take 60 s of 18.6 min, 5.4 %, work done
  // again half an interval of M, 5.3 %, and restarts 10 min of M, 5.4 %.
  const FaultModel model{.failures_per_second = 419 / (54 * kDay), .restart_seconds = 600};
  const double best = best_interval_seconds(60, 54 * kDay / 419);
  CHECK(best == Approx(18.6 * 60).epsilon(0.01));
  const SavedWork work{.work = 45 * kDay, .interval = best, .stall = 60};
  CHECK(expected_goodput(work, model) == Approx(0.853).margin(0.001));
  CHECK(play_faults(work, model, 200, 1).goodput == Approx(expected_goodput(work, model)).epsilon(0.01));
  for (const double interval : {best / 4, best / 2, best * 2, best * 4}) {
    CHECK(expected_goodput({.work = work.work, .interval = interval, .stall = 60}, model) < 0.853);
  }
}

TEST_CASE("16,384 GPUs with 419 interruptions in 54 days keep nine tenths of their time") {
  // Llama 3 (arXiv 2407.21783, section 3.3.4). The checkpoint of 60 s is written beside the training, which
  // it stops for 3 s; restarts take ten minutes.
  const FaultModel model{.failures_per_second = 419 / (54 * kDay), .restart_seconds = 600};
  const SavedWork work{.work = 45 * kDay, .interval = best_interval_seconds(3, 54 * kDay / 419), .stall = 3, .lag = 60};
  const FaultForecast played = play_faults(work, model, 200, 1);
  CHECK(played.goodput > 0.9);
  CHECK(played.goodput < 0.945);  // restarts alone take 5.4 %
  CHECK(played.failures == Approx(419 * played.mean_wall_seconds / (54 * kDay)).epsilon(0.02));
}

TEST_CASE("the same seed plays the same run, another one another") {
  const FaultModel model{.failures_per_second = 1 / (5 * kHour), .restart_seconds = 600};
  const FaultForecast first = play_faults(month(), model, 100, 1);
  CHECK(play_faults(month(), model, 100, 1).mean_wall_seconds == first.mean_wall_seconds);
  CHECK(play_faults(month(), model, 100, 2).mean_wall_seconds != first.mean_wall_seconds);
}

TEST_CASE("quantiles are in order and waits are not billed") {
  const FaultModel model{.failures_per_second = 1 / (20 * kHour),
                         .restart_seconds = 600,
                         .preemptions_per_second = 1 / (18 * kHour),
                         .life_seconds = 24 * kHour,
                         .wait_seconds = 900};
  const FaultForecast played = play_faults(month(), model, 200, 1);
  CHECK(played.wall_seconds.p10 < played.wall_seconds.p50);
  CHECK(played.wall_seconds.p50 < played.wall_seconds.p90);
  CHECK(played.billed_seconds.p50 < played.wall_seconds.p50);
  CHECK(played.preemptions > 30 * 24 / 24.0);
}

TEST_CASE("a run that would hardly ever end is not played") {
  CHECK(can_end(month(), {.failures_per_second = 1 / kHour, .restart_seconds = 600}));
  CHECK_FALSE(can_end({.work = 30 * kDay, .interval = 30 * kDay}, {.failures_per_second = 1 / kHour}));
  CHECK_FALSE(can_end(month(), {.preemptions_per_second = 1e-9, .life_seconds = 1800}));
}
