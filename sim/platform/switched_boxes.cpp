#include "platform/switched_boxes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace podsim::platform {

SwitchedBoxesNetwork::SwitchedBoxesNetwork(const catalog::Platform& platform, const Slice& slice, bool folded)
    : boxes_(std::get<catalog::SwitchedBoxes>(platform.interconnect)),
      slice_nodes_(slice.shape[0]),
      chips_(slice.shape[1]),
      cluster_(boxes_.network, boxes_.cards, slice_nodes_, folded) {
  for (int node = 0; node < nodes(); ++node) {
    for (int chip = 0; chip < chips_; ++chip) {
      links_.push_back({fmt::format("node{}.chip{}.out", node, chip), boxes_.chip_rate()});
      links_.push_back({fmt::format("node{}.chip{}.in", node, chip), boxes_.chip_rate()});
    }
  }
  cluster_.add_links(links_);
}

std::vector<int> SwitchedBoxesNetwork::chip_route(int node, int from, int to) const {
  return {2 * (node * chips_ + from), 2 * (node * chips_ + to) + 1};
}

double all_reduce_bound_seconds(const catalog::SwitchedBoxes& boxes, const Slice& slice, double bytes) {
  const double nodes = slice.shape[0];
  const double chips = slice.shape[1];
  double bound = 0;
  if (chips > 1) {
    const double sent = boxes.reduces ? 1.0 : 2 * (chips - 1) / chips;
    bound = sent * bytes / boxes.chip_bytes_per_second;
  }
  if (nodes > 1) {
    const double sent = boxes.network.reduces ? 1.0 : 2 * (nodes - 1) / nodes;
    bound = std::max(bound, sent * bytes / (boxes.cards * boxes.network.card_bytes_per_second));
  }
  return bound;
}

}  // namespace podsim::platform
