#pragma once

#include "catalog/spec/library.hpp"
#include "catalog/spec/platform.hpp"
#include "collective/schedule.hpp"
#include "platform/network.hpp"
#include "platform/slice.hpp"

#include <map>
#include <string>
#include <vector>

namespace podsim::collective {

/// The all-reduces over all ranks of a slice, one schedule for each size, over one network.
struct AllReduce {
  platform::Network network;
  std::map<double, Schedule> schedules;  ///< by bytes

  const Schedule& schedule(double bytes) const { return schedules.at(bytes); }
  /// The algorithms in use, each once, the one for the largest size first; "none" without any size.
  std::string algorithms() const;

  bool operator==(const AllReduce&) const = default;
};

/// The all-reduces of these sizes over every rank of a slice, as the library would do them. Folded, one
/// representative of each class of flows stands for all of them.
AllReduce all_reduce(const catalog::Platform& platform, const platform::Slice& slice, const catalog::Library& library,
                     const std::vector<double>& sizes, bool folded);

/// Physical lower limit in seconds of the all-reduce of `bytes` per rank over a slice.
double all_reduce_bound_seconds(const catalog::Platform& platform, const platform::Slice& slice, double bytes);

}  // namespace podsim::collective
