#include "collective/all_reduce.hpp"

#include "collective/bound.hpp"
#include "collective/plan.hpp"

namespace podsim::collective {
namespace {

Demand all_ranks(const catalog::Platform& platform, const platform::Slice& slice, double bytes) {
  return {.operation = Operation::all_reduce, .group = {.size = slice.chips * platform.chip.ranks}, .bytes = bytes};
}

}  // namespace

std::string AllReduce::algorithms() const {
  std::string text;
  for (auto size = schedules.rbegin(); size != schedules.rend(); ++size) {
    const std::string& algorithm = size->second.algorithm;
    if (text.find(algorithm) == std::string::npos) text += (text.empty() ? "" : ", ") + algorithm;
  }
  return text.empty() ? "none" : text;
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
