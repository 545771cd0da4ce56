#pragma once

#include "validation/measured_run.hpp"

#include <filesystem>
#include <string>

namespace podsim::validation {

inline const std::string kPublishedSchema = "podsim/published/1";

/// Reads and checks a file of published runs. Files that its rows name are looked
/// for beside it when they have a '/' or end in ".yaml". Throws InputError.
Family read_family(const std::filesystem::path& path);

/// The families of a file, or of every file of a folder that has the schema, by name of
/// the file. Throws InputError, also where two rows or two families have one name.
Suite read_suite(const std::filesystem::path& path);

}  // namespace podsim::validation
