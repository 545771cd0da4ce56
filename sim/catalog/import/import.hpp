#pragma once

#include "catalog/import/workload_text.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace podsim::catalog {

/// What the user says beside a config.json. Absent parts of the recipe are asked for by name.
struct ImportOptions {
  std::optional<double> tokens;
  std::optional<int64_t> batch;
  std::optional<int64_t> sequence_length;
  std::optional<std::string> name;  ///< without it that of the folder
};

/// The YAML text of the workload that a Hugging Face config.json (or the folder that holds one) and a recipe make, which
/// `podsim check` accepts. Throws InputError.
std::string import_config(const std::filesystem::path& path, const ImportOptions& options);

}  // namespace podsim::catalog
