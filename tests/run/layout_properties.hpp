#pragma once

#include "run/account/result.hpp"
#include "run/layout.hpp"
#include "run/run.hpp"
#include "support/findings.hpp"

namespace podsim::tests {

/// What all ranks of a layout do together is what the whole model does with the whole batch. `layout` has operations.
void check_layout(Findings& findings, const run::RunRequest& request, const run::Layout& layout,
                  const run::RunResult& result);

}  // namespace podsim::tests
