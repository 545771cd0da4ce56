#include "platform/node_fold.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace podsim::platform {

NodeFold NodeFold::of(int slice_nodes) const {
  const NodeFold known{.stride = stride, .count = over_all() ? slice_nodes / stride : count};
  if (slice_nodes % (known.stride * known.count) != 0) {
    throw std::invalid_argument(
        fmt::format("{} nodes do not fall into runs of {} x {} alike ones", slice_nodes, known.stride, known.count));
  }
  return known;
}

}  // namespace podsim::platform
