#include "collective/all_reduce.hpp"

#include "collective/bound.hpp"
#include "collective/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace podsim::collective {
namespace {

Demand all_ranks(const catalog::Platform& platform, const platform::Slice& slice, double bytes) {
  return {.operation = Operation::all_reduce, .group = {.size = slice.chips * platform.chip.ranks}, .bytes = bytes};
}

}  // namespace

std::string AllReduce::algorithms() const {
  std::vector<std::string> names;
  for (auto size = schedules.rbegin(); size != schedules.rend(); ++size) {
    const std::string name = size->second.algorithm_name();
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

AllReduce all_reduce(const catalog::Platform& platform, const platform::Slice& slice, const catalog::Library& library,
                     const std::vector<double>& sizes, bool folded) {
  Machine machine(platform, slice, folded);
  AllReduce result;
  for (const double bytes : sizes) {
    if (!result.schedules.contains(bytes)) {
      result.schedules[bytes] = plan(machine, all_ranks(platform, slice, bytes), library);
    }
  }
  result.network = machine.network();
  return result;
}

double all_reduce_bound_seconds(const catalog::Platform& platform, const platform::Slice& slice, double bytes) {
  return bound_seconds(platform, slice, all_ranks(platform, slice, bytes));
}

}  // namespace podsim::collective
