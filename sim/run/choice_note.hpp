#pragma once

#include "collective/changed_choice.hpp"
#include "run/layout.hpp"

#include <string>
#include <vector>

namespace podsim::run {

/// How the choices of a collective library in `second` differ from those in `first`: a note for each pair of algorithms
/// that takes each other's place, "the faster links change the library's choice from ring/ll128 to ring/simple, which is
/// slower here: ...". None on a torus, which has one algorithm.
std::vector<std::string> choice_notes(const collective::Setting& first, const collective::Setting& second,
                                      const collective::DemandsOnSlice& asked);

/// The collectives of a step, each size once.
collective::DemandsOnSlice collectives_of(const Layout& layout);

}  // namespace podsim::run
