#include "study/sweep/sweep_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <string>
#include <system_error>

namespace podsim::study {
namespace {

namespace fs = std::filesystem;

fs::path with_suffix(const fs::path& path, const std::string& suffix) { return path.string() + suffix; }

std::string part_name(const Part& part) { return fmt::format("part-{}-of-{}", part.index, part.count); }

}  // namespace

fs::path SweepFiles::journal() const { return with_suffix(output, ".journal"); }
fs::path SweepFiles::lock() const { return with_suffix(output, ".lock"); }
fs::path SweepFiles::parts_folder() const { return with_suffix(output, ".parts"); }

fs::path SweepFiles::temporary() const {
  return output.parent_path() / fmt::format(".{}.tmp", output.filename().string());
}

fs::path SweepFiles::part_journal(const Part& part) const { return parts_folder() / (part_name(part) + ".journal"); }

fs::path SweepFiles::part_lock(const Part& part) const { return parts_folder() / (part_name(part) + ".lock"); }

std::vector<Part> SweepFiles::parts() const {
  std::vector<Part> parts;
  std::error_code absent;
  const std::regex form("part-([0-9]{1,9})-of-([0-9]{1,9})\\.journal");
  for (const fs::directory_entry& entry : fs::directory_iterator(parts_folder(), absent)) {
    std::smatch match;
    const std::string name = entry.path().filename().string();
    if (std::regex_match(name, match, form)) parts.push_back({std::stoul(match[1]), std::stoul(match[2])});
  }
  std::sort(parts.begin(), parts.end(),
            [](const Part& a, const Part& b) { return a.count != b.count ? a.count < b.count : a.index < b.index; });
  return parts;
}

void SweepFiles::remove_journals() const {
  std::error_code ignored;
  fs::remove(journal(), ignored);
  fs::remove_all(parts_folder(), ignored);
}

}  // namespace podsim::study
