#include "cli/command.hpp"
#include "cli/option_values.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "study/sweep.hpp"
#include "study/worker_pool.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace podsim::cli {
namespace {

struct SweepOptions {
  std::string study;
  std::string output;
  std::optional<std::string> workers;
  std::string format = "table";
};

study::Sweep simulate(study::Study study, int workers) {
  Progress progress(std::cerr, isatty(STDERR_FILENO) != 0, study.points());
  const auto start = std::chrono::steady_clock::now();
  study::SimulateOptions options;
  options.workers = workers;
  options.progress = [&](std::size_t done) { progress.show(done, std::chrono::steady_clock::now() - start); };
  return study::sweep(catalog::Catalog::standard(), std::move(study), options);
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

void sweep(const SweepOptions& options) {
  const bool json = wants_json(options.format);
  const int workers = worker_count(options.workers);
  study::Study study = study::read_study(options.study);
  results::OutputFile file(options.output);
  study::Sweep sweep = simulate(std::move(study), workers);
  const auto origin = provenance("podsim sweep " + options.study, std::move(sweep.inputs));
  results::write_table(file, study::to_study_table(sweep), origin);
  if (json) {
    print_json(study::to_json(sweep));
  } else {
    print(study::to_table(sweep));
  }
  check_failures(sweep);
}

}  // namespace

void add_sweep_command(CLI::App& program) {
  auto options = std::make_shared<SweepOptions>();
  CLI::App& command = *program.add_subcommand("sweep", "many runs, from a study file, into one HDF5 table");
  command.add_option("STUDY", options->study, "path of a study file (YAML)")->required()->option_text(" ");
  command.add_option("-o,--output", options->output, "the table of points")->required()->option_text("FILE.h5");
  command.add_option("-j,--jobs", options->workers, "processes at a time; the result does not depend on it")
      ->option_text("N");
  add_format_option(command, options->format);
  command.footer("Example:\n  podsim sweep study.yaml -o study.h5 -j 2");
  command.callback([options] { sweep(*options); });
}

}  // namespace podsim::cli
