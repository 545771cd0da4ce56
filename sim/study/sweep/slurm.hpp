#pragma once

#include "study/sweep/sweep_files.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace podsim::study {

/// What a user says about jobs.
struct SlurmOptions {
  std::optional<std::string> partition;
  std::optional<std::string> account;
  std::optional<std::string> time;          ///< "HH:MM:SS", as sbatch takes it
  std::optional<std::int64_t> array_limit;  ///< tasks at a time
  std::vector<std::string> prelude;         ///< shell lines before podsim: modules
  std::vector<std::string> options;         ///< more of sbatch's own: "--mem=4G"
  int workers = 1;                          ///< processes of one task
};

/// The commands that jobs run. Texts are quoted for a shell.
struct SlurmCommands {
  std::string name;    ///< of the jobs
  std::string folder;  ///< in which the commands run
  std::string task;    ///< all of a task but " --part I/N"
  std::string merge;
  std::string logs;  ///< folder of the jobs' outputs
};

/// Some parts as one job array: task I does part offset + I.
struct SlurmArray {
  std::size_t offset = 0;
  std::vector<std::size_t> tasks;  ///< ascending, all below MaxArraySize
};

/// Cuts parts (ascending) into arrays whose indices are below `max_array_size`.
std::vector<SlurmArray> slurm_arrays(const std::vector<std::size_t>& parts, std::size_t max_array_size);

/// "0-3,7": what `--array` takes.
std::string array_indices(const std::vector<std::size_t>& tasks);

std::string array_script(const SlurmArray& array, std::size_t parts, const SlurmCommands& commands,
                         const SlurmOptions& options);
std::string merge_script(const SlurmCommands& commands, const SlurmOptions& options);

/// MaxArraySize of the cluster; Slurm's default, 1001, where no controller answers.
std::size_t max_array_size();

/// The number of the job in what `sbatch --parsable` prints, which may have warnings around it; empty without one.
std::string job_id(const std::string& output);

/// Submits a script, which may wait for the end of other jobs, whatever it is (afterany). The id of the job.
/// Throws std::runtime_error with what sbatch says.
std::string submit(const std::filesystem::path& script, const std::vector<std::string>& after);

/// `text` as one word of a shell.
std::string shell_word(const std::string& text);

}  // namespace podsim::study
