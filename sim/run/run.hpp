#pragma once

#include "catalog/spec/platform.hpp"
#include "catalog/spec/stack.hpp"
#include "catalog/spec/workload.hpp"
#include "parallel/plan/plan.hpp"
#include "run/account/result.hpp"
#include "run/plan_places.hpp"

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace podsim::run {

/// A machine and a library that a request is a what-if of.
struct Reference {
  catalog::Platform platform;
  catalog::Library library;
};

/// What to run. Absent fields follow the workload's recipe and the platform.
struct RunRequest {
  catalog::Workload workload;
  catalog::Platform platform;
  catalog::Stack stack;
  std::optional<int64_t> chips;  ///< absent: the smallest slice of a torus, one box
  std::vector<int> slice;        ///< shape of a torus slice; empty: the rule's shape for `chips`
  parallel::PlanChoice plan;     ///< of another batch the steps follow by the workload's law of convergence
  PlanPlaces plan_places{};      ///< of what the workload's file gave of it
  std::optional<int64_t> steps;
  std::optional<Calibration> calibration;  ///< already in the stack's slow-down; it narrows the interval
  std::vector<std::string> notes{};        ///< of who asks, to stand among those of the result
  /// Links and library without the changes of a what-if; a note says where the library chooses otherwise than there.
  std::optional<Reference> reference;
  bool full = false;          ///< simulate every rank
  uint64_t seed = 1;          ///< of the faults
  bool with_baseline = true;  ///< simulate the smallest slice too, for the scaling efficiency
  bool faults = true;         ///< play failures and preemptions; a search of many layouts leaves them out
  bool timeline = true;       ///< fill PhaseResult::timeline; studies of many points leave it out
};

/// A request that cannot run, with the reason: not a legal slice, indivisible, ...
struct ImpossibleRun {
  std::string reason;
};

using Outcome = std::variant<RunResult, ImpossibleRun>;

/// Simulates all requests in one SimGrid engine and extends each to its run.
/// At most one call per process: SimGrid keeps one platform per process.
std::vector<Outcome> run_all(const std::vector<RunRequest>& requests);

}  // namespace podsim::run
