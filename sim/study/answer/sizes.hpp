#pragma once

#include "catalog/spec/platform.hpp"

#include <cstdint>
#include <vector>

namespace podsim::study {

/// From `first` by doubling, but with a whole node on the way (its chips need not be a power of two: 64, 72, 144), and
/// always `last`.
std::vector<int64_t> sizes_between(const catalog::Platform& platform, int64_t first, int64_t last);

/// Sizes to try: from the smallest slice on in the same way, inside the real machine, those that it has.
std::vector<int64_t> sizes_of(const catalog::Platform& platform);

}  // namespace podsim::study
