#pragma once

#include "catalog/lookup/catalog.hpp"
#include "study/answer/curve.hpp"
#include "study/point/simulate.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace podsim::study {

/// strong: every point has the same global batch. weak: every point has the
/// batch per rank of the first one.
enum class ScaleMode { strong, weak };

struct ScaleSpec {
  RunSpec run;                 ///< what all points share
  std::vector<int64_t> chips;  ///< ascending
  ScaleMode mode = ScaleMode::strong;
  double least_gain = 1.5;  ///< speed-up that a doubling of the chips must bring
};

/// One number of chips. The figures are absent where it cannot run or does not fit into memory.
struct ScalePoint {
  int64_t chips = 0;
  PointOutcome outcome;
  std::optional<double> efficiency;  ///< examples per second and chip over those of the first point that fits
  std::optional<Gain> gain;          ///< from the point before that fits
  std::string binds;                 ///< what more of would help most: a resource, "memory" or "batch"; may be empty
  std::string to_fit;                ///< what was chosen so that it fits into memory (study/fitted_run.hpp)
  std::string layout{};              ///< options of the layout that a search chose; empty without one
};

/// Where more chips stop paying.
struct Knee {
  std::optional<int64_t> chips;       ///< absent: none inside the range
  std::optional<int64_t> next_chips;  ///< the point after the knee
  std::optional<Gain> next;           ///< what that point would bring; without a knee: the last gain
  double least_gain = 1.5;
};

/// The best points of the curve, and what the target allows.
struct Limits {
  std::optional<int64_t> cheapest_chips;
  std::optional<int64_t> fastest_chips;
  std::optional<int64_t> largest_useful_batch;  ///< see run::largest_useful_batch; absent: no limit is known
};

struct Scaling {
  ScaleMode mode = ScaleMode::strong;
  std::vector<ScalePoint> points;
  Knee knee;
  Limits limits;
  std::vector<catalog::InputText> inputs;
};

/// Simulates all points. Throws InputError when none can run, std::runtime_error when a simulation breaks.
Scaling scale(const catalog::Catalog& catalog, const ScaleSpec& spec);

/// Notes the largest useful batch (run::largest_useful_batch). In weak scaling the batch binds from there on: more
/// chips bring more examples a step, which do not make the run that much shorter, however fast the step.
void limit_batch(Scaling& scaling, std::optional<int64_t> largest_useful_batch);

/// Efficiency, gains and knee of outcomes that belong to `chips`.
Scaling scaling_of(const ScaleSpec& spec, const std::vector<PointOutcome>& outcomes);

}  // namespace podsim::study
