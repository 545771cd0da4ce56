#pragma once

#include "cli/command/run_options.hpp"

#include <functional>

namespace podsim::cli {

/// What `run` and `explain` share beyond RunOptions, as typed.
struct SingleRunOptions {
  RunOptions run;
  std::optional<std::string> chips;
  std::optional<std::string> slice;
  std::optional<std::string> steps;
  std::optional<std::string> phase;
  std::optional<std::string> seed;
};

void add_single_run_options(CLI::App& command, SingleRunOptions& options);

/// Checks the options. Throws InputError.
study::RunSpec spec_of(const SingleRunOptions& options);

/// Simulates by `run_all` or one like it. A layout that cannot run is bad input. At most one call a process.
using Runner = std::function<std::vector<run::Outcome>(const std::vector<run::RunRequest>&)>;
run::RunResult simulate_one(const run::RunRequest& request, const Runner& runner);

}  // namespace podsim::cli
