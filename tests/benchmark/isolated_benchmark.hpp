#pragma once

#include "step/isolated.hpp"

#include <benchmark/benchmark.h>

#include <ctime>
#include <functional>

namespace podsim::tests {

/// Times `work` in a child process for each iteration, since a process holds one SimGrid engine: the
/// child's processor time, which other load on the machine disturbs least. The fork is not counted.
inline void time_isolated(benchmark::State& state, const std::function<void()>& work) {
  for ([[maybe_unused]] auto iteration : state) {
    const auto seconds = isolated([&] {
      const std::clock_t start = std::clock();
      work();
      return std::vector{static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC};
    });
    state.SetIterationTime(seconds.front());
  }
}

}  // namespace podsim::tests
