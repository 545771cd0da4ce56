#pragma once

#include <algorithm>
#include <map>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

namespace podsim::tests {

/// 1F1B whose sends and receipts hold up both ranks, as Megatron's schedules.py orders them: a message goes when the
/// sender has it and the receiver asks for it, and both go on when it has arrived. Written for the tests alone, rank by
/// rank and message by message.
class BlockingPipeline {
 public:
  /// `forward`, `backward`: seconds of each stage.
  BlockingPipeline(std::vector<double> forward, std::vector<double> backward, double message, int micro_batches)
      : forward_(std::move(forward)), backward_(std::move(backward)), message_(message) {
    const int ranks = static_cast<int>(forward_.size());
    for (int rank = 0; rank < ranks; ++rank) write(rank, ranks, micro_batches);
  }

  double seconds() {
    std::vector<size_t> at(code_.size(), 0);
    std::vector<double> now(code_.size(), 0);
    for (bool moved = true; moved;) {
      moved = false;
      for (size_t rank = 0; rank < code_.size(); ++rank) {
        while (at[rank] < code_[rank].size() && go(code_[rank][at[rank]], now[rank])) {
          ++at[rank];
          moved = true;
        }
      }
    }
    for (size_t rank = 0; rank < code_.size(); ++rank) {
      if (at[rank] < code_[rank].size()) throw std::runtime_error("the ranks wait for each other");
    }
    return *std::max_element(now.begin(), now.end());
  }

 private:
  /// Its number on the way from a rank to another.
  struct Transfer {
    int from = 0;
    int to = 0;
    int number = 0;
    bool operator<(const Transfer& other) const {
      return std::tie(from, to, number) < std::tie(other.from, other.to, other.number);
    }
  };
  /// Work, then messages that begin together.
  struct Step {
    double work = 0;
    std::vector<Transfer> transfers;
    bool posted = false;
  };

  /// Posts what the rank's step sends and receives; whether all of it has arrived, and then when.
  bool go(Step& step, double& now) {
    if (!step.posted) {
      now += step.work;
      for (const Transfer& transfer : step.transfers) posts_[transfer].push_back(now);
      step.posted = true;
    }
    double end = now;
    for (const Transfer& transfer : step.transfers) {
      const auto& posts = posts_[transfer];
      if (posts.size() < 2) return false;
      end = std::max(end, std::max(posts[0], posts[1]) + message_);
    }
    now = end;
    return true;
  }

  Transfer next(int from, int to, std::map<std::pair<int, int>, int>& sent) { return {from, to, sent[{from, to}]++}; }

  void write(int rank, int ranks, int micro_batches) {
    const int warm_up = std::min(micro_batches, ranks - 1 - rank);
    const int steady = micro_batches - warm_up;
    std::map<std::pair<int, int>, int> sent;
    std::vector<Step>& code = code_.emplace_back();
    double work = 0;
    // Each list of (from, to) is one step; what goes beyond the ends is left out.
    const auto exchange = [&](const std::vector<std::pair<int, int>>& pairs) {
      Step step{work, {}, false};
      work = 0;
      for (const auto& [from, to] : pairs) {
        if (from >= 0 && to >= 0 && from < ranks && to < ranks) step.transfers.push_back(next(from, to, sent));
      }
      code.push_back(step);
    };
    const auto at = static_cast<size_t>(rank);
    for (int i = 0; i < warm_up; ++i) {
      exchange({{rank - 1, rank}});
      work = forward_[at];
      exchange({{rank, rank + 1}});
    }
    if (steady > 0) exchange({{rank - 1, rank}});
    for (int i = 0; i < steady; ++i) {
      work = forward_[at];
      exchange({{rank, rank + 1}, {rank + 1, rank}});
      work = backward_[at];
      if (i + 1 < steady) exchange({{rank, rank - 1}, {rank - 1, rank}});
    }
    if (steady > 0) exchange({{rank, rank - 1}});
    for (int i = 0; i < warm_up; ++i) {
      exchange({{rank + 1, rank}});
      work = backward_[at];
      exchange({{rank, rank - 1}});
    }
  }

  std::vector<double> forward_;
  std::vector<double> backward_;
  double message_;
  std::vector<std::vector<Step>> code_;
  std::map<Transfer, std::vector<double>> posts_;
};

}  // namespace podsim::tests
