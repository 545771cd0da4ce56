#pragma once

#include "study/sweep_files.hpp"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>

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
};

/// The same, checked.
struct SweepOptions {
  std::string study;
  std::string output;
  std::optional<int> workers;
  std::optional<std::int64_t> worker_memory_bytes;
  bool resume = false;
  bool merge = false;               ///< only bring the journals together
  std::optional<study::Part> part;  ///< only this part
  bool json = false;
};

void add_sweep_options(CLI::App& command, TypedSweepOptions& options);

/// Throws InputError.
SweepOptions check_sweep_options(const TypedSweepOptions& typed);

/// The command that goes on with an interrupted sweep.
std::string resume_line(const SweepOptions& options);

}  // namespace podsim::cli
