#pragma once

#include "collective/collectives.hpp"
#include "parallel/memory.hpp"
#include "parallel/plan/plan.hpp"
#include "parallel/program.hpp"
#include "platform/slice.hpp"
#include "run/account/convergence.hpp"
#include "run/run.hpp"
#include "step/simulation.hpp"
#include "workload/operation.hpp"

#include <vector>

namespace podsim::run {

/// A request laid out on its slice: everything about a run that is known before it is simulated.
struct Layout {
  platform::Slice slice;
  parallel::Plan plan;
  TrainingLength length;
  std::vector<workload::Graph> graphs;          ///< per training phase
  std::vector<parallel::StepProgram> programs;  ///< per training phase; operations only for a timeline
  collective::Collectives collectives;
  parallel::MemoryNeed memory;  ///< of the phase that needs most
  int simulated_ranks = 1;
};

/// Most ranks that full mode simulates; above, memory and time grow past what a login node bears.
inline constexpr int kMostFullRanks = 16384;

/// Throws platform::Impossible or catalog::InputError.
Layout lay_out(const RunRequest& request);

/// The same work per rank on the platform's smallest slice, folded: what scaling is measured from. Has no
/// graphs of its own: they are those of `layout`.
Layout lay_out_baseline(const RunRequest& request, const Layout& layout);

/// Ready for the simulation; the layout keeps what the result needs.
step::Case make_case(const std::string& name, const Layout& layout);

}  // namespace podsim::run
