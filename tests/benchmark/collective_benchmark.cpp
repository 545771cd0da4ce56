#include "benchmark/isolated_benchmark.hpp"
#include "collective/collectives.hpp"
#include "support/machines.hpp"

namespace podsim::tests {
namespace {

constexpr double kBytes = 64.0 * (1 << 20);

catalog::Platform pod(int side) { return torus_machine({side, side}, {{side, side}}); }

/// From the description of the machine to the simulated time.
void all_reduce_on_torus(benchmark::State& state, bool folded) {
  const auto machine = pod(static_cast<int>(state.range(0)));
  const auto slice = platform::smallest_slice(machine);
  time_isolated(state, [&] {
    const auto all_reduce = plan_all_reduces(machine, slice, tests::paper_library(), {kBytes}, folded);
    simulate_all_reduces({all_reduce}, {1}, kBytes);
  });
  state.counters["chips"] = slice.chips;
}

/// Links, routes and phases, without simulating them.
void platform_of_torus(benchmark::State& state, bool folded) {
  const auto machine = pod(static_cast<int>(state.range(0)));
  const auto slice = platform::smallest_slice(machine);
  for ([[maybe_unused]] auto iteration : state) {
    benchmark::DoNotOptimize(plan_all_reduces(machine, slice, tests::paper_library(), {kBytes}, folded));
  }
  state.counters["chips"] = slice.chips;
}

void sides(benchmark::internal::Benchmark* benchmark) {
  for (const int side : {8, 16, 32, 64, 128, 256}) benchmark->Arg(side);
  benchmark->Unit(benchmark::kMillisecond);
}

BENCHMARK_CAPTURE(all_reduce_on_torus, folded, true)->Apply(sides)->UseManualTime();
BENCHMARK_CAPTURE(all_reduce_on_torus, full, false)->Apply(sides)->UseManualTime();
BENCHMARK_CAPTURE(platform_of_torus, folded, true)->Apply(sides);
BENCHMARK_CAPTURE(platform_of_torus, full, false)->Apply(sides);

}  // namespace
}  // namespace podsim::tests
