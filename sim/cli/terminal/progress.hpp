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
  /// `known` points were settled before the start, by an earlier sweep.
  Progress(std::ostream& out, bool terminal, std::size_t points, std::size_t known = 0);

  /// `done` points are settled, `elapsed` after the start. A terminal is drawn on at most ten times a second.
  void show(std::size_t done, std::chrono::duration<double> elapsed);

 private:
  /// The part of `whole` that is done: all of it where there are no points.
  std::size_t share_of(std::size_t whole, std::size_t done) const;
  std::string bar(std::size_t done, double seconds) const;

  std::ostream& out_;
  bool terminal_;
  std::size_t points_;
  std::size_t known_;
  std::size_t tenths_;
  std::chrono::duration<double> drawn_{-1};
};

}  // namespace podsim::cli
