#pragma once

#include "parallel/memory.hpp"
#include "parallel/plan/plan.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace podsim::run {

/// Where the time of a step goes along the critical path; the parts sum to
/// the step time.
struct Breakdown {
  double compute_seconds = 0;
  double exposed_communication_seconds = 0;
  double pipeline_bubble_seconds = 0;
  double optimizer_seconds = 0;
  double input_seconds = 0;
  double overhead_seconds = 0;

  double total_seconds() const {
    return compute_seconds + exposed_communication_seconds + pipeline_bubble_seconds + optimizer_seconds +
           input_seconds + overhead_seconds;
  }
};

/// A value with its 80 % interval.
struct Interval {
  double value = 0;
  double low = 0;
  double high = 0;
};

/// One bar of the timeline of one step, on the first rank.
struct TimelineEntry {
  double start_seconds = 0;  ///< from the start of the step
  double end_seconds = 0;
  std::string lane;      ///< "device", "network" or "host"
  std::string category;  ///< "forward", "backward", "optimizer", "input", "overhead", "collective", "wait"
  std::string name;      ///< operation or bucket
  double flops = 0;      ///< matrix operations; 0 for collectives
  double bytes = 0;      ///< memory bytes of an operation, gradient bytes of a collective
};

/// One part of the run with its own shapes.
struct PhaseResult {
  std::string name;
  double share_of_steps = 1;
  int64_t global_batch = 0;  ///< examples per step of this phase
  int sequence_length = 0;
  double step_seconds = 0;
  double step_bound_seconds = 0;
  double model_flops_per_step = 0;
  Breakdown breakdown;
  std::vector<TimelineEntry> timeline;
};

struct Simulation {
  std::string mode;         ///< "folded" or "full"
  std::string reason;       ///< why this mode
  int64_t flows = 0;        ///< flows simulated
  int64_t steps = 0;        ///< steps simulated until steady
  double wall_seconds = 0;  ///< from parsed input to result
};

/// A measurement by the user that the stack's device time was calibrated to.
struct Calibration {
  int chips = 0;
  int64_t global_batch = 0;
  double measured_step_seconds = 0;
  double predicted_step_seconds = 0;  ///< before calibration
  double implied_scale = 1;           ///< factor on the device time that gives the measurement
  double used_scale = 1;              ///< shrunk towards 1
};

/// Where the time of a run goes, without faults. Seconds.
struct WallParts {
  double steps_seconds = 0;
  double start_up_seconds = 0;    ///< processes and compilation, before the first step of each phase
  double evaluation_seconds = 0;  ///< passes over held-out examples
  double checkpoint_seconds = 0;  ///< in which training waits for a checkpoint

  double total_seconds() const { return steps_seconds + start_up_seconds + evaluation_seconds + checkpoint_seconds; }
  double beside_steps_seconds() const { return total_seconds() - steps_seconds; }
};

/// The checkpoints of a run: weights and optimiser states.
struct Checkpoint {
  double bytes = 0;
  double interval_seconds = 0;  ///< of training between two
  double write_seconds = 0;     ///< until one is in storage
  double stall_seconds = 0;     ///< in which training waits for one
  bool asynchronous = false;    ///< written while training goes on
  int64_t count = 0;
  std::optional<double> best_interval_seconds;  ///< for the platform's failures; absent where it has none
  std::optional<double> goodput;                ///< of a long run with those failures (run/account/faults.hpp)
  std::optional<double> best_goodput;           ///< the same with the best interval
  std::optional<double>
      asynchronous_goodput;  ///< at most, were they written beside the training; absent where they are
};

struct Quantiles {
  double p10 = 0;
  double p50 = 0;
  double p90 = 0;
};

/// Many plays of a run with stops and restarts from checkpoints.
struct FaultForecast {
  int draws = 0;
  double failures = 0;     ///< mean of a run
  double preemptions = 0;  ///< mean of a run
  double goodput = 0;      ///< training and evaluation over mean wall-clock time
  double mean_wall_seconds = 0;
  Quantiles wall_seconds;
  Quantiles billed_seconds;                   ///< without the waits for new machines
  std::map<std::string, Quantiles> cost_usd;  ///< by the kinds of price that it holds for
};

/// How the step time answers to a resource or a part of the machine: the share of the step that goes at its
/// pace (run/elasticity.hpp).
struct Elasticity {
  std::string resource;  ///< "matrix_rate", "pcie", ..., or a part: "chip", "links", "latency", "host", "input"
  double value = 0;
};

/// How the number of steps was found.
struct StepsToTarget {
  std::string law;       ///< "constant_examples", "critical_batch" or "table"
  bool assumed = true;   ///< the workload gives no law
  bool in_range = true;  ///< the batch is in the range where the law was seen to hold
  std::string quality;   ///< that the run is to reach; empty: not said
};

/// A published measurement of the same run, beside the prediction.
struct Published {
  double hours = 0;
  double ratio = 0;  ///< predicted over published
  std::string source;
};

/// What ran, and on which machine.
struct Setup {
  std::string workload;
  std::string platform;
  std::string chip;
  std::string stack;
  int chips = 0;
  std::string slice;      ///< "4x8", or "8 nodes of 8"
  bool what_if = false;   ///< larger than the real machine
  double parameters = 0;  ///< of the model
};

/// How the model lay on the slice.
struct PlanResult {
  int ranks = 0;
  parallel::PlanChoice chosen;  ///< nothing left open
  double local_batch = 0;       ///< examples per rank and step
  std::string collective;       ///< algorithm of the gradient all-reduce

  int64_t global_batch() const { return chosen.global_batch.value(); }
};

/// Where the step of the ranks of one stage goes, mean over the phases.
struct StageTime {
  double busy_seconds = 0;  ///< at work
  double exposed_communication_seconds = 0;
  double bubble_seconds = 0;  ///< waiting for other stages
};

/// A step, mean over the phases.
struct StepResult {
  Interval seconds;
  std::string interval_source;  ///< "prior", "class" or "anchor"
  double bound_seconds = 0;
  Breakdown breakdown;
  double examples_per_second = 0;
  double model_flops = 0;
  double mfu = 0;         ///< model FLOPs per second over the data-sheet peak
  double mfu_causal = 0;  ///< the same without what a causal mask hides
  double hfu = 0;         ///< the same with what is computed again
  /// Exposed communication by what it carries (parallel::name_of(Traffic)); empty where one group does it all.
  std::map<std::string, double> exposed_by_group_seconds;
  std::vector<StageTime> stages;  ///< of a pipeline
  double forward_seconds = 0;     ///< of the forward passes of one global batch alone
  std::vector<PhaseResult> phases;
};

/// How far the run trains.
struct Length {
  int64_t steps = 0;
  StepsToTarget target;
  double pfs_days = 0;  ///< 1 pfs-day = 8.64e19 operations
};

/// How long the run takes.
struct Wall {
  Interval seconds;  ///< without faults
  WallParts parts;
  std::optional<Checkpoint> checkpoint;
  std::optional<FaultForecast> with_failures;     ///< on machines that are not taken back
  std::optional<FaultForecast> with_preemptions;  ///< on preemptible machines; failures too
};

struct Energy {
  double joules = 0;
  std::optional<double> site_joules;  ///< with cooling and conversion; absent where no PUE is known
  std::optional<double> co2e_kg;      ///< absent where no grid is known
};

struct Scaling {
  double efficiency = 0;  ///< examples/s per chip over the baseline's, same batch per rank
  int baseline_chips = 0;
};

/// What more of the machine would bring, each largest first; empty where nobody asked for it.
struct Explanation {
  std::vector<Elasticity> resources;
  std::vector<Elasticity> parts;  ///< of the machine
  std::vector<Elasticity> links;  ///< of each class of links, by ten percent less of it
};

/// The answer to one run. Times in seconds, money in USD, energy in joules.
struct RunResult {
  Setup setup;
  PlanResult plan;
  parallel::MemoryNeed memory;
  StepResult step;
  Length length;
  Wall wall;
  std::map<std::string, double> cost_usd;  ///< by kind of price
  Energy energy;
  Scaling scaling;
  Explanation explanation;
  Simulation simulation;
  std::optional<Calibration> calibration;
  std::optional<Published> published;
  std::vector<std::string> notes;  ///< what a reader must know: what-ifs, derived batch, ...
};

}  // namespace podsim::run
