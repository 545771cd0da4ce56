#pragma once

#include <chrono>
#include <cstddef>
#include <ostream>
#include <string>

namespace podsim::cli {

/// Tells how far a sweep is: one line that is drawn again on a terminal, a
/// plain line for every tenth of the points elsewhere.
class Progress {
 public:
  Progress(std::ostream& out, bool terminal, std::size_t points);

  /// `done` points are settled, `elapsed` after the start.
  void show(std::size_t done, std::chrono::duration<double> elapsed);

 private:
  std::string bar(std::size_t done, double seconds) const;

  std::ostream& out_;
  bool terminal_;
  std::size_t points_;
  std::size_t tenths_ = 0;
};

}  // namespace podsim::cli
