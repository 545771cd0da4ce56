#include "study/sweep/slurm.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace podsim::study {
namespace {

constexpr std::size_t kDefaultMaxArraySize = 1001;
/// Before a time limit Slurm sends SIGUSR1, so that the last block is not lost.
constexpr int kWarnSeconds = 60;

struct CommandResult {
  int exit_code = 0;
  std::string output;  ///< standard output and standard error
};

CommandResult run_command(const std::string& command) {
  std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot start a shell");
  CommandResult result;
  std::array<char, 4096> buffer{};
  while (const std::size_t count = fread(buffer.data(), 1, buffer.size(), pipe)) {
    result.output.append(buffer.data(), count);
  }
  const int status = pclose(pipe);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
  return result;
}

/// A value of an #SBATCH line; % starts a pattern in paths.
std::string directive_path(const std::string& path) {
  std::string text;
  for (const char letter : path) text += letter == '%' ? std::string("%%") : std::string(1, letter);
  return text.find_first_of(" \t\"") == std::string::npos ? text : "\"" + text + "\"";
}

std::string directives(const SlurmCommands& commands, const SlurmOptions& options, const std::string& log,
                       int processors) {
  std::string text = fmt::format("#!/bin/bash\n#SBATCH --job-name={}\n", commands.name);
  const auto add = [&](const std::string& line) { text += "#SBATCH " + line + "\n"; };
  add("--chdir=" + directive_path(commands.folder));
  add("--output=" + directive_path(commands.logs) + "/" + log);
  add("--open-mode=append");
  add("--ntasks=1");
  add(fmt::format("--cpus-per-task={}", processors));
  if (options.partition) add("--partition=" + *options.partition);
  if (options.account) add("--account=" + *options.account);
  if (options.time) add("--time=" + *options.time);
  for (const std::string& option : options.options) add(option);
  return text;
}

std::string prelude_lines(const SlurmOptions& options) {
  std::string text = "\n";
  for (const std::string& line : options.prelude) text += line + "\n";
  if (const char* path = std::getenv("PODSIM_PATH")) text += "export PODSIM_PATH=" + shell_word(path) + "\n";
  return text;
}

}  // namespace

std::vector<SlurmArray> slurm_arrays(const std::vector<std::size_t>& parts, std::size_t max_array_size) {
  std::vector<SlurmArray> arrays;
  for (const std::size_t part : parts) {
    const std::size_t offset = part / max_array_size * max_array_size;
    if (arrays.empty() || arrays.back().offset != offset) arrays.push_back({offset, {}});
    arrays.back().tasks.push_back(part - offset);
  }
  return arrays;
}

std::string array_indices(const std::vector<std::size_t>& tasks) {
  std::string text;
  for (std::size_t i = 0; i < tasks.size();) {
    std::size_t end = i;
    while (end + 1 < tasks.size() && tasks[end + 1] == tasks[end] + 1) ++end;
    if (!text.empty()) text += ",";
    text += end == i ? fmt::format("{}", tasks[i]) : fmt::format("{}-{}", tasks[i], tasks[end]);
    i = end + 1;
  }
  return text;
}

std::string array_script(const SlurmArray& array, std::size_t parts, const SlurmCommands& commands,
                         const SlurmOptions& options) {
  std::string text = directives(commands, options, "task-%A_%a.log", options.workers);
  text += "#SBATCH --array=" + array_indices(array.tasks);
  if (options.array_limit) text += fmt::format("%{}", *options.array_limit);
  text += fmt::format("\n#SBATCH --requeue\n#SBATCH --signal=B:USR1@{}\n", kWarnSeconds);
  const std::string part = array.offset == 0 ? std::string("$SLURM_ARRAY_TASK_ID")
                                             : fmt::format("$((SLURM_ARRAY_TASK_ID + {}))", array.offset);
  return text + prelude_lines(options) + fmt::format("exec {} --part \"{}/{}\"\n", commands.task, part, parts);
}

std::string merge_script(const SlurmCommands& commands, const SlurmOptions& options) {
  return directives(commands, options, "merge-%j.log", 1) + prelude_lines(options) + "exec " + commands.merge + "\n";
}

std::size_t max_array_size() {
  const CommandResult config = run_command("scontrol show config");
  const std::string key = "MaxArraySize";
  const std::size_t at = config.output.find(key);
  if (config.exit_code != 0 || at == std::string::npos) return kDefaultMaxArraySize;
  const std::size_t equals = config.output.find('=', at);
  const unsigned long size = equals == std::string::npos ? 0 : std::strtoul(&config.output[equals + 1], nullptr, 10);
  return size > 0 ? size : kDefaultMaxArraySize;
}

std::string job_id(const std::string& output) {
  std::istringstream lines(output);
  std::string id;
  for (std::string line; std::getline(lines, line);) {
    line.resize(std::min(line.find(';'), line.size()));
    if (!line.empty() && line.find_first_not_of("0123456789") == std::string::npos) id = line;
  }
  return id;
}

std::string submit(const std::filesystem::path& script, const std::vector<std::string>& after) {
  std::string command = "sbatch --parsable";
  if (!after.empty()) command += fmt::format(" --dependency=afterany:{}", fmt::join(after, ":"));
  const CommandResult result = run_command(command + " " + shell_word(script.string()));
  std::string id = job_id(result.output);
  if (result.exit_code != 0 || id.empty()) {
    throw std::runtime_error(fmt::format("sbatch refuses {}: {}", script.string(), result.output));
  }
  return id;
}

std::string shell_word(const std::string& text) {
  const bool plain = !text.empty() && text.find_first_of(" \t\n'\"\\$`*?[]{}()<>|&;!#~") == std::string::npos;
  if (plain) return text;
  std::string word;
  for (const char letter : text) word += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return "'" + word + "'";
}

}  // namespace podsim::study
