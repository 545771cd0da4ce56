#pragma once

#include "run/layout.hpp"
#include "run/run.hpp"
#include "support/findings.hpp"

namespace podsim::tests {

/// What all ranks of a layout have and do together is the whole model, and each rank of a stage sends what the formulas
/// of its kind of parallelism say. `layout` is that of the request, with operations.
void check_sums(Findings& findings, const run::RunRequest& request, const run::Layout& layout);

}  // namespace podsim::tests
