#pragma once

#include "platform/slice.hpp"
#include "step/messages.hpp"

#include <map>
#include <vector>

namespace podsim::tests {

/// Algorithms on a torus of one-rank chips written down message by message over a network of their own, with a link for
/// each direction between neighbours. Each group of chips works on `bytes`.
class TorusByMessages {
 public:
  /// The chips that work together along one axis: `size` neighbours of a line, or the whole axis.
  struct Line {
    int axis = 0;
    int size = 1;
  };

  TorusByMessages(const platform::Slice& slice, double link_bytes_per_second, double hop_seconds,
                  std::vector<Line> lines, double bytes);

  /// Axis by axis, the bytes cut so that each part starts on another axis.
  void scatter_and_gather(bool scatter, bool gather);
  /// From the first chip of each group along all axes, in chunks; each part starts on another axis.
  void broadcast(double chunk_bytes);
  /// Everyone sends to everyone of its group, axis after axis the shortest way.
  void all_to_all();
  /// Everyone sends to the next of its group.
  void send_receive();

  double seconds() const { return messages_.seconds(); }

 private:
  bool closes(const Line& line) const;
  int position(int chip, int axis) const { return chip / strides_[axis] % slice_.shape[axis]; }
  int moved(int chip, int axis, int steps) const;
  std::vector<int> path(int from, int to, int axis, bool up) const;
  std::vector<int> route(int from, int to) const;
  int queue_over(const std::vector<int>& links) { return messages_.queue(links, hop_seconds_ * links.size()); }
  /// The parts of the bytes that start on each line.
  std::vector<double> parts() const;
  std::vector<std::vector<int>> groups() const;
  /// All blocks of `block` bytes go once round each line; what each chip has got last.
  std::vector<After> round_lines(const Line& line, double block, bool half_first, const std::vector<After>& starts);
  void pass_round(const std::vector<int>& chips, const std::vector<int>& queues, const std::vector<double>& rounds,
                  const std::vector<After>& starts, std::vector<After>& got);
  /// Chunks along a line from its `root`; notes the last that each chip gets and sends.
  void spread(const Line& line, int root, double bytes, double chunk_bytes, const After& start,
              std::vector<After>& there, std::vector<After>& sent);

  const platform::Slice& slice_;
  double hop_seconds_;
  std::vector<Line> lines_;
  double bytes_;
  std::vector<int> strides_;
  Messages messages_;
};

}  // namespace podsim::tests
