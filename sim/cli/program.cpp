#include "cli/program.hpp"

#include "cli/terminal/command.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/usage.hpp"
#include "version/version.hpp"

#include <fmt/format.h>

#include <string>

namespace podsim::cli {
namespace {

constexpr const char* kDescription =
    "podsim simulates the training of deep networks on TPU pods and GPU clusters:\n"
    "how many days and dollars, and where more chips stop paying.";

constexpr const char* kExample =
    "Examples:\n"
    "  podsim run bert-large-500k tpu-v3-pod --chips 32\n"
    "  podsim scale bert-large-500k tpu-v3-pod --chips 16..512\n"
    "\n"
    "Exit codes: 0 done, 1 simulation failed, 2 bad input or usage.";

}  // namespace

void main(int argc, const char* const* argv) {
  const Invocation invocation{{argv, argv + argc}};
  CLI::App program(kDescription, "podsim");
  program.footer(kExample);
  program.get_formatter()->column_width(24);
  program.require_subcommand(1);
  program.set_version_flag(
      "--version", fmt::format("podsim {} ({}), SimGrid {}", version::number, version::git_commit, version::simgrid));
  add_run_command(program, invocation);
  add_explain_command(program);
  add_scale_command(program, invocation);
  add_compare_command(program, invocation);
  add_compute_command(program);
  add_plan_command(program, invocation);
  add_collective_command(program);
  add_sweep_command(program);
  add_export_command(program);
  add_validate_command(program, invocation);
  add_check_command(program);
  add_import_command(program);
  add_list_command(program);
  add_show_command(program);
  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    print(program.help());
  } catch (const CLI::CallForVersion& version) {
    print(std::string(version.what()) + "\n");
  } catch (const CLI::ParseError& error) {
    fail_parse(program, error);
  }
}

}  // namespace podsim::cli
