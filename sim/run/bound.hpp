#pragma once

#include "run/layout.hpp"

namespace podsim::run {

/// Seconds below which no step of a training phase can be, whatever the algorithm and the overlap: the
/// largest of the matrix operations at the data-sheet peak (`Graph::fewest_flops`: of a convolution what its
/// leanest algorithm needs), the optimiser's least traffic (each weight, gradient and state read or written
/// once) at the data-sheet bandwidth, and the gradients over the cuts of the topology.
double step_bound_seconds(const RunRequest& request, const Layout& layout, size_t phase);

}  // namespace podsim::run
