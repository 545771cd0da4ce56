#pragma once

#include "catalog/spec/platform.hpp"
#include "catalog/spec/stack.hpp"
#include "catalog/spec/workload.hpp"
#include "parallel/plan/degrees.hpp"
#include "parallel/plan/mesh.hpp"
#include "pipeline/schedule.hpp"
#include "platform/slice.hpp"
#include "workload/shard.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace podsim::parallel {

/// What a user fixed of a plan, from the command line or the study to make_plan(); parallel/plan/plan_keys.hpp names its
/// members. What is absent follows the recipe and the stack.
struct PlanChoice {
  std::optional<int64_t> global_batch{};
  std::optional<int64_t> micro_batch{};
  std::optional<catalog::Recompute> recompute{};
  std::optional<int64_t> recompute_every{};  ///< of so many blocks the first is computed again; absent: all are
  std::optional<int64_t> zero{};             ///< stage of ZeRO; 1: each rank updates its share of the weights
  std::optional<int64_t> tensor{};
  std::optional<int64_t> pipeline{};
  std::optional<int64_t> context{};
  std::optional<int64_t> expert{};
  std::optional<int64_t> expert_tensor{};
  std::optional<int64_t> sequence_parallel{};  ///< 0 or 1
  std::optional<int64_t> context_method{};     ///< of workload::ContextMethod
  std::optional<int64_t> schedule{};           ///< of pipeline::ScheduleKind
  std::optional<int64_t> virtual_stages{};
  std::optional<int64_t> order{};           ///< of order_names()
  std::optional<std::vector<int>> split{};  ///< blocks of each stage of the model
  std::optional<int64_t> hybrid_shard{};    ///< ranks that share what ZeRO shares; replicas beyond
  bool raise_batch = true;  ///< one example a rank where the recipe's batch has fewer; false: impossible

  bool operator==(const PlanChoice&) const = default;
};

/// The micro-batch that is left to what fits into memory.
inline constexpr int64_t kAutoMicroBatch = 0;

/// Orders of the ranks, innermost first: Megatron's, and Llama 3's with the replicas outside the stages.
const std::vector<std::string>& order_names();

/// The examples of one step. A replica is one copy of the model: a rank, or the ranks that share it.
struct BatchShape {
  int64_t global = 0;  ///< of all replicas
  int64_t local = 0;   ///< per replica
  int64_t micro = 0;   ///< per replica and pass
  int64_t passes = 1;  ///< gradients are accumulated over them
};

/// How a workload is laid out on a slice.
struct Plan {
  int ranks = 1;
  int ranks_per_node = 1;
  Degrees degrees{};
  BatchShape batch;                ///< the recipe's; of a phase: batch_of()
  bool micro_batch_fixed = false;  ///< by the user or the workload's plan
  catalog::Recompute recompute = catalog::Recompute::none;
  int64_t recompute_every = 1;  ///< of so many blocks the first is computed again
  int64_t zero = 0;             ///< stage of ZeRO; 0 where there is one rank
  int update_shards = 1;  ///< ranks that share one optimiser state, and from stages 2 and 3 on gradients and weights
  int key_copies = 1;     ///< ranks of a tensor group that have the same heads of keys and values
  workload::Shard shard{};
  pipeline::ScheduleKind schedule = pipeline::ScheduleKind::one_f_one_b;
  int chunks = 1;                  ///< stages of the model on each rank of a pipeline
  std::vector<int> split{};        ///< blocks of each stage of the model; empty without a pipeline
  std::vector<std::string> notes;  ///< what was derived and not asked for

  /// Whether anything but data is cut, or ZeRO goes beyond the optimiser or shares it among some of the replicas alone.
  bool laid_out() const;
  Mesh mesh() const { return Mesh(degrees); }
  /// Ranks that share the optimiser state of an expert.
  int expert_update_shards() const;
  /// Of the pipeline.
  pipeline::Shape shape() const;

  /// A phase with another batch has as many passes of more examples where each rank has the whole model; in a layout
  /// whose micro-batch is fixed, or that of a pipeline, more passes of as many.
  BatchShape batch_of(const catalog::TrainingPhase& phase) const;
  /// The plan with as many passes as the phase has.
  Plan of_phase(const catalog::TrainingPhase& phase) const;
};

/// Throws platform::Impossible when the batch does not divide over the ranks, with the nearest that does.
Plan make_plan(const catalog::Workload& workload, const catalog::Platform& platform, const catalog::Stack& stack,
               const platform::Slice& slice, const PlanChoice& choice);

/// The plan as a choice that leaves nothing open.
PlanChoice settled(const Plan& plan);

/// Examples of a step, mean over the phases.
double examples_per_step(const Plan& plan, const catalog::Training& training);

}  // namespace podsim::parallel
