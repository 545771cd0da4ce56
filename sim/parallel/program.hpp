#pragma once

#include "catalog/spec/platform.hpp"
#include "catalog/spec/stack.hpp"
#include "parallel/plan.hpp"
#include "workload/operation.hpp"

#include <string>
#include <vector>

namespace podsim::parallel {

/// What a rank is busy with. Forward and backward together are the compute of a step.
enum class Activity { overhead, forward, backward, optimizer };

/// One operation with its time on the rank.
struct TimedOperation {
  std::string name;
  Activity activity = Activity::forward;
  double seconds = 0;
  double flops = 0;  ///< matrix operations
  double bytes = 0;
};

/// Work without a break, `operations[first..last)`; when it ends, the gradients of `posts` are ready.
struct Segment {
  Activity activity = Activity::forward;
  double seconds = 0;
  int first = 0;
  int last = 0;
  std::vector<int> posts;  ///< buckets
  bool waits = false;      ///< before it starts, for all buckets posted so far

  bool operator==(const Segment&) const = default;
};

/// One training step as a rank walks through it: wait for the input, segments in order, wait for all
/// buckets before the first optimiser segment.
struct StepProgram {
  std::vector<TimedOperation> operations;
  std::vector<Segment> segments;
  std::vector<double> bucket_bytes;  ///< gradients, or statistics, of one all-reduce, per rank
  double input_seconds = 0;          ///< that the node's input pipeline needs for one step; it works ahead
};

/// The step of a plan in a phase with this `batch`: `graph` expanded for its micro-batch, operations timed by the
/// roofline.
StepProgram compile_step(const workload::Graph& graph, const Plan& plan, const BatchShape& batch,
                         const catalog::Training& training, const catalog::Platform& platform,
                         const catalog::Stack& stack);

}  // namespace podsim::parallel
