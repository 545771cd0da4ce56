#pragma once

#include "catalog/yaml/schema.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace podsim::catalog {

/// The roots of Catalog::standard().
std::vector<std::filesystem::path> standard_roots();

/// Name and path of each file of a kind below the roots; earlier roots win.
std::map<std::string, std::filesystem::path> files_of(const std::vector<std::filesystem::path>& roots, EntryKind kind);

}  // namespace podsim::catalog
