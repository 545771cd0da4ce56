#include "collective/boxes/ring.hpp"
#include "collective/boxes/stepwise.hpp"

namespace podsim::collective {

Schedule hierarchical(const BoxesTask& task) {
  const BoxesGroup& group = task.group;
  BoxesGroup in_box = group;
  in_box.nodes = 1;
  in_box.node_stride = 1;
  const BoxesGroup across{.chips = 1,
                          .chip_stride = 1,
                          .nodes = group.nodes,
                          .node_stride = group.node_stride,
                          .per_node = group.per_node * group.chips};
  const Operation operation = task.demand.operation;
  const auto work_in_box = [&](Operation kind) { return ring_work(kind, task.chips(), 1.0); };
  Schedule schedule;
  if (operation != Operation::all_gather && group.chips > 1) {
    schedule.phases.push_back(
        ring_phase(task, in_box, "reduce-scatter in box", work_in_box(Operation::reduce_scatter)));
  }
  if (group.nodes > 1) {
    schedule.phases.push_back(
        ring_phase(task, across, "across boxes", ring_work(operation, task.nodes(), 1 / task.chips())));
  }
  if (operation != Operation::reduce_scatter && group.chips > 1) {
    schedule.phases.push_back(ring_phase(task, in_box, "all-gather in box", work_in_box(Operation::all_gather)));
  }
  return schedule;
}

}  // namespace podsim::collective
