#include "study/point/digest.hpp"

#include <xxhash.h>

namespace podsim::study {

std::uint64_t digest(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace podsim::study
