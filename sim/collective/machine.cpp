#include "collective/machine.hpp"

#include "platform/nvlink_boxes.hpp"
#include "platform/switched_boxes.hpp"

namespace podsim::collective {

Machine::Machine(const catalog::Platform& platform, const platform::Slice& slice, const platform::NodeFold& fold)
    : ranks_(slice.chips * platform.chip.ranks),
      ranks_per_chip_(platform.chip.ranks),
      slice_chips_(slice.chips),
      architecture_(platform.chip.architecture) {
  if (std::holds_alternative<catalog::Torus>(platform.interconnect)) {
    torus_ = std::make_unique<platform::TorusNetwork>(platform, slice, fold.over_all());
    network_.links = torus_->links();
  } else {
    if (std::holds_alternative<catalog::SwitchedBoxes>(platform.interconnect)) {
      boxes_ = std::make_unique<platform::SwitchedBoxesNetwork>(platform, slice, fold);
    } else {
      boxes_ = std::make_unique<platform::NvlinkBoxesNetwork>(platform, slice, fold);
    }
    network_.links = boxes_->links();
  }
}

bool Machine::folded() const {
  if (torus_) return torus_->chips() < slice_chips_;
  return boxes_->nodes() < boxes_->slice_nodes();
}

}  // namespace podsim::collective
