#include "cli/command/sweep_submission.hpp"

#include "catalog/text/error.hpp"
#include "cli/terminal/output.hpp"
#include "results/file/output_file.hpp"
#include "results/quantity.hpp"
#include "study/sweep/lock_file.hpp"
#include "study/sweep/slurm.hpp"
#include "study/sweep/sweep_session.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace podsim::cli {
namespace {

namespace fs = std::filesystem;

/// Points of one task, where the user does not say how many tasks there are: some ten seconds and more of work.
constexpr std::size_t kPointsOfTask = 4096;
constexpr std::size_t kMostTasks = 1000;

/// What is left to do, part by part.
struct SweepPlan {
  std::size_t parts = 1;
  std::vector<std::size_t> missing;  ///< parts
  std::size_t points_missing = 0;
};

std::size_t number_of_parts(const SweepOptions& options, const study::SweepFiles& files, std::size_t points,
                            std::size_t blocks) {
  const auto before = files.parts();
  if (options.resume && !before.empty()) return before.front().count;
  const std::size_t wanted = options.tasks ? static_cast<std::size_t>(*options.tasks)
                                           : std::clamp(points / kPointsOfTask, std::size_t{2}, kMostTasks);
  return std::min(wanted, blocks);
}

SweepPlan plan_of(const SweepOptions& options, const study::Study& study, const study::JournalIdentity& identity) {
  const study::SweepFiles files{options.output};
  study::BlockLedger ledger(study, identity);
  study::read_journals(files, identity, options.resume, ledger);
  SweepPlan plan;
  plan.parts = number_of_parts(options, files, study.points(), ledger.blocks());
  for (std::size_t part = 0; part < plan.parts; ++part) {
    if (!ledger.missing(study::Part{part, plan.parts}).empty()) plan.missing.push_back(part);
  }
  plan.points_missing = ledger.points_missing(std::nullopt);
  return plan;
}

/// Letters, digits and dashes of the study's name.
std::string job_name(const std::string& study) {
  std::string name = "podsim-";
  for (const char letter : study) name += std::isalnum(static_cast<unsigned char>(letter)) != 0 ? letter : '-';
  return name.substr(0, 40);
}

study::SlurmCommands commands_of(const SweepOptions& options, const std::string& study) {
  const std::string base = study::shell_word(fs::read_symlink("/proc/self/exe").string()) + " sweep " +
                           study::shell_word(options.study) + " -o " + study::shell_word(options.output);
  study::SlurmCommands commands;
  commands.name = job_name(study);
  commands.folder = fs::current_path().string();
  commands.task = base + fmt::format(" -j {}", options.slurm.workers);
  if (options.worker_memory) commands.task += " --worker-memory " + *options.worker_memory;
  commands.merge = base + " --merge";
  commands.logs = study::SweepFiles{options.output}.parts_folder().string();
  return commands;
}

void write_script(const fs::path& path, const std::string& text) {
  results::OutputFile file(path, path.string() + ".tmp");
  file.commit(text);
}

struct Submitted {
  std::vector<std::string> arrays;
  std::string merge;
};

Submitted submit_all(const SweepOptions& options, const SweepPlan& plan, const std::vector<study::SlurmArray>& arrays,
                     const study::SlurmCommands& commands) {
  const fs::path folder = study::SweepFiles{options.output}.parts_folder();
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw catalog::InputError(fmt::format("cannot make the folder {}: {}", folder.string(), error.message()));
  Submitted submitted;
  for (const study::SlurmArray& array : arrays) {
    const fs::path script = folder / fmt::format("array-{}.sh", array.offset);
    write_script(script, study::array_script(array, plan.parts, commands, options.slurm));
    submitted.arrays.push_back(study::submit(script, {}));
  }
  write_script(folder / "merge.sh", study::merge_script(commands, options.slurm));
  try {
    submitted.merge = study::submit(folder / "merge.sh", submitted.arrays);
  } catch (const std::runtime_error& refused) {
    throw std::runtime_error(fmt::format("{}\n  the array is submitted as job {}; when it has ended: {}",
                                         refused.what(), fmt::join(submitted.arrays, ", "), commands.merge));
  }
  return submitted;
}

void print_submitted(const SweepOptions& options, const SweepPlan& plan, const Submitted& submitted) {
  if (options.json) {
    return print_json({{"schema", "podsim/slurm/1"},
                       {"array_jobs", submitted.arrays},
                       {"merge_job", submitted.merge},
                       {"tasks", plan.missing.size()},
                       {"parts", plan.parts},
                       {"points_missing", plan.points_missing},
                       {"output", options.output}});
  }
  std::string text = fmt::format("{} points in {} tasks\n", results::count(static_cast<int64_t>(plan.points_missing)),
                                 results::count(static_cast<int64_t>(plan.missing.size())));
  for (const std::string& id : submitted.arrays) text += fmt::format("array job  {}\n", id);
  text += fmt::format("merge job  {}, which writes {}\n", submitted.merge, options.output);
  text += fmt::format("logs       {}\n", study::SweepFiles{options.output}.parts_folder().string());
  print(text + "If tasks are cancelled or run out of time, type the same with --resume.\n");
}

}  // namespace

void submit_sweep(const SweepOptions& options) {
  results::check_output(options.output);
  const catalog::Catalog catalog = catalog::Catalog::standard();
  const study::Study study = study::read_study(catalog.study(options.study));
  study::Resolver resolver(catalog);
  const study::JournalIdentity identity{program_text(), study::check_study(resolver, study), study.points()};
  const std::string holder = study::LockFile::live_holder(study::SweepFiles{options.output}.lock());
  if (!holder.empty()) {
    throw catalog::InputError(
        fmt::format("{}: {} is at work on this sweep\n  way out: wait for it or stop it", options.output, holder));
  }
  const SweepPlan plan = plan_of(options, study, identity);
  const auto arrays = study::slurm_arrays(plan.missing, study::max_array_size());
  const study::SlurmCommands commands = commands_of(options, study.name);
  if (!options.dry_run) return print_submitted(options, plan, submit_all(options, plan, arrays, commands));
  std::string text;
  for (const study::SlurmArray& array : arrays) {
    text += study::array_script(array, plan.parts, commands, options.slurm) + "\n";
  }
  print(text + "# after the end of the array, whatever it is (--dependency=afterany)\n" +
        study::merge_script(commands, options.slurm));
}

}  // namespace podsim::cli
