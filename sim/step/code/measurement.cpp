#include "step/code/measurement.hpp"

namespace podsim::step {

void PathSeconds::add(const PathSeconds& other, double times) {
  compute_seconds += times * other.compute_seconds;
  exposed_communication_seconds += times * other.exposed_communication_seconds;
  bubble_seconds += times * other.bubble_seconds;
  optimizer_seconds += times * other.optimizer_seconds;
  input_seconds += times * other.input_seconds;
  overhead_seconds += times * other.overhead_seconds;
  for (size_t i = 0; i < exposed_seconds.size(); ++i) exposed_seconds[i] += times * other.exposed_seconds[i];
}

}  // namespace podsim::step
