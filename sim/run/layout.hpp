#pragma once

#include "collective/collectives.hpp"
#include "parallel/memory.hpp"
#include "parallel/plan/plan.hpp"
#include "parallel/program.hpp"
#include "platform/node_fold.hpp"
#include "platform/slice.hpp"
#include "run/account/convergence.hpp"
#include "run/run.hpp"
#include "step/simulation.hpp"
#include "workload/operation.hpp"

#include <optional>
#include <string>
#include <vector>

namespace podsim::run {

/// Multiplications and additions of all ranks in one step.
struct StepFlops {
  double model = 0;     ///< what the model asks for, attention in full (Chowdhery et al., PaLM, arXiv 2204.02311)
  double causal = 0;    ///< the same without what a causal mask hides (Megatron, MaxText)
  double hardware = 0;  ///< with what is computed again, attention in full (Korthikanti et al., arXiv 2205.05198)
};

/// A request laid out on its slice: everything about a run that is known before it is simulated.
struct Layout {
  platform::Slice slice;
  parallel::Plan plan;
  TrainingLength length;
  std::vector<workload::Graph> graphs;  ///< per training phase, of one rank: all layers, each cut as the plan says
  std::vector<StepFlops> flops;         ///< per training phase
  double parameters = 0;                ///< of the whole model
  std::vector<parallel::StepProgram> programs;  ///< per training phase; operations only for a timeline
  std::vector<parallel::StepProgram>
      evaluations;  ///< per training phase, forward alone; of layouts of a run that has some
  collective::Collectives collectives;
  std::vector<parallel::MemoryNeed> needs;  ///< of memory, per training phase
  parallel::MemoryNeed memory;              ///< the largest of them
  std::string folding;                      ///< why ranks and nodes stand for others
  platform::NodeFold nodes;                 ///< those that stand for others; none in full
  bool full = false;                        ///< every rank is simulated
};

/// Most ranks that full mode simulates; above, memory and time grow past what a login node bears.
inline constexpr int kMostFullRanks = 16384;

/// Throws platform::Impossible or catalog::InputError.
Layout lay_out(const RunRequest& request);

/// Slice, plan, graphs and memory alone, without programs and collectives. Throws as lay_out().
Layout lay_out_memory(const RunRequest& request);

/// The same work per rank on the smallest slice that holds one replica, folded: what scaling is measured from. Has no
/// graphs of its own: they are those of `layout`. Absent where `layout` is that, or where it cannot be made smaller.
std::optional<Layout> lay_out_baseline(const RunRequest& request, const Layout& layout);

/// Ready for the simulation; the layout keeps what the result needs. `spans`: for a timeline.
step::Case make_case(const std::string& name, const Layout& layout, bool spans);

}  // namespace podsim::run
