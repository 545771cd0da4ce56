#include "study/worker_pool.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>

namespace podsim::study {
namespace {

constexpr char kDone = '+';
constexpr char kThrew = '-';

[[noreturn]] void fail_with_errno(const char* call) { throw std::system_error(errno, std::generic_category(), call); }

/// Turns SIGINT and SIGTERM into a readable descriptor for its lifetime.
class StopSignal {
 public:
  StopSignal() {
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGTERM);
    sigprocmask(SIG_BLOCK, &stop, &previous_mask_);
    descriptor_ = signalfd(-1, &stop, SFD_CLOEXEC);
    if (descriptor_ < 0) fail_with_errno("signalfd");
  }
  ~StopSignal() {
    close(descriptor_);
    sigprocmask(SIG_SETMASK, &previous_mask_, nullptr);
  }
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  int descriptor() const { return descriptor_; }

  /// Reads the signal away, so that it does not act once it is unblocked.
  void consume() const {
    signalfd_siginfo info{};
    if (read(descriptor_, &info, sizeof info) < 0) fail_with_errno("read signal");
  }

  /// For a worker: SIGTERM ends it as ever; SIGINT is left to the parent.
  void restore_in_worker() const {
    std::signal(SIGINT, SIG_IGN);
    sigprocmask(SIG_SETMASK, &previous_mask_, nullptr);
  }

 private:
  sigset_t previous_mask_{};
  int descriptor_ = -1;
};

void write_all(int descriptor, const std::string& text) {
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t count = write(descriptor, text.data() + sent, text.size() - sent);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) _exit(1);
    sent += static_cast<std::size_t>(count);
  }
}

[[noreturn]] void work(const Job& job, int descriptor, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  std::string message;
  try {
    message = kDone + job();
  } catch (const std::exception& error) {
    message = kThrew + std::string(error.what());
  }
  write_all(descriptor, message);
  _exit(0);
}

JobResult result_of(int status, std::string message) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    return {{}, fmt::format("the worker process was ended by signal {} ({})", signal, sigdescr_np(signal))};
  }
  if (WEXITSTATUS(status) != 0 || message.empty()) {
    return {{}, fmt::format("the worker process left with exit code {}", WEXITSTATUS(status))};
  }
  const bool threw = message.front() == kThrew;
  message.erase(0, 1);
  if (threw) return {{}, std::move(message)};
  return {std::move(message), std::nullopt};
}

struct Worker {
  pid_t pid = 0;
  int descriptor = -1;
  std::size_t job = 0;
  std::string message;
};

class Pool {
 public:
  Pool(const std::vector<Job>& jobs, const JobObserver& finished)
      : jobs_(jobs), finished_(finished), results_(jobs.size()) {}
  ~Pool() {
    for (Worker& worker : running_) {
      kill(worker.pid, SIGKILL);
      reap(worker);
    }
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  std::vector<JobResult> run(std::size_t workers) {
    std::size_t next = 0;
    while (next < jobs_.size() || !running_.empty()) {
      while (next < jobs_.size() && running_.size() < workers) start(next++);
      wait_for_output();
    }
    return std::move(results_);
  }

 private:
  void start(std::size_t job) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) < 0) fail_with_errno("pipe");
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid == 0) {
      stop_.restore_in_worker();
      close(ends[0]);
      work(jobs_[job], ends[1], parent);
    }
    const int fork_error = errno;
    close(ends[1]);
    if (pid < 0) {
      close(ends[0]);
      throw std::system_error(fork_error, std::generic_category(), "fork");
    }
    running_.push_back({pid, ends[0], job, {}});
  }

  void wait_for_output() {
    std::vector<pollfd> sources{{stop_.descriptor(), POLLIN, 0}};
    for (const Worker& worker : running_) sources.push_back({worker.descriptor, POLLIN, 0});
    if (poll(sources.data(), sources.size(), -1) < 0) {
      if (errno == EINTR) return;
      fail_with_errno("poll");
    }
    if (sources[0].revents != 0) {
      stop_.consume();
      throw Interrupted("interrupted: the workers are ended and nothing is written");
    }
    for (std::size_t i = 0; i < running_.size(); ++i) {
      if (sources[i + 1].revents != 0) receive(running_[i]);
    }
    std::erase_if(running_, [](const Worker& worker) { return worker.descriptor < 0; });
  }

  void receive(Worker& worker) {
    std::array<char, 65536> buffer{};
    const ssize_t count = read(worker.descriptor, buffer.data(), buffer.size());
    if (count < 0) {
      if (errno == EINTR) return;
      fail_with_errno("read");
    }
    worker.message.append(buffer.data(), static_cast<std::size_t>(count));
    if (count > 0) return;
    const int status = reap(worker);
    results_[worker.job] = result_of(status, std::move(worker.message));
    finished_(worker.job, results_[worker.job]);
  }

  static int reap(Worker& worker) {
    if (worker.descriptor < 0) return 0;
    close(worker.descriptor);
    worker.descriptor = -1;
    int status = 0;
    while (waitpid(worker.pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
  }

  const std::vector<Job>& jobs_;
  const JobObserver& finished_;
  StopSignal stop_;
  std::vector<JobResult> results_;
  std::vector<Worker> running_;
};

}  // namespace

std::vector<JobResult> run_jobs(const std::vector<Job>& jobs, int workers, const JobObserver& finished) {
  return Pool(jobs, finished).run(static_cast<std::size_t>(std::max(workers, 1)));
}

int available_processors() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) < 0) fail_with_errno("sched_getaffinity");
  return CPU_COUNT(&allowed);
}

}  // namespace podsim::study
