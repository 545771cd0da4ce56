#pragma once

#include "study/point/resolver.hpp"
#include "study/point/run_spec.hpp"

#include <string>

namespace podsim::study {

/// A run that fits into memory, and what had to be chosen for it ("4 passes, --zero 1"; empty: nothing).
struct FittedRun {
  RunSpec spec;
  std::string words;
};

/// Chooses as run::lay_out_fitting() does. The run as it is where nothing fits, or where it cannot run at all: its
/// simulation then says why.
FittedRun fitted(Resolver& resolver, RunSpec spec);

}  // namespace podsim::study
