#pragma once

#include "collective/boxes/boxes_task.hpp"

#include <vector>

namespace podsim::collective {

/// The parent of each of `nodes` nodes in the first or second of two complementary binary trees, -1 for
/// the root: an inner node of one is a leaf of the other (Sanders, Speck, Traff, "Two-tree algorithms for
/// full bandwidth broadcast, reduction and scan", 2009, in NCCL's numbering).
std::vector<int> tree_parents(int nodes, bool second);

/// Crossings of the cards of the busiest node in the two trees, up or down: what stands for all nodes
/// when folded.
struct TreeDegrees {
  int first = 0;
  int second = 0;
};
TreeDegrees busiest_node(int nodes);

/// Levels of hops between nodes from a leaf to the root, as NCCL counts them.
double tree_levels(int nodes);

/// What a chunk takes up and down a tree between nodes beyond its transfer on the slowest hop, alone on its way.
double tree_fill_between_boxes(const BoxesTask& task, double chunk_bytes);

/// Adds the flows of an all-reduce over the two trees between nodes: half of each card's bytes go up
/// and down each tree. `in_box`: also along the chain of chips in each box.
void add_tree_flows(const BoxesTask& task, Phase& phase, bool in_box);

/// All-reduce over double binary trees: a chain of chips in each box that ends at a network card's
/// chip, and two trees between boxes. In one box a chain for each ring.
Schedule tree(const BoxesTask& task);

}  // namespace podsim::collective
