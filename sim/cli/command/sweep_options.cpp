#include "cli/command/sweep_options.hpp"

#include "catalog/text/decimal.hpp"
#include "cli/terminal/option_values.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/usage.hpp"
#include "study/point/run_spec.hpp"
#include "version/version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

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
  const auto count = catalog::parse_whole(text.substr(std::min(slash + 1, text.size())), 1, kMaxParts);
  const auto index = count ? catalog::parse_whole(text.substr(0, slash), 0, *count - 1) : std::nullopt;
  if (!index) fail_usage("--part " + text, "must be INDEX/COUNT with an index below the count", "for example 0/8");
  return {static_cast<std::size_t>(*index), static_cast<std::size_t>(*count)};
}

/// One word of an #SBATCH line.
std::string slurm_word(const std::string& option, const std::string& text) {
  const auto belongs = [](unsigned char letter) {
    return std::isgraph(letter) != 0 && letter != '"' && letter != '\\';
  };
  if (text.empty() || text.size() > 200 || !std::all_of(text.begin(), text.end(), belongs)) {
    fail_usage(option + " " + text, "must be one word without quotes", "write it as sbatch takes it");
  }
  return text;
}

std::string one_line(const std::string& option, const std::string& text) {
  if (text.find_first_of("\r\n") != std::string::npos)
    fail_usage(option, "has more than one line", "give it once a line");
  return text;
}

study::SlurmOptions slurm_options_of(const TypedSweepOptions& typed, int workers) {
  study::SlurmOptions slurm;
  slurm.workers = workers;
  if (typed.partition) slurm.partition = slurm_word("--partition", *typed.partition);
  if (typed.account) slurm.account = slurm_word("--account", *typed.account);
  if (typed.time) slurm.time = slurm_word("--time", *typed.time);
  if (typed.array_limit) slurm.array_limit = whole_number("--array-limit", *typed.array_limit, kMaxParts);
  for (const std::string& line : typed.prelude) slurm.prelude.push_back(one_line("--slurm-prelude", line));
  for (const std::string& option : typed.slurm_options) {
    if (!option.starts_with("-")) fail_usage("--slurm-option " + option, "must be an option", "for example --mem=4G");
    slurm.options.push_back(one_line("--slurm-option", option));
  }
  return slurm;
}

void check_slurm_only(const TypedSweepOptions& typed) {
  if (typed.slurm) {
    if (typed.merge || typed.part) fail_usage("--slurm", "cannot stand beside --part or --merge", "leave them out");
    return;
  }
  const std::vector<std::pair<const char*, bool>> options{{"--dry-run", typed.dry_run},
                                                          {"--partition", typed.partition.has_value()},
                                                          {"--account", typed.account.has_value()},
                                                          {"--time", typed.time.has_value()},
                                                          {"--array-limit", typed.array_limit.has_value()},
                                                          {"--tasks", typed.tasks.has_value()},
                                                          {"--slurm-prelude", !typed.prelude.empty()},
                                                          {"--slurm-option", !typed.slurm_options.empty()}};
  for (const auto& [name, given] : options) {
    if (given) fail_usage(name, "goes with --slurm only", "add --slurm, or leave it out");
  }
}

void add_slurm_options(CLI::App& command, TypedSweepOptions& options) {
  command.add_flag("--slurm", options.slurm, "submit a job array and a job that merges its parts")
      ->disable_flag_override();
  command.add_flag("--dry-run", options.dry_run, "print the scripts, submit nothing")->disable_flag_override();
  command.add_option("--partition", options.partition, "as sbatch takes it")->option_text("P");
  command.add_option("--account", options.account, "as sbatch takes it")->option_text("A");
  command.add_option("--time", options.time, "limit of each task")->option_text("H:MM:SS");
  command.add_option("--array-limit", options.array_limit, "tasks at a time")->option_text("N");
  command.add_option("--tasks", options.tasks, "parts of the sweep; default: one for 4,096 points")->option_text("N");
  command.add_option("--slurm-prelude", options.prelude, "a shell line before podsim: module load hdf5")
      ->allow_extra_args(false)
      ->option_text("LINE");
  command.add_option("--slurm-option", options.slurm_options, "any other of sbatch: --slurm-option=--mem=4G")
      ->allow_extra_args(false)
      ->option_text("OPTION");
}

}  // namespace

void add_sweep_options(CLI::App& command, TypedSweepOptions& options) {
  command.add_option("STUDY", options.study, "name in the catalogue, or path of a study file (YAML)")
      ->required()
      ->option_text(" ");
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
  add_slurm_options(command, options);
}

SweepOptions check_sweep_options(const TypedSweepOptions& typed) {
  SweepOptions options;
  options.study = typed.study;
  options.output = typed.output;
  options.json = wants_json(typed.format);
  if (typed.workers) options.workers = static_cast<int>(whole_number("-j", *typed.workers, kMaxWorkers));
  options.worker_memory = typed.worker_memory;
  if (typed.worker_memory) options.worker_memory_bytes = worker_memory_bytes(*typed.worker_memory);
  if (typed.part) options.part = part_of(*typed.part);
  options.merge = typed.merge;
  options.resume = typed.resume || typed.merge;
  if (options.merge && options.part) {
    fail_usage("--merge", "cannot stand beside --part", "merge when the parts have ended");
  }
  check_slurm_only(typed);
  options.use_slurm = typed.slurm;
  options.dry_run = typed.dry_run;
  if (typed.tasks) options.tasks = whole_number("--tasks", *typed.tasks, kMaxParts);
  options.slurm = slurm_options_of(typed, options.workers.value_or(1));
  return options;
}

std::string program_text() {
  return fmt::format("podsim {} ({}), SimGrid {}", version::number, version::git_commit, version::simgrid);
}

std::string resume_line(const SweepOptions& options) {
  return command_line({{"podsim", "sweep", options.study, "-o", options.output, "--resume"}});
}

}  // namespace podsim::cli
