#pragma once

#include "catalog/spec/library.hpp"
#include "platform/boxes.hpp"
#include "step/messages.hpp"

#include <functional>
#include <vector>

namespace podsim::tests {

/// A chip of a node.
struct Member {
  int node = 0;
  int chip = 0;
};

/// Algorithms over boxes written down message by message, apart from the schedules of the program. All chips of all
/// nodes work on `bytes`; chunks of pipelines have the size of `timing`.
class BoxesByMessages {
 public:
  BoxesByMessages(const platform::BoxesNetwork& boxes, const catalog::AlgorithmTiming& timing, double bytes);

  /// Members pass blocks on to the next, `rounds` times, each over one NVLink or the card (-1: that of the chip).
  /// `starts`: what each waits for at first, if anything. Returns what each got last.
  std::vector<After> ring(const std::vector<Member>& members, int rounds, double block_bytes, int card = -1,
                          const std::vector<After>& starts = {});
  /// The first member's `bytes` go to each in turn, chunk by chunk.
  void chain_broadcast(const std::vector<Member>& members, double bytes, int card);
  /// Scatter over rings in each box, rings across boxes chip by chip, gather over rings in each box.
  void hierarchical(const std::vector<std::vector<int>>& rings_in_box);
  /// Swaps at twice the distance each time, and back.
  void halving_doubling(bool scatter, bool gather);
  void all_to_all();
  /// Everyone sends to the next.
  void send_receive();
  /// A chain of chips in each box, and a tree between the boxes through a card to the chain's first chip.
  void tree(const std::vector<int>& chain, int card, const std::vector<int>& parents, double bytes);
  /// The switch of each box adds up for each chip a part; between boxes trees from the card of each chip.
  void nvls(const std::vector<std::vector<int>>& trees);
  /// Switches between boxes add up what each chip has gathered in its box, and hand it back.
  void sharp();

  double seconds() const { return messages_.seconds(); }

 private:
  /// What happens inside a node: when its own sum is there, chunk by chunk, and how a result is spread.
  struct InBox {
    std::function<std::vector<After>(int node)> sum;
    std::function<void(int node, const std::vector<After>& result)> spread;
  };

  int hop(Member from, Member to, int card = -1, bool one_link = false);
  /// From a chip to any other, between nodes through the card of either.
  int straight(Member from, Member to);
  std::vector<After> chunks(int queue, double bytes, const std::vector<After>& after);
  std::vector<After> waiting_for_nothing(double bytes) const;
  /// The switch adds up a part of all chips of a node for one of them; it spreads what that one sends back.
  std::vector<After> pull(Member adder, double bytes);
  void push(Member adder, double bytes, const std::vector<After>& after);
  InBox in_switch(int chip, double bytes);
  InBox among_chips(int chip, double bytes);
  std::vector<After> up(const InBox& box, const std::vector<int>& parents, int node, int card, int chip, double bytes);
  void down(const InBox& box, const std::vector<int>& parents, int node, int card, int chip, double bytes,
            const std::vector<After>& result);
  void up_and_down(const InBox& box, const std::vector<int>& parents, int card, int chip, double bytes);

  const platform::BoxesNetwork& boxes_;
  const catalog::AlgorithmTiming& timing_;
  double bytes_;
  int nodes_;
  int chips_;
  Messages messages_;
};

}  // namespace podsim::tests
