#pragma once

#include "cli/command/sweep_options.hpp"

namespace podsim::cli {

/// Cuts a sweep into parts, submits a Slurm array for those that are not finished and a job that merges them, and prints
/// their ids; with --dry-run prints the scripts instead. Throws InputError, and std::runtime_error where Slurm refuses.
void submit_sweep(const SweepOptions& options);

}  // namespace podsim::cli
