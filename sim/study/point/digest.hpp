#pragma once

#include <cstdint>
#include <string_view>

namespace podsim::study {

/// XXH3, 64 bits: of blocks' inputs and of records on disk. Not meant against forgery.
std::uint64_t digest(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace podsim::study
