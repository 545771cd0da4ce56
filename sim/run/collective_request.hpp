#pragma once

#include "catalog/spec/library.hpp"
#include "catalog/spec/platform.hpp"
#include "collective/plan.hpp"
#include "collective/schedule/operation.hpp"
#include "run/account/result.hpp"
#include "run/run.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace podsim::run {

/// Which ranks do a collective together. All groups of a slice do it at the same time.
struct GroupChoice {
  enum class Kind { all, row, column, counted };
  Kind kind = Kind::all;
  collective::Group counted;  ///< of Kind::counted
};

/// A collective at some sizes on a slice.
struct CollectiveRequest {
  catalog::Platform platform;
  catalog::Library library;
  collective::Operation operation = collective::Operation::all_reduce;
  std::optional<int64_t> chips;
  std::vector<int> slice;
  GroupChoice group;
  std::vector<double> sizes;                 ///< bytes as nccl-tests counts them
  std::optional<collective::Choice> forced;  ///< absent: as the library chooses
  int background_jobs = 0;                   ///< others like this one, their nodes dealt in turn with this one's
  bool full = false;
  std::optional<Reference> reference;  ///< as RunRequest::reference
};

struct CollectivePoint {
  double bytes = 0;
  double seconds = 0;
  double bound_seconds = 0;
  double algorithm_bytes_per_second = 0;
  double bus_bytes_per_second = 0;  ///< nccl-tests' definition
  std::string algorithm;
  std::string protocol;
  int64_t flows = 0;
};

struct CollectiveResult {
  std::string platform;
  std::string library;
  std::string operation;
  std::string slice;
  int chips = 0;
  int ranks = 0;
  bool what_if = false;
  collective::Group group;
  int background_jobs = 0;
  std::vector<CollectivePoint> points;
  std::vector<std::string> notes;
  Simulation simulation;
};

/// Simulates the collective at every size. Once per process. Throws platform::Impossible, InputError or SimulationError.
CollectiveResult run_collective(const CollectiveRequest& request);

}  // namespace podsim::run
