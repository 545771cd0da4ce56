#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

namespace podsim::study {

/// Work for one process: returns its output or throws.
using Job = std::function<std::string()>;

/// What became of a job: its output, or why there is none.
struct JobResult {
  std::string output;
  std::optional<std::string> failure;
  bool died = false;  ///< its process died; false where the job threw
};

struct WorkerLimits {
  int workers = 1;                ///< processes at a time
  int niceness = 0;               ///< added to the own one
  std::int64_t memory_bytes = 0;  ///< of data of one process; 0: no cap
};

/// A signal to stop came while the workers ran; they have all been ended.
class Interrupted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The next job, or nothing for now: after each `finished` it is asked again.
using JobSource = std::function<std::optional<Job>()>;

/// `job` counts the jobs in the order in which the source gave them.
using JobObserver = std::function<void(std::size_t job, const JobResult& result)>;

/// Runs the jobs of `next` in freshly forked processes. A job that throws, or whose process dies, has a
/// failure; the others go on. `finished` is called in this process after each job, in order of completion,
/// and `beat` at least every few seconds. SIGINT, SIGTERM, SIGUSR1 and SIGHUP end the workers. Throws Interrupted.
void run_jobs(
    const JobSource& next, const WorkerLimits& limits, const JobObserver& finished,
    const std::function<void()>& beat = [] {});

}  // namespace podsim::study
