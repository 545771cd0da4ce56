#include "study/point/block.hpp"
#include "fixtures.hpp"
#include "study/point/outcome_text.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>

using namespace podsim::study;

namespace {

using Points = std::vector<std::size_t>;

/// Results that tell how many points were simulated side by side, by their ranks.
std::vector<PointOutcome> side_by_side(const Points& points) {
  std::vector<PointOutcome> outcomes;
  for (const std::size_t point : points) {
    auto run = result(static_cast<int>(point) + 1, 1, 1, 1);
    run.plan.ranks = static_cast<int>(points.size());
    outcomes.emplace_back(run);
  }
  return outcomes;
}

/// Counts calls in files, since each is in a process of its own.
class CallCounter {
 public:
  CallCounter() : path_("calls_" + std::to_string(getpid())) {}
  ~CallCounter() { std::filesystem::remove(path_); }
  CallCounter(const CallCounter&) = delete;
  CallCounter& operator=(const CallCounter&) = delete;

  /// The number of this call, from 1.
  std::uintmax_t next() const {
    std::ofstream(path_, std::ios::app) << 'x';
    return std::filesystem::file_size(path_);
  }

 private:
  std::string path_;
};

struct Finished {
  std::vector<PointOutcome> outcomes;
  std::size_t failed = 0;
};

Finished run_one_block(std::size_t points, const PointsFunction& simulate) {
  Finished finished;
  run_blocks({{0, points}}, simulate, {.workers = 2}, [&](const Block&, const std::string& text, std::size_t failed) {
    finished = {outcomes_from_text(text), failed};
  });
  return finished;
}

int ranks(const PointOutcome& outcome) { return std::get<podsim::run::RunResult>(outcome).plan.ranks; }

}  // namespace

TEST_CASE("blocks follow from the number of points") {
  CHECK(blocks_of(10) == std::vector<Block>{{0, 4}, {4, 4}, {8, 2}});
  CHECK(blocks_of(2000).size() == 63);
  CHECK(blocks_of(2000).front().count == 32);
  CHECK(blocks_of(100'000).front().count == 64);
}

TEST_CASE("a block whose process is killed is simulated again whole") {
  const CallCounter calls;
  const auto killed_once = [&](const Points& points) {
    if (calls.next() == 1) kill(getpid(), SIGKILL);
    return side_by_side(points);
  };
  const Finished finished = run_one_block(4, killed_once);
  CHECK(finished.failed == 0);
  for (const PointOutcome& outcome : finished.outcomes) CHECK(ranks(outcome) == 4);
}

TEST_CASE("a block that is killed twice from outside ends in the same outcomes") {
  const CallCounter calls;
  const auto killed_twice = [&](const Points& points) {
    if (calls.next() <= 2) kill(getpid(), SIGKILL);
    return side_by_side(points);
  };
  const Finished finished = run_one_block(4, killed_twice);
  CHECK(finished.failed == 0);
  REQUIRE(finished.outcomes.size() == 4);
  for (const PointOutcome& outcome : finished.outcomes) CHECK(ranks(outcome) == 4);
}

TEST_CASE("of a block that breaks only the culprit fails, and the others are simulated side by side") {
  const auto breaks_at_two = [](const Points& points) {
    for (const std::size_t point : points) {
      if (point == 2) throw std::runtime_error("deadlock");
    }
    return side_by_side(points);
  };
  const Finished finished = run_one_block(4, breaks_at_two);
  CHECK(finished.failed == 1);
  CHECK(reason_of(finished.outcomes[2]) == "deadlock");
  for (const std::size_t good : {0, 1, 3}) CHECK(ranks(finished.outcomes[good]) == 3);
}

TEST_CASE("points that break only together keep what they have alone") {
  const auto breaks_in_company = [](const Points& points) {
    if (points.size() > 1) kill(getpid(), SIGKILL);
    return side_by_side(points);
  };
  const Finished finished = run_one_block(3, breaks_in_company);
  CHECK(finished.failed == 0);
  for (const PointOutcome& outcome : finished.outcomes) CHECK(ranks(outcome) == 1);
}
