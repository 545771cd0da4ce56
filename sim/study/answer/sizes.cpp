#include "study/answer/sizes.hpp"

#include "platform/impossible.hpp"
#include "platform/slice.hpp"

#include <algorithm>
#include <optional>

namespace podsim::study {
namespace {

constexpr int64_t kMostPlannedChips = int64_t{1} << 20;

std::optional<platform::Slice> slice_of(const catalog::Platform& platform, int64_t chips) {
  try {
    return platform::choose_slice(platform, chips, {});
  } catch (const platform::Impossible&) {
    return std::nullopt;
  }
}

int64_t next_size(const catalog::Platform& platform, int64_t chips) {
  const int64_t node = platform.node.chips;
  return chips < node ? std::min(2 * chips, node) : 2 * chips;
}

}  // namespace

std::vector<int64_t> sizes_between(const catalog::Platform& platform, int64_t first, int64_t last) {
  std::vector<int64_t> sizes;
  for (int64_t chips = first; chips < last; chips = next_size(platform, chips)) sizes.push_back(chips);
  sizes.push_back(last);
  return sizes;
}

std::vector<int64_t> sizes_of(const catalog::Platform& platform) {
  std::vector<int64_t> sizes;
  for (int64_t chips = platform::smallest_slice(platform).chips; chips <= kMostPlannedChips;
       chips = next_size(platform, chips)) {
    const auto slice = slice_of(platform, chips);
    if (!slice) continue;
    if (slice->what_if) break;
    sizes.push_back(chips);
  }
  return sizes;
}

}  // namespace podsim::study
