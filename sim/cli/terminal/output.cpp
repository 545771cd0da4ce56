#include "cli/terminal/output.hpp"

#include "catalog/text/decimal.hpp"
#include "catalog/text/nearest.hpp"
#include "cli/terminal/usage.hpp"
#include "study/point/run_spec.hpp"
#include "study/sweep/slurm.hpp"
#include "version/version.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <iostream>
#include <limits>
#include <stdexcept>
#include <utility>

namespace podsim::cli {
void print(std::string_view text) {
  errno = 0;
  std::cout << text << std::flush;
  if (std::cout) return;
  throw std::runtime_error(fmt::format("cannot write to standard output{}{}\n  way out: {}", errno != 0 ? ": " : "",
                                       errno != 0 ? std::strerror(errno) : "",
                                       "free space where it goes, or send it elsewhere"));
}

void print_json(const nlohmann::ordered_json& json) { print(json.dump(2) + "\n"); }

void add_format_option(CLI::App& command, std::string& format) {
  command.add_option("--format", format, "table (default) or json")->option_text("table|json");
}

bool wants_json(const std::string& format) {
  if (format == "json") return true;
  if (format == "table") return false;
  fail_usage("--format " + format, "unknown format", catalog::suggestion(format, {"table", "json"}, "formats"));
}

std::string command_line(const Invocation& invocation) {
  std::string line;
  for (const std::string& argument : invocation.arguments)
    line += (line.empty() ? "" : " ") + study::shell_word(argument);
  return line;
}

results::Provenance provenance(std::string command_line, std::vector<catalog::InputText> inputs) {
  results::Provenance provenance;
  provenance.version = version::number;
  provenance.git_commit = version::git_commit;
  provenance.simgrid_version = version::simgrid;
  provenance.command_line = std::move(command_line);
  provenance.inputs = std::move(inputs);
  return provenance;
}

std::string utc_now() {
  std::time_t seconds = std::time(nullptr);
  if (const char* epoch = std::getenv("SOURCE_DATE_EPOCH")) {
    const auto given = catalog::parse_whole(epoch, 0, 253'402'300'799);
    if (!given) {
      fail_usage(fmt::format("SOURCE_DATE_EPOCH={}", epoch), "must be whole seconds since 1970", "correct or unset it");
    }
    seconds = *given;
  }
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds));
}

}  // namespace podsim::cli
