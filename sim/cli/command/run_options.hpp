#pragma once

#include "cli/terminal/plan_options.hpp"
#include "study/point/run_spec.hpp"

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

namespace podsim::cli {

/// What `run` and `scale` share, as typed.
struct RunOptions {
  std::string workload;
  std::string platform;
  PlanTexts plan;
  std::optional<std::string> stack;
  std::vector<std::string> overrides;
  bool full = false;
};

void add_run_options(CLI::App& command, RunOptions& options);

/// Checks the options. Throws InputError.
study::RunSpec spec_of(const RunOptions& options);

}  // namespace podsim::cli
