#pragma once

#include "collective/boxes/boxes_task.hpp"

namespace podsim::collective {

/// Reduce-scatter in each box, then all-reduce among the chips of the same place in all boxes, then
/// all-gather in each box, one after the other (Horovod's hierarchical all-reduce). Reduce-scatter and
/// all-gather have two of these.
Schedule hierarchical(const BoxesTask& task);

/// Recursive halving and doubling: members exchange half of what they hold with partners at twice the
/// distance each time, then gather it back (Thakur, Rabenseifner, Gropp, 2005). Throws
/// platform::Impossible where the members of a node or the nodes are no power of two.
Schedule halving_doubling(const BoxesTask& task);

/// Every member sends straight to those that it has something for: all to all, the next member of its group, or of two the
/// other one.
Schedule direct(const BoxesTask& task);

}  // namespace podsim::collective
