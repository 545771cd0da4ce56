#include "cli/sweep_options.hpp"

#include "catalog/decimal.hpp"
#include "cli/option_values.hpp"
#include "cli/output.hpp"
#include "cli/usage.hpp"
#include "study/run_spec.hpp"

#include <fmt/format.h>

namespace podsim::cli {
namespace {

constexpr int64_t kMaxWorkers = 1024;
constexpr int64_t kMaxParts = 100'000;

std::int64_t worker_memory_bytes(const std::string& text) {
  const auto read = catalog::read_number(text);
  const double* gib = std::get_if<double>(&read);
  if (gib == nullptr || *gib < 0.1 || *gib > 1e6) {
    fail_usage("--worker-memory " + text, "must be a number of GiB from 0.1 to 1000000", "for example 4");
  }
  return static_cast<std::int64_t>(*gib * 0x1p30);
}

/// "3/20"
study::Part part_of(const std::string& text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto count = study::parse_whole(text.substr(std::min(slash + 1, text.size())), 1, kMaxParts);
  const auto index = count ? study::parse_whole(text.substr(0, slash), 0, *count - 1) : std::nullopt;
  if (!index) fail_usage("--part " + text, "must be INDEX/COUNT with an index below the count", "for example 0/8");
  return {static_cast<std::size_t>(*index), static_cast<std::size_t>(*count)};
}

}  // namespace

void add_sweep_options(CLI::App& command, TypedSweepOptions& options) {
  command.add_option("STUDY", options.study, "path of a study file (YAML)")->required()->option_text(" ");
  command.add_option("-o,--output", options.output, "the table of points")->required()->option_text("FILE.h5");
  command.add_option("-j,--jobs", options.workers, "processes at a time; the result does not depend on it")
      ->option_text("N");
  command.add_option("--worker-memory", options.worker_memory, "cap of each process; default: half of all, shared")
      ->option_text("GiB");
  command.add_flag("--resume", options.resume, "go on with what an interrupted sweep has finished")
      ->disable_flag_override();
  command.add_option("--part", options.part, "only blocks of part I of N, into a journal of their own")
      ->option_text("I/N");
  command.add_flag("--merge", options.merge, "only bring finished parts together")->disable_flag_override();
  add_format_option(command, options.format);
}

SweepOptions check_sweep_options(const TypedSweepOptions& typed) {
  SweepOptions options;
  options.study = typed.study;
  options.output = typed.output;
  options.json = wants_json(typed.format);
  if (typed.workers) options.workers = static_cast<int>(whole_number("-j", *typed.workers, kMaxWorkers));
  if (typed.worker_memory) options.worker_memory_bytes = worker_memory_bytes(*typed.worker_memory);
  if (typed.part) options.part = part_of(*typed.part);
  options.merge = typed.merge;
  options.resume = typed.resume || typed.merge;
  if (options.merge && options.part) {
    fail_usage("--merge", "cannot stand beside --part", "merge when the parts have ended");
  }
  return options;
}

std::string resume_line(const SweepOptions& options) {
  return command_line({{"podsim", "sweep", options.study, "-o", options.output, "--resume"}});
}

}  // namespace podsim::cli
