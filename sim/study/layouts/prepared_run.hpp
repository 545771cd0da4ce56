#pragma once

#include "study/point/resolver.hpp"
#include "study/point/run_spec.hpp"

#include <string>

namespace podsim::study {

/// A run with all that is chosen for it.
struct PreparedRun {
  RunSpec spec;
  std::string to_fit;  ///< what was chosen so that it fits into memory (study/point/fitted_run.hpp)
  std::string layout;  ///< options of the layout that a search chose; empty without one
};

/// Searches the layout where the run asks for it, else chooses as fitted() does. The run as it is where no layout fits:
/// its simulation then says why. Throws Interrupted.
PreparedRun prepared(Resolver& resolver, RunSpec spec);

}  // namespace podsim::study
