#pragma once

#include "catalog/import/config.hpp"
#include "catalog/spec/transformer.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace podsim::catalog {

/// What a recipe needs and no config.json says.
struct ImportedRecipe {
  double tokens = 0;  ///< trained
  int64_t batch = 0;  ///< sequences per optimiser step
  int64_t sequence_length = 0;
};

/// The file of a workload: every key of its model written out, sources and assumptions beside them.
std::string workload_text(const std::string& name, const std::string& config_file, const Transformer& model,
                          const ImportedRecipe& recipe, const std::vector<Assumption>& assumptions);

}  // namespace podsim::catalog
