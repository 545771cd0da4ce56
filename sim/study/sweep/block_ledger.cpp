#include "study/sweep/block_ledger.hpp"

#include "study/point/digest.hpp"

#include <numeric>
#include <string>

namespace podsim::study {
namespace {

std::size_t total_points(const std::vector<Block>& blocks) {
  return std::accumulate(blocks.begin(), blocks.end(), std::size_t{0},
                         [](std::size_t sum, const Block& block) { return sum + block.count; });
}

}  // namespace

BlockLedger::BlockLedger(const Study& study, const JournalIdentity& identity)
    : study_(study), digest_(identity.digest()), blocks_(blocks_of(study.points())), is_finished_(blocks_.size(), 0) {}

bool BlockLedger::know(const JournalRecord& record) {
  const std::size_t index = record.block.first / blocks_.front().count;
  if (index >= blocks_.size() || blocks_[index] != record.block || record.inputs != inputs_of(record.block)) {
    return false;
  }
  is_finished_[index] = record.failed == 0 ? 1 : 0;
  return true;
}

void BlockLedger::finish(const Block& block) { is_finished_[block.first / blocks_.front().count] = 1; }

std::uint64_t BlockLedger::inputs_of(const Block& block) const {
  std::string text;
  for (std::size_t point = block.first; point < block.first + block.count; ++point) {
    for (std::size_t i = 0; i < study_.dimensions.size(); ++i) {
      for (const Setting& setting : study_.dimensions[i].settings[study_.index(i, point)]) {
        text += setting.key + "=" + setting.value.text + "\n";
      }
    }
  }
  return study::digest(text, digest_);
}

std::vector<Block> BlockLedger::of(const std::optional<Part>& part) const {
  if (!part) return blocks_;
  const auto at = [&](std::size_t index) {
    return blocks_.begin() + static_cast<std::ptrdiff_t>(index * blocks_.size() / part->count);
  };
  return {at(part->index), at(part->index + 1)};
}

std::size_t BlockLedger::points(const std::optional<Part>& part) const { return total_points(of(part)); }

std::vector<Block> BlockLedger::missing(const std::optional<Part>& part) const {
  std::vector<Block> missing;
  for (const Block& block : of(part)) {
    if (is_finished_[block.first / blocks_.front().count] == 0) missing.push_back(block);
  }
  return missing;
}

std::size_t BlockLedger::points_missing(const std::optional<Part>& part) const { return total_points(missing(part)); }

}  // namespace podsim::study
