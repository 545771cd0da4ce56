#pragma once

#include "run/account/result.hpp"
#include "run/run.hpp"
#include "support/findings.hpp"

namespace podsim::tests {

/// Price and energy of a run, `longer` being the same with twice the steps.
void check_money(Findings& findings, const run::RunRequest& request, const run::RunResult& result,
                 const run::RunResult& longer);

}  // namespace podsim::tests
