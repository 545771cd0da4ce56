#pragma once

#include "parallel/chunk.hpp"
#include "parallel/stage_traffic.hpp"

#include <deque>
#include <span>
#include <vector>

namespace podsim::parallel {

/// The layers of each stage of the model, in their order; all of them without a pipeline. The first has the embedding,
/// the last the head.
std::vector<std::span<const workload::Layer>> layers_of_stages(const workload::Graph& graph, const Plan& plan);

/// The stage of the model that a chunk of a rank of the pipeline holds; 0 without a pipeline.
int stage_of_chunk(const Plan& plan, int rank, int chunk);

/// Whether the first and the last layers of the model lie on different ranks.
bool parts_ends(const Plan& plan);

/// Activations of a micro-batch between two stages, on the ranks of a tensor group together; 0 without a pipeline.
double boundary_bytes(const workload::Graph& graph, const Plan& plan);

/// Gives the head a table of words of its own where the embedding that it reads lies on another rank.
void copy_tied_parameters(workload::Graph& graph, const Plan& plan);

/// One kind of ranks: those of one rank of the pipeline, or all. Writes its code.
class Stage {
 public:
  /// All must outlive it. `rank`: of the pipeline.
  Stage(const StepTask& task, int rank, StageTraffic& between, CodeBuilder& builder);

  /// Appends the kind with all its blocks.
  void write();
  /// The same of forward passes alone.
  void write_evaluation();

 private:
  double busy_seconds() const;
  void write_overhead();
  void write_passes();
  void write_slots(const std::vector<pipeline::Slot>& slots);
  void write_end();
  void write_gradients_of_copies();
  void write_tied_gradients();
  void exchange_with(int rank, Traffic traffic, double bytes);

  const StepTask& task_;
  int rank_;
  StageTraffic& between_;
  CodeBuilder& builder_;
  LayerTraffic traffic_;
  std::deque<Chunk> chunks_;
  double late_seconds_ = 0;
  TimedOperation update_;
};

}  // namespace podsim::parallel
