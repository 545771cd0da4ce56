#pragma once

#include "run/run.hpp"
#include "study/layouts/candidates.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace podsim::study {

struct LayoutSearchOptions {
  std::size_t top = 6;  ///< best layouts that are told, the best included
  int workers = 1;      ///< processes at a time
  bool prune = true;    ///< false: every layout that fits is simulated
  std::function<void(std::size_t settled, std::size_t layouts)> progress = [](std::size_t, std::size_t) {};
};

/// What the layouts of a family cost or lack against the best one.
struct FamilyAnswer {
  std::string name;
  std::size_t legal = 0;
  std::size_t fitting = 0;
  std::optional<double> step_seconds;  ///< of the fastest, or what it takes at least
  bool at_least = false;
  std::optional<Misfit> nearest;  ///< where none fits
  std::string rule;               ///< where none is legal
};

struct RankedLayout {
  parallel::PlanChoice choice;
  run::RunResult run;
  double floor_seconds = 0;  ///< that a step of it was known to take at least
};

/// The best layouts of a request on its slice. The answer is that of simulating all of them.
struct LayoutSearch {
  std::size_t considered = 0;
  std::size_t illegal = 0;
  std::size_t unfit = 0;         ///< out of memory
  std::size_t bounded_away = 0;  ///< none of them can be among the best
  std::size_t simulated = 0;
  std::vector<RankedLayout> best;  ///< the shortest step first; of layouts that differ in their order alone the faster
  std::vector<FamilyAnswer> families;  ///< those that the best one is not of
  std::optional<Misfit> nearest;       ///< where none fits
  std::string first_rule;              ///< where none is legal
};

/// Throws platform::Impossible where there is no such slice, Interrupted, and std::runtime_error where a simulation
/// breaks.
LayoutSearch search_layouts(const run::RunRequest& request, const LayoutSearchOptions& options);

}  // namespace podsim::study
