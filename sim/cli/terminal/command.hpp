#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace podsim::cli {

/// The arguments as typed, the program's name first.
struct Invocation {
  std::vector<std::string> arguments;
};

// Each adds one subcommand, which does its work when CLI11 has parsed it.
void add_run_command(CLI::App& program, const Invocation& invocation);
void add_explain_command(CLI::App& program);
void add_plan_command(CLI::App& program, const Invocation& invocation);
void add_scale_command(CLI::App& program, const Invocation& invocation);
void add_compare_command(CLI::App& program, const Invocation& invocation);
void add_compute_command(CLI::App& program);
void add_collective_command(CLI::App& program);
void add_sweep_command(CLI::App& program);
void add_validate_command(CLI::App& program, const Invocation& invocation);
void add_check_command(CLI::App& program);
void add_export_command(CLI::App& program);
void add_import_command(CLI::App& program);
void add_list_command(CLI::App& program);
void add_show_command(CLI::App& program);

}  // namespace podsim::cli
