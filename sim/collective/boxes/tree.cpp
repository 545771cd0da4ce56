#include "collective/boxes/tree.hpp"

#include "collective/boxes/visits.hpp"

#include <algorithm>
#include <cmath>

namespace podsim::collective {
namespace {

int parent_in_first_tree(int nodes, int node) {
  if (node == 0) return -1;
  int bit = 1;
  while ((node & bit) == 0) bit <<= 1;
  const int parent = (node ^ bit) | (bit << 1);
  return parent < nodes ? parent : node ^ bit;
}

void append(std::vector<int>& links, const std::vector<int>& more) {
  links.insert(links.end(), more.begin(), more.end());
}

/// Both ways along a chain of chips.
void append_chain(const BoxesTask& task, int node, const Visit& visit, std::vector<int>& links) {
  for (size_t i = 0; i + 1 < visit.size(); ++i) {
    append(links, task.boxes.chip_route(node, visit[i + 1], visit[i]));
    append(links, task.boxes.chip_route(node, visit[i], visit[i + 1]));
  }
}

/// The links between nodes that one tree of a group crosses through a card, both ways.
std::vector<int> tree_links(const BoxesTask& task, const CardPath& path, const GroupOnBoxes& at, bool second) {
  std::vector<int> links;
  const std::vector<int>& nodes = at.nodes;
  const int chip = path.visit.front();
  if (!at.whole()) {
    const TreeDegrees degrees = busiest_node(task.group.nodes);
    for (size_t node = 0; node < nodes.size(); ++node) {
      for (int i = 0; i < (second ? degrees.second : degrees.first); ++i) {
        append(links, task.boxes.network_route(nodes[node], at.next[node], path.card, chip, chip));
      }
    }
    return links;
  }
  const std::vector<int> parents = tree_parents(task.group.nodes, second);
  for (size_t node = 0; node < nodes.size(); ++node) {
    if (parents[node] < 0) continue;
    const int parent = nodes[static_cast<size_t>(parents[node])];
    const platform::NodeFold& fold = task.boxes.fold();
    append(links, task.boxes.network_route(nodes[node], fold.slice_node(parent), path.card, chip, chip));
    append(links, task.boxes.network_route(parent, fold.slice_node(nodes[node]), path.card, chip, chip));
  }
  return links;
}

void add_chains_in_box(const BoxesTask& task, const GroupOnBoxes& at, Phase& phase) {
  const std::vector<Visit> rings = rings_in_box(task.boxes, at.chips);
  for (const Visit& visit : rings) {
    std::vector<int> links;
    append_chain(task, at.nodes.front(), visit, links);
    // The library counts what goes up and down a tree together.
    const auto chains = static_cast<double>(rings.size());
    add_flow(task, phase, at, std::move(links), 1 / chains, share_of_limit(task, 2 * chains));
  }
}

/// A chunk goes up and down the whole tree before the pipeline is full, alone on its way. On the slowest hop, up and
/// down, its transfer is part of the flow and no fill. A link of NVLink that one chain goes up another comes down: it
/// is at work while its own chunks have not come back yet, up alone at twice the pace of both. That hides half of the
/// hops, in a box at most half of the transfer, between boxes, where cards hold both up, at most a quarter (as messages
/// played one by one have it).
double tree_fill(const BoxesTask& task, const Phase& phase) {
  const std::vector<int>& members = task.groups.front().chips;
  const double chip_hops = 2 * (task.chips() - 1);
  const double bytes = phase.flows.front().share * task.demand.bytes;
  const double chunk = std::min(task.timing.chunk_bytes, bytes);
  double fill = tree_fill_between_boxes(task, chunk);
  if (task.group.chips > 1) {
    const bool over_pcie = task.boxes.direct_links(members[0], members[1]) == 0;
    const double rate = std::min(
        slowest_link(task.network, task.boxes.chip_route(task.groups.front().nodes.front(), members[0], members[1])),
        2 * task.network.routes[phase.flows.front().route].bytes_per_second_cap);
    const double latency = chip_hops * task.chip_hop_seconds(over_pcie);
    double transfers = task.group.nodes > 1 ? chip_hops : std::max(0.0, chip_hops - 2);
    double hidden = 0;
    if (!task.boxes.switched()) {
      const double alone =
          phase.unshared_transfer_seconds(task.network, task.demand.bytes) / (task.group.nodes > 1 ? 4 : 2);
      hidden = std::min(latency / 2, alone);
      // A quarter: half of them is hidden, and the other half meets what comes down at every other chip.
      if (task.group.nodes == 1) transfers *= 0.75;
    }
    fill += latency - hidden + transfers * chunk / rate;
  }
  return fill;
}

}  // namespace

std::vector<int> tree_parents(int nodes, bool second) {
  std::vector<int> parents;
  for (int node = 0; node < nodes; ++node) {
    if (!second) {
      parents.push_back(parent_in_first_tree(nodes, node));
    } else if (nodes % 2 == 1) {
      const int parent = parent_in_first_tree(nodes, (node + nodes - 1) % nodes);
      parents.push_back(parent < 0 ? -1 : (parent + 1) % nodes);
    } else {
      const int parent = parent_in_first_tree(nodes, nodes - 1 - node);
      parents.push_back(parent < 0 ? -1 : nodes - 1 - parent);
    }
  }
  return parents;
}

TreeDegrees busiest_node(int nodes) {
  // In the first tree the root and the odd nodes have one neighbour, the even ones three, but the last node has none
  // below it on its far side. The second tree is the first in reverse, or moved by one for an odd number of nodes.
  if (nodes <= 3) return nodes == 1 ? TreeDegrees{} : TreeDegrees{.first = 1, .second = nodes - 1};
  return nodes % 2 == 0 ? TreeDegrees{.first = 1, .second = 3} : TreeDegrees{.first = 3, .second = 1};
}

double tree_levels(int nodes) { return nodes > 1 ? std::floor(std::log2(nodes)) : 0; }

double tree_fill_between_boxes(const BoxesTask& task, double chunk_bytes) {
  const double hops = 2 * tree_levels(task.group.nodes);
  const double transfers = std::max(0.0, hops - 2);
  return hops * task.network_hop_seconds() + transfers * chunk_bytes / card_bytes_per_second(task);
}

void add_tree_flows(const BoxesTask& task, Phase& phase, bool in_box) {
  for (const GroupOnBoxes& at : task.groups) {
    const std::vector<CardPath> paths = paths_between_cards(task.boxes, at.chips);
    for (const CardPath& path : paths) {
      for (const bool second : {false, true}) {
        std::vector<int> links = tree_links(task, path, at, second);
        for (const int node : at.nodes) {
          if (in_box) append_chain(task, node, path.visit, links);
        }
        const auto cards = static_cast<double>(paths.size());
        add_flow(task, phase, at, std::move(links), 0.5 / cards, share_of_limit(task, 4 * cards));
      }
    }
  }
}

Schedule tree(const BoxesTask& task) {
  Phase phase{.name = "tree", .flows = {}};
  if (task.group.nodes > 1) {
    add_tree_flows(task, phase, true);
  } else {
    for (const GroupOnBoxes& at : task.groups) add_chains_in_box(task, at, phase);
  }
  phase.fill_seconds = tree_fill(task, phase);
  return {.phases = {std::move(phase)}};
}

}  // namespace podsim::collective
