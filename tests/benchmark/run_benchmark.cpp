#include "benchmark/isolated_benchmark.hpp"
#include "catalog/lookup/catalog.hpp"
#include "run/account/faults.hpp"
#include "run/layout.hpp"
#include "run/run.hpp"
#include "workload/models/expand.hpp"

namespace podsim::tests {
namespace {

run::RunRequest bert_large(int chips) {
  const catalog::Catalog catalog({PODSIM_SOURCE_DIR});
  run::RunRequest request;
  request.workload = catalog.workload("bert-large-500k").value;
  request.platform = catalog.platform("tpu-v3-pod").value;
  request.stack = catalog.default_stack(request.platform.chip, request.workload).value;
  request.chips = chips;
  return request;
}

/// `count` points without timelines that differ in the rate of their links, in one engine, as a study has them.
std::vector<run::RunRequest> block(int count, int chips) {
  std::vector<run::RunRequest> points(static_cast<size_t>(count), bert_large(chips));
  for (int i = 0; i < count; ++i) {
    points[static_cast<size_t>(i)].timeline = false;
    std::get<catalog::Torus>(points[static_cast<size_t>(i)].platform.interconnect).link_bytes_per_second *=
        1 + 0.01 * i;
  }
  return points;
}

void run_folded(benchmark::State& state) {
  const auto points = block(1, static_cast<int>(state.range(0)));
  time_isolated(state, [&] { run::run_all(points); });
}

void run_full(benchmark::State& state) {
  auto points = block(1, static_cast<int>(state.range(0)));
  points.front().full = true;
  time_isolated(state, [&] { run::run_all(points); });
}

/// 16 points; items are points.
void block_of_points(benchmark::State& state) {
  const auto points = block(16, static_cast<int>(state.range(0)));
  time_isolated(state, [&] { run::run_all(points); });
  state.SetItemsProcessed(state.iterations() * 16);
}

/// The files of one run, of which its default stack is found among all stacks.
void read_catalogue(benchmark::State& state) {
  for ([[maybe_unused]] auto iteration : state) benchmark::DoNotOptimize(bert_large(64));
}

void layout(benchmark::State& state) {
  const auto request = bert_large(static_cast<int>(state.range(0)));
  for ([[maybe_unused]] auto iteration : state) benchmark::DoNotOptimize(run::lay_out(request));
}

void expand(benchmark::State& state) {
  const auto request = bert_large(64);
  for ([[maybe_unused]] auto iteration : state) {
    benchmark::DoNotOptimize(
        workload::expand(request.workload, request.workload.training.phases.front(), 8, request.stack));
  }
}

/// 10,000 plays of 30 days on 1,024 nodes that fail 6.5 times in 1,000 days; items are plays.
void faults(benchmark::State& state) {
  constexpr double kDay = 86400;
  const run::SavedWork month{.work = 30 * kDay, .interval = 1800, .stall = 60};
  const run::FaultModel model{.failures_per_second = 1024 * 6.5 / 1000 / kDay, .restart_seconds = 600};
  for ([[maybe_unused]] auto iteration : state) benchmark::DoNotOptimize(run::play_faults(month, model, 10000, 1));
  state.SetItemsProcessed(state.iterations() * 10000);
}

BENCHMARK(run_folded)->Arg(64)->Arg(1024)->Arg(65536)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(run_full)->Arg(64)->Arg(1024)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(block_of_points)->Arg(64)->Arg(1024)->Arg(65536)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(read_catalogue)->Unit(benchmark::kMillisecond);
BENCHMARK(layout)->Arg(64)->Arg(65536)->Unit(benchmark::kMicrosecond);
BENCHMARK(faults)->Unit(benchmark::kMillisecond);
BENCHMARK(expand)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace podsim::tests
