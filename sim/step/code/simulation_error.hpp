#pragma once

#include <stdexcept>

namespace podsim::step {

/// The simulation itself failed (a deadlock, a step that never becomes steady). Exit code 1.
class SimulationError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace podsim::step
