#pragma once

#include "study/sweep/slurm.hpp"
#include "study/sweep/sweep_files.hpp"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace podsim::cli {

/// Options of `sweep` as typed.
struct TypedSweepOptions {
  std::string study;
  std::string output;
  std::optional<std::string> workers;
  std::optional<std::string> worker_memory;
  bool resume = false;
  bool merge = false;
  std::optional<std::string> part;
  std::string format = "table";
  bool slurm = false;
  bool dry_run = false;
  std::optional<std::string> partition;
  std::optional<std::string> account;
  std::optional<std::string> time;
  std::optional<std::string> array_limit;
  std::optional<std::string> tasks;
  std::vector<std::string> prelude;
  std::vector<std::string> slurm_options;
};

/// The same, checked.
struct SweepOptions {
  std::string study;
  std::string output;
  std::optional<int> workers;
  std::optional<std::string> worker_memory;  ///< in GiB, as typed
  std::optional<std::int64_t> worker_memory_bytes;
  bool resume = false;
  bool merge = false;               ///< only bring the journals together
  std::optional<study::Part> part;  ///< only this part
  bool json = false;
  bool use_slurm = false;
  bool dry_run = false;
  std::optional<std::int64_t> tasks;
  study::SlurmOptions slurm;
};

void add_sweep_options(CLI::App& command, TypedSweepOptions& options);

/// Throws InputError.
SweepOptions check_sweep_options(const TypedSweepOptions& typed);

/// "podsim 0.1.0 (abc1234), SimGrid 3.32"
std::string program_text();

/// The command that goes on with an interrupted sweep.
std::string resume_line(const SweepOptions& options);

}  // namespace podsim::cli
