#include "study/point/worker_pool.hpp"

#include <unistd.h>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using podsim::study::Interrupted;
using podsim::study::Job;
using podsim::study::JobResult;
using podsim::study::WorkerLimits;

namespace {

const auto ignore = [](std::size_t, const JobResult&) {};

/// The results in the order of the jobs.
std::vector<JobResult> run_jobs(const std::vector<Job>& jobs, int workers,
                                const std::function<void(std::size_t, const JobResult&)>& finished) {
  std::vector<JobResult> results(jobs.size());
  std::size_t next = 0;
  podsim::study::run_jobs([&] { return next < jobs.size() ? std::optional(jobs[next++]) : std::nullopt; },
                          {.workers = workers},
                          [&](std::size_t job, JobResult result) {
                            finished(job, result);
                            results[job] = std::move(result);
                          });
  return results;
}

Job says(std::string text) {
  return [text = std::move(text)] { return text; };
}

struct Folder {
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "podsim-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path); }

  std::filesystem::path path;
};

/// Ends when there is a file of this name.
Job after(const std::filesystem::path& mark, const std::string& text) {
  return [=] {
    while (!std::filesystem::exists(mark)) usleep(1000);
    return text;
  };
}

}  // namespace

TEST_CASE("results come in the order of the jobs whatever ends first") {
  // The last one ends when the second is known to have ended, and the first after the last.
  const Folder folder;
  const std::vector<Job> jobs{after(folder.path / "2", "slow"), says("quick"), after(folder.path / "1", "middling")};
  std::vector<std::size_t> completion;
  const auto results = run_jobs(jobs, 3, [&](std::size_t job, const JobResult&) {
    completion.push_back(job);
    std::ofstream(folder.path / std::to_string(job)).put('.');
  });
  REQUIRE(results.size() == 3);
  CHECK(results[0].output == "slow");
  CHECK(results[1].output == "quick");
  CHECK(results[2].output == "middling");
  CHECK(completion == std::vector<std::size_t>{1, 2, 0});
}

TEST_CASE("an output larger than a pipe arrives whole") {
  const std::string large(3'000'000, 'x');
  const auto results = run_jobs({says(large), says("")}, 2, ignore);
  CHECK(results[0].output == large);
  CHECK(results[1].output.empty());
  CHECK_FALSE(results[1].failure);
}

TEST_CASE("every job has its own process") {
  const Job own_pid = [] { return std::to_string(getpid()); };
  const auto results = run_jobs({own_pid, own_pid, own_pid}, 1, ignore);
  std::set<std::string> pids{std::to_string(getpid())};
  for (const JobResult& result : results) pids.insert(result.output);
  CHECK(pids.size() == 4);
}

TEST_CASE("a job that dies has the signal as its failure and the others go on") {
  const Job dies = []() -> std::string {
    kill(getpid(), SIGKILL);
    return "never";
  };
  const Job leaves = []() -> std::string { _exit(3); };
  const Job throws = []() -> std::string { throw std::runtime_error("a reason"); };
  const auto results = run_jobs({says("a"), dies, says("b"), leaves, throws, says("c")}, 2, ignore);
  CHECK(results[0].output == "a");
  CHECK(results[1].failure == "the worker process was ended by signal 9 (Killed)");
  CHECK(results[1].output.empty());
  CHECK(results[2].output == "b");
  CHECK(results[3].failure == "the worker process left with exit code 3");
  CHECK(results[4].failure == "a reason");
  CHECK(results[5].output == "c");
}

TEST_CASE("an interrupt ends the workers and is reported") {
  const pid_t pool = getpid();
  const Job interrupts = [pool] {
    kill(pool, SIGINT);
    return std::string("sent");
  };
  const Job never_ends = []() -> std::string {
    while (true) pause();
  };
  CHECK_THROWS_AS(run_jobs({never_ends, interrupts}, 2, ignore), Interrupted);
}

TEST_CASE("SIGTERM, SIGUSR1 and SIGHUP stop like SIGINT") {
  for (const int signal : {SIGTERM, SIGUSR1, SIGHUP}) {
    const pid_t pool = getpid();
    const Job stops = [pool, signal] {
      kill(pool, signal);
      pause();
      return std::string();
    };
    CHECK_THROWS_AS(run_jobs({stops}, 1, ignore), Interrupted);
  }
}

TEST_CASE("a source may have more jobs when one has ended") {
  int given = 0;
  std::vector<std::string> outputs;
  podsim::study::run_jobs(
      [&]() -> std::optional<Job> {
        if (given > static_cast<int>(outputs.size()) || given == 3) return std::nullopt;
        return says(std::to_string(given++));
      },
      {.workers = 2}, [&](std::size_t, const JobResult& result) { outputs.push_back(result.output); });
  CHECK(outputs == std::vector<std::string>{"0", "1", "2"});
}

#ifndef PODSIM_SANITIZE
TEST_CASE("a job that needs more memory than its cap says so, and the pool goes on") {
  const Job greedy = [] { return std::string(std::size_t{1} << 30, 'x').substr(0, 1); };
  std::vector<Job> jobs{greedy, says("modest")};
  std::vector<JobResult> results(2);
  WorkerLimits limits;
  limits.memory_bytes = 200 << 20;
  std::size_t next = 0;
  podsim::study::run_jobs([&] { return next < 2 ? std::optional(jobs[next++]) : std::nullopt; }, limits,
                          [&](std::size_t job, JobResult result) { results[job] = std::move(result); });
  CHECK(results[0].failure == "needs more memory than the 0.2 GiB that a worker may use");
  CHECK(results[1].output == "modest");
}
#endif
