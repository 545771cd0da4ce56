#pragma once

#include <vector>

namespace podsim::parallel {

/// Blocks of each of `stages` stages, the first and the last with the embedding and the head beside them. Alike where
/// they divide; else the ends count as a block each, as Llama 3 (arXiv 2407.21783, section 3.3.2) and BLOOM lie, and
/// what is left over goes to the first of the inner stages. Empty where there are fewer blocks than stages.
std::vector<int> balanced_split(int blocks, int stages);

}  // namespace podsim::parallel
