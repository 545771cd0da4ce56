#include "study/point/worker_pool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>
#include <system_error>
#include <utility>
#include <vector>

namespace podsim::study {
namespace {

constexpr char kDone = '+';
constexpr char kThrew = '-';
constexpr int kBeatMilliseconds = 1000;

[[noreturn]] void fail_with_errno(const char* call) { throw std::system_error(errno, std::generic_category(), call); }

/// Turns the signals to stop into a readable descriptor for its lifetime.
class StopSignal {
 public:
  StopSignal() {
    sigset_t stop;
    sigemptyset(&stop);
    for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGHUP}) sigaddset(&stop, signal);
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

/// Sanitizers map far more than they use: no cap there.
void apply_limits(const WorkerLimits& limits) {
  if (limits.niceness > 0) setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + limits.niceness);
#ifndef PODSIM_SANITIZE
  if (limits.memory_bytes > 0) {
    const rlimit cap{static_cast<rlim_t>(limits.memory_bytes), static_cast<rlim_t>(limits.memory_bytes)};
    setrlimit(RLIMIT_DATA, &cap);
  }
#endif
}

/// A worker lives for one block: memory that it has got from the kernel once it keeps.
void keep_memory() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the most that glibc takes
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

[[noreturn]] void work(const Job& job, const WorkerLimits& limits, int descriptor, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  apply_limits(limits);
  keep_memory();
  std::string message;
  try {
    message = kDone + job();
  } catch (const std::bad_alloc&) {
    message = kThrew + fmt::format("needs more memory than the {:.1f} GiB that a worker may use",
                                   static_cast<double>(limits.memory_bytes) / 0x1p30);
  } catch (const std::exception& error) {
    message = kThrew + std::string(error.what());
  }
  write_all(descriptor, message);
  _exit(0);
}

JobResult result_of(int status, std::string message) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    return {{}, fmt::format("the worker process was ended by signal {} ({})", signal, sigdescr_np(signal)), true};
  }
  if (WEXITSTATUS(status) != 0 || message.empty()) {
    return {{}, fmt::format("the worker process left with exit code {}", WEXITSTATUS(status)), true};
  }
  const bool threw = message.front() == kThrew;
  message.erase(0, 1);
  if (threw) return {{}, std::move(message), false};
  return {std::move(message), std::nullopt, false};
}

struct Worker {
  pid_t pid = 0;
  int descriptor = -1;
  std::size_t job = 0;
  std::string message;
};

class Pool {
 public:
  Pool(const JobSource& next, const WorkerLimits& limits, const JobObserver& finished,
       const std::function<void()>& beat)
      : next_(next), limits_(limits), finished_(finished), beat_(beat) {}
  ~Pool() {
    for (Worker& worker : running_) {
      if (worker.descriptor < 0) continue;
      kill(worker.pid, SIGKILL);
      reap(worker);
    }
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void run() {
    const auto workers = static_cast<std::size_t>(std::max(limits_.workers, 1));
    while (true) {
      while (running_.size() < workers) {
        const auto job = next_();
        if (!job) break;
        start(*job);
      }
      if (running_.empty()) return;
      wait_for_output();
    }
  }

 private:
  void start(const Job& job) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) < 0) fail_with_errno("pipe");
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid == 0) {
      stop_.restore_in_worker();
      close(ends[0]);
      work(job, limits_, ends[1], parent);
    }
    const int fork_error = errno;
    close(ends[1]);
    if (pid < 0) {
      close(ends[0]);
      throw std::system_error(fork_error, std::generic_category(), "fork");
    }
    running_.push_back({pid, ends[0], started_++, {}});
  }

  void wait_for_output() {
    std::vector<pollfd> sources{{stop_.descriptor(), POLLIN, 0}};
    for (const Worker& worker : running_) sources.push_back({worker.descriptor, POLLIN, 0});
    beat_();
    if (poll(sources.data(), sources.size(), kBeatMilliseconds) < 0) {
      if (errno == EINTR) return;
      fail_with_errno("poll");
    }
    if (sources[0].revents != 0) {
      stop_.consume();
      throw Interrupted("interrupted");
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
    finished_(worker.job, result_of(status, std::move(worker.message)));
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

  const JobSource& next_;
  const WorkerLimits& limits_;
  const JobObserver& finished_;
  const std::function<void()>& beat_;
  StopSignal stop_;
  std::size_t started_ = 0;
  std::vector<Worker> running_;
};

}  // namespace

void run_jobs(const JobSource& next, const WorkerLimits& limits, const JobObserver& finished,
              const std::function<void()>& beat) {
  Pool(next, limits, finished, beat).run();
}

}  // namespace podsim::study
