#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace podsim::study {

/// Processors that this process may use: its affinity, and the quota of its control groups rounded up.
int available_processors();

/// Bytes that this process may use: the memory of the machine, or the limit of its control groups.
std::int64_t available_memory_bytes();

/// The tightest processor quota of the control group `group` ("/user.slice/a") and those above it below `root`
/// ("/sys/fs/cgroup"), in processors; cgroup v2 (`cpu.max`) or v1 (`cpu.cfs_quota_us`).
std::optional<double> processor_quota(const std::filesystem::path& root, const std::filesystem::path& group);

/// The tightest memory limit, likewise (`memory.max`, `memory.limit_in_bytes`).
std::optional<std::int64_t> memory_limit_bytes(const std::filesystem::path& root, const std::filesystem::path& group);

}  // namespace podsim::study
