#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace podsim::study {

/// Work for one process: returns its output or throws.
using Job = std::function<std::string()>;

/// What became of a job: its output, or why there is none.
struct JobResult {
  std::string output;
  std::optional<std::string> failure;
};

/// SIGINT or SIGTERM came while the workers ran; they have all been ended.
class Interrupted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Runs every job in a freshly forked process, at most `workers` at a time, and
/// returns the results in the order of the jobs. A job that throws, or whose
/// process dies, has a failure; the others go on. `finished` is called in this
/// process after each job, in order of completion. Throws Interrupted.
using JobObserver = std::function<void(std::size_t job, const JobResult& result)>;
std::vector<JobResult> run_jobs(const std::vector<Job>& jobs, int workers, const JobObserver& finished);

/// Processors that this process may use.
int available_processors();

}  // namespace podsim::study
