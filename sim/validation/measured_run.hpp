#pragma once

#include "catalog/lookup/catalog.hpp"
#include "study/point/run_spec.hpp"

#include <optional>
#include <string>
#include <vector>

namespace podsim::validation {

/// What a published number is.
enum class Quantity { step_seconds, examples_per_second, wall_seconds, scaling_efficiency };

/// "step_seconds", "examples_per_second", "wall_seconds" or "scaling_efficiency".
std::string name_of(Quantity quantity);

/// One published number and how to simulate it.
struct MeasuredRun {
  std::string id;
  std::vector<study::RunSpec> parts;  ///< run one after the other; more than one only for wall_seconds
  Quantity quantity = Quantity::wall_seconds;
  double value = 0;                        ///< s, 1/s or a fraction
  std::optional<std::string> stack_class;  ///< absent: the name of the stack
  std::optional<std::string> group;        ///< rows of one group differ in scale only: anchors
  bool evaluation = false;                 ///< the measured time holds the evaluations of the recipe
  bool start_up = false;                   ///< and the start-up of each part
  std::string counts;                      ///< what the number counts: padding, evaluation, recompute
  std::string source;
  std::optional<std::string> unscored;  ///< why it is not simulated
};

/// One file of published runs that share model, platform or source.
struct Family {
  std::string name;
  std::string description;
  std::vector<MeasuredRun> rows;
  catalog::InputText input;
};

using Suite = std::vector<Family>;

}  // namespace podsim::validation
