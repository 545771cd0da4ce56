#pragma once

#include "catalog/lookup/catalog.hpp"
#include "run/run.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace podsim::study {

constexpr int64_t kMaxChips = int64_t{1} << 20;
constexpr int64_t kMaxSteps = 1'000'000'000'000;

/// One run by name: what a command line or a point of a study says, before the
/// catalogue is read. Absent fields follow the recipe and the platform.
struct RunSpec {
  std::string workload;  ///< catalogue name or path
  std::string platform;  ///< catalogue name or path
  std::optional<std::string> stack;
  std::vector<catalog::Override> overrides;
  std::optional<int64_t> chips;
  std::vector<int> slice;
  parallel::PlanChoice plan;
  bool search_layout = false;  ///< what `plan` leaves open is searched, and the workload's own plan binds nothing
  std::optional<int64_t> steps;
  std::optional<std::string> phase;  ///< one training phase alone, by name
  double device_scale = 1;           ///< multiplies the stack's device slow-down: a calibration
  bool full = false;
  bool with_baseline = true;  ///< the smallest slice beside it, which scaling is measured from
  int64_t seed = 1;           ///< of failures and preemptions

  bool operator==(const RunSpec&) const = default;
};

/// The request that `spec` makes of the files that it names.
run::RunRequest request_of(const RunSpec& spec, catalog::Workload workload, catalog::Platform platform,
                           catalog::Stack stack);

/// "4x8" or "4x4x8": at least two whole numbers whose product is at most
/// kMaxChips; empty when `text` is no such shape.
std::vector<int> parse_slice(std::string_view text);

}  // namespace podsim::study
