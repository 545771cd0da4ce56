#include "collective/bound.hpp"

#include "collective/boxes/boxes_group.hpp"
#include "collective/machine.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <numeric>

namespace podsim::collective {
namespace {

/// What must leave a part of the group for the rest, as a share of the bytes: for one of `parts` alike
/// parts with `ranks_in_part` of the `ranks`. `reduces`: what leaves may be added up on its way.
double leaving_share(Operation operation, double parts, double ranks_in_part, double ranks, bool reduces) {
  const double others = (parts - 1) / parts;
  switch (operation) {
    case Operation::all_reduce: return reduces ? 1 : 2 * others;
    case Operation::reduce_scatter:
    case Operation::all_gather: return others;
    case Operation::all_to_all: return ranks_in_part * (ranks - ranks_in_part) / ranks;
    case Operation::broadcast: return others;
    case Operation::send_receive:
    case Operation::send: return 1;
  }
  return 0;
}

/// What must leave (or reach) every single chip.
double chip_share(Operation operation, double ranks) {
  if (operation == Operation::all_reduce || operation == Operation::broadcast) return 1;
  return operation == Operation::send_receive || operation == Operation::send ? 1 : (ranks - 1) / ranks;
}

/// Data-sheet rates of one box.
struct BoxPeaks {
  std::vector<double> chips;  ///< out of each chip, over all its links inside
  double cards = 0;           ///< of a node together
};

BoxPeaks box_peaks(const catalog::Platform& platform, int chips) {
  if (const auto* switched = std::get_if<catalog::SwitchedBoxes>(&platform.interconnect)) {
    return {std::vector<double>(static_cast<size_t>(chips), switched->chip_bytes_per_second),
            switched->cards * switched->network.card_bytes_per_second};
  }
  const auto& boxes = std::get<catalog::NvlinkBoxes>(platform.interconnect);
  BoxPeaks peaks{std::vector<double>(static_cast<size_t>(chips), boxes.pcie_bytes_per_second),
                 static_cast<double>(boxes.cards.size()) * boxes.network.card_bytes_per_second};
  for (const auto& pair : boxes.nvlinks) {
    if (pair.first >= chips || pair.second >= chips) continue;
    peaks.chips[static_cast<size_t>(pair.first)] += pair.links * boxes.nvlink_bytes_per_second;
    peaks.chips[static_cast<size_t>(pair.second)] += pair.links * boxes.nvlink_bytes_per_second;
  }
  return peaks;
}

double levels_bound(const platform::BoxesNetwork& boxes, const BoxesGroup& group, const Demand& demand, double cards) {
  double bound = 0;
  if (group.nodes < boxes.slice_nodes() || group.chips < boxes.chips_per_node()) return bound;
  for (const catalog::FabricLevel& level : boxes.cluster().levels) {
    if (level.nodes >= group.nodes || group.nodes % level.nodes != 0) continue;
    const double parts = static_cast<double>(group.nodes) / level.nodes;
    const double ranks = group.size();
    const double share = leaving_share(demand.operation, parts, ranks / parts, ranks, boxes.cluster().reduces);
    bound = std::max(bound, share * demand.bytes / (level.nodes * cards / level.oversubscription));
  }
  return bound;
}

/// What each chip must send on average. A switch that adds up reads every chip, hands the sum to the one that asked
/// for it, and spreads what that one sends back: 1 + 1/n, unless sending round is less.
double share_of_each_chip(Operation operation, const platform::BoxesNetwork& boxes, const BoxesGroup& group) {
  const double ranks = group.size();
  const double without = leaving_share(operation, ranks, 1, ranks, false);
  if (operation != Operation::all_reduce) return without;
  if (group.nodes > 1) return boxes.reduces() || boxes.cluster().reduces ? 1 : without;
  return boxes.reduces() ? std::min(without, 1 + 1 / ranks) : without;
}

/// The first rank of each group that is at work for a demand of a place or of one group.
std::vector<int> firsts_at_work(const Demand& demand, int ranks) {
  return demand.instance != kAllGroups ? std::vector<int>{demand.instance} : first_ranks(demand, ranks);
}

/// How the groups at work load the nodes that they have members in.
struct NodeLoad {
  double groups = 0;   ///< in a node, on average
  double slowest = 0;  ///< peak of the slowest chip that is certain to be in a group
};

NodeLoad node_load(const BoxesGroup& group, const Demand& demand, const platform::BoxesNetwork& boxes,
                   const std::vector<double>& chip_peaks) {
  const int chips = boxes.chips_per_node();
  const double slowest = *std::min_element(chip_peaks.begin(), chip_peaks.end());
  if (demand.place.all() && demand.instance == kAllGroups) {
    const int groups = chips / group.chips;
    return {.groups = static_cast<double>(groups), .slowest = slowest};
  }
  std::vector<bool> in_group(static_cast<size_t>(boxes.slice_nodes()), false);
  double slowest_first = std::numeric_limits<double>::infinity();
  const std::vector<int> firsts = firsts_at_work(demand, chips * boxes.slice_nodes());
  for (const int first : firsts) {
    slowest_first = std::min(slowest_first, chip_peaks[static_cast<size_t>(first % chips)]);
    for (int node = 0; node < group.nodes; ++node) {
      const int number =
          group.shifted ? (first + node * demand.group.stride) / chips : first / chips + node * group.node_stride;
      in_group.at(static_cast<size_t>(number)) = true;
    }
  }
  const auto nodes = static_cast<double>(std::count(in_group.begin(), in_group.end(), true));
  return {.groups = static_cast<double>(firsts.size()) * group.nodes / nodes, .slowest = slowest_first};
}

/// What each sender, and all senders of a node, must send.
double sends_bound(const platform::BoxesNetwork& boxes, const Demand& demand, const BoxPeaks& peaks) {
  const int chips = boxes.chips_per_node();
  std::map<int, int> leaving;
  double bound = 0;
  for (const int rank : firsts_at_work(demand, chips * boxes.slice_nodes())) {
    const int node = rank / chips;
    if ((rank + demand.group.stride) / chips == node) {
      bound = std::max(bound, demand.bytes / peaks.chips[static_cast<size_t>(rank % chips)]);
    } else {
      bound = std::max(bound, ++leaving[node] * demand.bytes / peaks.cards);
    }
  }
  return bound;
}

double boxes_bound(const catalog::Platform& platform, const platform::BoxesNetwork& boxes, const Demand& demand) {
  if (demand.operation == Operation::send) {
    return sends_bound(boxes, demand, box_peaks(platform, boxes.chips_per_node()));
  }
  const BoxesGroup group = boxes_group(demand, boxes);
  const BoxPeaks peaks = box_peaks(platform, boxes.chips_per_node());
  const double ranks = group.size();
  const double card_share = group.nodes > 1 ? peaks.cards / boxes.chips_per_node() : 0;
  const NodeLoad load = node_load(group, demand, boxes, peaks.chips);
  const double all = std::accumulate(peaks.chips.begin(), peaks.chips.end(), 0.0);
  double bound = 0;
  if (group.chips > 1)
    bound = chip_share(demand.operation, ranks) * demand.bytes / (load.slowest + (group.nodes > 1 ? peaks.cards : 0));
  const double together = ranks * share_of_each_chip(demand.operation, boxes, group);
  if (demand.operation != Operation::send_receive) {
    const double rate = all + boxes.chips_per_node() * card_share;
    bound = std::max(bound, load.groups * group.chips * together / ranks * demand.bytes / rate);
  }
  if (group.nodes > 1) {
    const double share =
        leaving_share(demand.operation, group.nodes, group.chips, ranks, boxes.cluster().reduces) * load.groups;
    bound = std::max(bound, share * demand.bytes / peaks.cards);
    bound = std::max(bound, levels_bound(boxes, group, demand, peaks.cards));
  }
  return bound;
}

/// What must cross the middle of an axis of `size` chips, one way.
double middle_share(Operation operation, double ranks, int size) {
  const int half = size / 2;
  const double below = half / static_cast<double>(size);
  switch (operation) {
    case Operation::all_reduce: return 1;
    case Operation::all_to_all: return ranks * below * (1 - below);
    default: return 0.5;
  }
}

/// Groups at work, of chips: several with the same chips count as one each.
double groups_on_torus(const platform::Slice& slice, int ranks_per_chip, const Demand& demand) {
  const double ranks = static_cast<double>(slice.chips) * ranks_per_chip;
  if (demand.place.all() && demand.instance == kAllGroups) return ranks / demand.group.size;
  return static_cast<double>(firsts_at_work(demand, static_cast<int>(ranks)).size());
}

double torus_bound(const catalog::Torus& torus, const platform::Slice& slice, int ranks_per_chip, double nodes,
                   const Demand& demand) {
  const double link = torus.link_bytes_per_second;
  const double chips = static_cast<double>(demand.group.size) / ranks_per_chip;
  if (chips < 2) return 0;
  const bool whole = chips == slice.chips && slice.pods == 1;
  const bool across_pods =
      chips * slice.pods > slice.chips || std::abs(demand.group.stride) / ranks_per_chip * slice.pods >= slice.chips;
  const bool one_way = demand.operation == Operation::send_receive || demand.operation == Operation::send;
  const double groups = groups_on_torus(slice, ranks_per_chip, demand);
  // All groups together have chips in the corners; some of them may have none.
  const bool some = !demand.place.all() || demand.instance != kAllGroups;
  double links = 0;
  double corner_links = 0;
  double bound = 0;
  for (size_t axis = 0; axis < slice.shape.size(); ++axis) {
    const int size = slice.shape[axis];
    if (size == 1) continue;
    const double lines = static_cast<double>(slice.chips) / size;
    const int ways = slice.wraps[axis] ? 2 : 1;
    links += lines * 2 * (slice.wraps[axis] ? size : size - 1);
    corner_links += some && size > 2 ? 2 : ways;
    if (whole && !one_way && !torus.twisted) {
      bound = std::max(bound, middle_share(demand.operation, chips, size) * demand.bytes / (lines * ways * link));
    }
  }
  if (slice.pods > 1) {
    const double cards = nodes * torus.data_center.node_bytes_per_second;
    links += cards / link;
    corner_links += torus.data_center.node_bytes_per_second / link;
    if (across_pods && !one_way) {
      const double pods = std::min<double>(slice.pods, chips);
      bound = groups * pods * leaving_share(demand.operation, pods, chips / pods, chips, false) * demand.bytes / cards;
    }
  }
  bound = std::max(bound, chip_share(demand.operation, chips) * demand.bytes / (corner_links * link));
  const double together = leaving_share(demand.operation, chips, 1, chips, false) * (groups * chips);
  if (!one_way) bound = std::max(bound, together * demand.bytes / (links * link));
  return bound;
}

}  // namespace

double bound_seconds(const catalog::Platform& platform, const platform::Slice& slice, const Demand& demand) {
  if (demand.group.size == 1) return 0;
  if (const auto* torus = std::get_if<catalog::Torus>(&platform.interconnect)) {
    return torus_bound(*torus, slice, platform.chip.ranks, platform::nodes_of(platform, slice), demand);
  }
  const Machine machine(platform, slice, true);
  return boxes_bound(platform, *machine.boxes(), demand);
}

}  // namespace podsim::collective
