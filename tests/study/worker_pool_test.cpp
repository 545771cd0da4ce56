#include "study/worker_pool.hpp"

#include <unistd.h>
#include <catch2/catch.hpp>
#include <csignal>
#include <set>
#include <stdexcept>
#include <string>

using podsim::study::Interrupted;
using podsim::study::Job;
using podsim::study::JobResult;
using podsim::study::run_jobs;

namespace {

const auto ignore = [](std::size_t, const JobResult&) {};

Job says(std::string text) {
  return [text = std::move(text)] { return text; };
}

Job after_ms(int milliseconds, const std::string& text) {
  return [=] {
    usleep(static_cast<useconds_t>(milliseconds) * 1000);
    return text;
  };
}

}  // namespace

TEST_CASE("results come in the order of the jobs whatever ends first") {
  const std::vector<Job> jobs{after_ms(80, "slow"), says("quick"), after_ms(20, "middling")};
  std::vector<std::size_t> completion;
  const auto results = run_jobs(jobs, 3, [&](std::size_t job, const JobResult&) { completion.push_back(job); });
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
  CHECK_THROWS_WITH(run_jobs({never_ends, interrupts}, 2, ignore),
                    "interrupted: the workers are ended and nothing is written");
}

TEST_CASE("there is at least one processor") { CHECK(podsim::study::available_processors() >= 1); }
