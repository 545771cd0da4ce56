#include "cli/terminal/progress.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <sstream>

using podsim::cli::Progress;
using namespace std::chrono_literals;

TEST_CASE("a terminal has one line that is drawn again, with rate and time left") {
  std::ostringstream out;
  Progress progress(out, true, 48);
  progress.show(12, 6s);
  CHECK(out.str().starts_with("\r[######                  ] 12/48 points, 2.00 points/s, 18.0 s left"));
  CHECK(out.str().find('\n') == std::string::npos);
  progress.show(48, 24s);
  CHECK(out.str().back() == '\n');
}

TEST_CASE("elsewhere there is a line for every tenth of the points") {
  std::ostringstream out;
  Progress progress(out, false, 1000);
  for (std::size_t done = 1; done <= 1000; ++done) progress.show(done, 1s);
  const std::string text = out.str();
  CHECK(std::count(text.begin(), text.end(), '\n') == 10);
  CHECK(text.starts_with("100 of 1000 points (10 %)\n200 of 1000 points (20 %)\n"));
}

TEST_CASE("no points at all are done from the start") {
  for (const bool terminal : {true, false}) {
    std::ostringstream out;
    Progress progress(out, terminal, 0);
    progress.show(0, 1s);
    CHECK(out.str().find("0/0 points") == (terminal ? 28 : std::string::npos));
  }
}
