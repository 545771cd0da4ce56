#pragma once

#include "catalog/spec/platform.hpp"
#include "catalog/spec/stack.hpp"
#include "run/account/result.hpp"

#include <optional>

namespace podsim::run {

/// How a stack writes `bytes` from `nodes` nodes to a platform's storage. Absent where the stack writes
/// none or the platform has no storage. An interval shorter than one write is stretched to it.
std::optional<Checkpoint> checkpoint_of(const catalog::Stack& stack, const catalog::Platform& platform, double bytes,
                                        double nodes);

}  // namespace podsim::run
