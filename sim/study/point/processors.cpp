#include "study/point/processors.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <functional>
#include <string>
#include <system_error>

namespace podsim::study {
namespace {

namespace fs = std::filesystem;

constexpr const char* kGroupRoot = "/sys/fs/cgroup";

/// The control group of this process, of version 2 or, where there is none, of the controller of version 1.
struct GroupPlace {
  fs::path root;
  fs::path group;
};

GroupPlace own_group(const std::string& controller) {
  std::ifstream groups("/proc/self/cgroup");
  GroupPlace place{kGroupRoot, "/"};
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    if (controllers.find("," + controller + ",") != std::string::npos) {
      return {fs::path(kGroupRoot) / controller, line.substr(second + 1)};
    }
    if (controllers == ",,") place.group = line.substr(second + 1);
  }
  return place;
}

/// The least that `read` finds in `group` and the groups above it. In a container the path may lead outside
/// of what is mounted: folders that are absent are passed over.
template <typename Number>
std::optional<Number> tightest(const fs::path& root, const fs::path& group,
                               const std::function<std::optional<Number>(const fs::path&)>& read) {
  std::optional<Number> least;
  fs::path relative = group.relative_path();
  while (true) {
    const auto found = read(root / relative);
    if (found && (!least || *found < *least)) least = found;
    if (relative.empty()) return least;
    relative = relative.has_parent_path() ? relative.parent_path() : fs::path();
  }
}

std::optional<double> quota_of(const fs::path& folder) {
  double quota = 0;
  double period = 0;
  if (std::ifstream file(folder / "cpu.max"); file >> quota >> period && period > 0) return quota / period;
  std::ifstream quota_file(folder / "cpu.cfs_quota_us");
  std::ifstream period_file(folder / "cpu.cfs_period_us");
  if (quota_file >> quota && period_file >> period && quota > 0 && period > 0) return quota / period;
  return std::nullopt;
}

std::optional<std::int64_t> limit_of(const fs::path& folder) {
  std::int64_t limit = 0;
  for (const char* name : {"memory.max", "memory.limit_in_bytes"}) {
    if (std::ifstream file(folder / name); file >> limit && limit > 0) return limit;
  }
  return std::nullopt;
}

}  // namespace

std::optional<double> processor_quota(const fs::path& root, const fs::path& group) {
  return tightest<double>(root, group, quota_of);
}

std::optional<std::int64_t> memory_limit_bytes(const fs::path& root, const fs::path& group) {
  return tightest<std::int64_t>(root, group, limit_of);
}

int available_processors() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) < 0) {
    throw std::system_error(errno, std::generic_category(), "sched_getaffinity");
  }
  const GroupPlace place = own_group("cpu");
  const auto quota = processor_quota(place.root, place.group);
  const int processors = CPU_COUNT(&allowed);
  return quota ? std::clamp(static_cast<int>(std::ceil(*quota)), 1, processors) : processors;
}

std::int64_t available_memory_bytes() {
  const std::int64_t machine = std::int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
  const GroupPlace place = own_group("memory");
  return std::min(machine, memory_limit_bytes(place.root, place.group).value_or(machine));
}

}  // namespace podsim::study
