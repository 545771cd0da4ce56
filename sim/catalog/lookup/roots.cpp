#include "catalog/lookup/roots.hpp"

#include "catalog/yaml/place.hpp"

#include <cstdlib>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>

namespace podsim::catalog {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPathVariable = "PODSIM_PATH";

std::vector<fs::path> roots_of_environment() {
  std::vector<fs::path> roots;
  const char* variable = std::getenv(kPathVariable);
  std::istringstream stream(variable == nullptr ? "" : variable);
  for (std::string folder; std::getline(stream, folder, ':');) {
    if (folder.empty()) continue;
    std::error_code error;
    if (!fs::is_directory(folder, error)) {
      fail_file(kPathVariable, folder + " is not a folder",
                "name folders that hold workloads/ or platforms/, with colons between");
    }
    roots.emplace_back(folder);
  }
  return roots;
}

/// The catalogue of the installation or build tree that the running binary belongs to.
std::optional<fs::path> shipped_root() {
  const fs::path share = fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "share" / "podsim";
  if (fs::is_directory(share)) return share;
#ifdef PODSIM_SOURCE_ROOT
  if (fs::is_directory(fs::path(PODSIM_SOURCE_ROOT) / "platforms")) return fs::path(PODSIM_SOURCE_ROOT);
#endif
  return std::nullopt;
}

fs::path folder_of(EntryKind kind) {
  switch (kind) {
    case EntryKind::workload: return "workloads";
    case EntryKind::platform: return "platforms";
    case EntryKind::chip: return "platforms/chips";
    case EntryKind::stack: return "platforms/stacks";
    case EntryKind::library: return "platforms/libraries";
    case EntryKind::prices: return "platforms/prices";
    case EntryKind::study: return "workloads/studies";
  }
  return {};
}

}  // namespace

std::vector<fs::path> standard_roots() {
  std::vector<fs::path> roots = roots_of_environment();
  if (auto shipped = shipped_root()) roots.push_back(*std::move(shipped));
  if (roots.empty()) {
    fail_file("catalogue", "not found beside the running binary",
              "set PODSIM_PATH to the folder that holds workloads/ and platforms/");
  }
  return roots;
}

std::map<std::string, fs::path> files_of(const std::vector<fs::path>& roots, EntryKind kind) {
  std::map<std::string, fs::path> files;
  for (const fs::path& root : roots) {
    const fs::path folder = root / folder_of(kind);
    std::error_code error;
    if (!fs::is_directory(folder, error)) continue;
    const fs::directory_iterator entries(folder, error);
    if (error) fail_file(folder.string(), "cannot be read: " + error.message(), "make the folder readable");
    for (const fs::directory_entry& entry : entries) {
      if (entry.path().extension() == ".yaml") files.emplace(entry.path().stem().string(), entry.path());
    }
  }
  return files;
}

}  // namespace podsim::catalog
