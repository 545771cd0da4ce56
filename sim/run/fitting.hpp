#pragma once

#include "run/layout.hpp"

#include <optional>

namespace podsim::run {

/// The request laid out with the fewest passes a step that fit into memory, which are noted in it as its
/// micro-batch; absent where not even one example of a rank fits. Throws as lay_out().
std::optional<Layout> lay_out_fitting(RunRequest& request);

}  // namespace podsim::run
