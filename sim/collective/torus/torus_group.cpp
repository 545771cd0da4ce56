#include "collective/torus/torus_group.hpp"

#include "platform/impossible.hpp"

#include <fmt/format.h>

namespace podsim::collective {

TorusGroup torus_group(const Group& group, const platform::TorusNetwork& torus, int ranks_per_chip) {
  const auto& axes = torus.axes();
  TorusGroup found;
  int64_t pod_chips = 1;
  for (const auto& axis : axes) pod_chips *= axis.size;
  const auto add = [&](size_t axis, int size) {
    if (size > 1) found.lines.push_back({static_cast<int>(axis), size, axes[axis].wraps && size == axes[axis].size});
  };
  const int64_t pod_ranks = pod_chips * ranks_per_chip;
  if (group.stride == 1 && (group.size == pod_ranks || group.size == pod_ranks * torus.pods())) {
    for (size_t axis = 0; axis < axes.size(); ++axis) add(axis, axes[axis].size);
    found.pods = static_cast<int>(group.size / pod_ranks);
    return found;
  }
  if (ranks_per_chip == 1 && group.stride == pod_chips && group.size == torus.pods()) {
    found.pods = torus.pods();
    return found;
  }
  int64_t stride = 1;
  int64_t left = ranks_per_chip == 1 ? group.size : 0;
  for (size_t axis = 0; axis < axes.size() && left > 1; stride *= axes[axis].size, ++axis) {
    if (stride < group.stride) continue;
    if (stride == group.stride || !found.lines.empty()) {
      if (left % axes[axis].size == 0) {
        add(axis, axes[axis].size);
        left /= axes[axis].size;
      } else if (found.lines.empty() && axes[axis].size % left == 0) {
        add(axis, static_cast<int>(left));
        left = 1;
      }
    }
  }
  if (left == 1) return found;
  throw platform::Impossible(fmt::format(
      "--group {}:{}: on a torus a group is all ranks, some axes next to each other, a part of one axis, or "
      "a place in all pods, of chips of one rank\n"
      "  way out: take the chips along an axis, and as distance the product of the axes before it",
      group.size, group.stride));
}

}  // namespace podsim::collective
