#include "cli/command/sweep_options.hpp"
#include "cli/command/sweep_submission.hpp"
#include "cli/terminal/command.hpp"
#include "cli/terminal/option_values.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/progress.hpp"
#include "results/file/hdf5_file.hpp"
#include "results/file/hdf5_image.hpp"
#include "results/file/output_file.hpp"
#include "study/point/processors.hpp"
#include "study/point/worker_pool.hpp"
#include "study/sweep/sweep_session.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace podsim::cli {
namespace {

/// Workers leave the processors to others on a login node.
constexpr int kNiceness = 10;

study::WorkerLimits worker_limits(const SweepOptions& options) {
  study::WorkerLimits limits;
  limits.workers = options.workers.value_or(std::min(2, study::available_processors()));
  limits.niceness = kNiceness;
  // By default the workers together may use half of what there is.
  limits.memory_bytes =
      options.worker_memory_bytes.value_or(study::available_memory_bytes() / 2 / std::max(1, limits.workers));
  return limits;
}

study::SessionOptions session_options(const SweepOptions& options) {
  study::SessionOptions session;
  session.files.output = options.output;
  session.program = program_text();
  session.resume = options.resume;
  session.part = options.part;
  return session;
}

/// True where a signal has stopped it.
bool simulate_sweep(study::SweepSession& session, const SweepOptions& options) {
  const std::size_t known = session.points_done();
  if (known > 0) std::cerr << fmt::format("{} of {} points are finished already\n", known, session.points());
  Progress progress(std::cerr, isatty(STDERR_FILENO) != 0, session.points(), known);
  const auto start = std::chrono::steady_clock::now();
  try {
    session.run(worker_limits(options),
                [&](std::size_t done) { progress.show(done, std::chrono::steady_clock::now() - start); });
  } catch (const study::Interrupted&) {
    return true;
  }
  return false;
}

void write_sweep(const study::Sweep& sweep, std::uint64_t digest, results::OutputFile& file,
                 const SweepOptions& options) {
  results::StudyTable table = study::to_study_table(sweep);
  table.inputs_digest = fmt::format("{:016x}", digest);
  results::write_table(file, table, provenance("podsim sweep " + options.study, sweep.inputs));
}

void check_failures(const study::Sweep& sweep) {
  const std::size_t failed = sweep.count("failed");
  if (failed == 0) return;
  const auto first = std::find_if(sweep.outcomes.begin(), sweep.outcomes.end(),
                                  [](const auto& outcome) { return study::status_of(outcome) == "failed"; });
  throw std::runtime_error(fmt::format("{} of {} points failed; the first is point {}: {}", failed,
                                       sweep.outcomes.size(), first - sweep.outcomes.begin(),
                                       study::reason_of(*first)));
}

[[noreturn]] void report_missing(const study::Sweep& sweep, const SweepOptions& options, const std::string& why) {
  const std::size_t pending = sweep.count("pending");
  throw std::runtime_error(fmt::format("{}: {} of {} points are finished and kept\n  way out: to go on: {}", why,
                                       sweep.outcomes.size() - pending, sweep.outcomes.size(), resume_line(options)));
}

/// What stands at the output already: nothing, or the table of an interrupted sweep, may be replaced by another
/// table that is not complete.
bool may_hold_a_part(const std::string& output) {
  if (!std::filesystem::exists(output)) return true;
  try {
    return results::Hdf5File(output).integer_attribute("points_pending") > 0;
  } catch (const std::exception&) {
    return false;
  }
}

/// True where the output is the complete table of this very study.
bool is_complete(const SweepOptions& options, std::uint64_t digest) {
  try {
    const results::Hdf5File file(options.output);
    return file.attribute("inputs_digest") == fmt::format("{:016x}", digest) &&
           file.integer_attribute("points_pending") == 0;
  } catch (const std::exception&) {
    return false;
  }
}

/// One part of a job array: its journal is the result.
void sweep_part(study::SweepSession& session, const SweepOptions& options) {
  if (simulate_sweep(session, options)) {
    throw std::runtime_error(fmt::format("interrupted: {} of {} points of this part are finished and kept",
                                         session.points_done(), session.points()));
  }
}

void sweep(const SweepOptions& options) {
  if (options.use_slurm) return submit_sweep(options);
  const catalog::Catalog catalog = catalog::Catalog::standard();
  study::SweepSession session(catalog, study::read_study(catalog.study(options.study)), session_options(options));
  if (options.part) return sweep_part(session, options);
  if (options.resume && session.points_done() == 0 && is_complete(options, session.digest())) {
    session.finish();
    std::cerr << options.output << " is complete already: nothing to do\n";
    return;
  }
  results::OutputFile file(options.output, session_options(options).files.temporary());
  const bool stopped = !options.merge && simulate_sweep(session, options);
  const study::Sweep sweep = session.collect();
  if (sweep.count("pending") == 0 || may_hold_a_part(options.output)) {
    write_sweep(sweep, session.digest(), file, options);
  }
  if (stopped) report_missing(sweep, options, "interrupted");
  if (sweep.count("pending") > 0) report_missing(sweep, options, "not complete");
  if (sweep.count("failed") == 0) session.finish();
  if (options.json) {
    print_json(study::to_json(sweep));
  } else {
    print(study::to_table(sweep));
  }
  check_failures(sweep);
}

}  // namespace

void add_sweep_command(CLI::App& program) {
  auto typed = std::make_shared<TypedSweepOptions>();
  CLI::App& command = *program.add_subcommand("sweep", "many runs, from a study file, into one HDF5 table");
  add_sweep_options(command, *typed);
  command.footer(
      "Example:\n"
      "  podsim sweep study.yaml -o study.h5 -j 2\n"
      "  podsim sweep study.yaml -o study.h5 --resume    # goes on after an interruption\n"
      "  podsim sweep study.yaml -o study.h5 --slurm --partition small --time 1:00:00");
  command.callback([typed] { sweep(check_sweep_options(*typed)); });
}

}  // namespace podsim::cli
