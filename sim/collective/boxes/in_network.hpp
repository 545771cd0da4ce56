#pragma once

#include "collective/boxes/boxes_task.hpp"

namespace podsim::collective {

/// All-reduce in one box whose switch adds up (NVLink SHARP): each chip has its part of the bytes
/// added up by the switch and spread to all, so that every chip sends and takes 1 + 1/n of the bytes.
Schedule nvls(const BoxesTask& task);

/// The same in every box at once, with double binary trees between boxes that start at each chip's card.
Schedule nvls_tree(const BoxesTask& task);

/// All-reduce with switches between nodes that add up (SHARP): the bytes leave and enter each node
/// once. Inside, the box's own switch adds up, or the chips scatter and gather among themselves.
Schedule sharp(const BoxesTask& task);

}  // namespace podsim::collective
