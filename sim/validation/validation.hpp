#pragma once

#include "run/account/result.hpp"
#include "study/point/simulate.hpp"
#include "validation/accuracy.hpp"
#include "validation/class_constants.hpp"
#include "validation/measured_run.hpp"
#include "validation/model_constants.hpp"
#include "validation/prediction.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace podsim::validation {

/// A row with everything that was predicted for it. Times as in Prediction.
struct RowResult {
  const MeasuredRun* run = nullptr;
  std::size_t family = 0;
  std::string failure;  ///< why there is no prediction; empty if there is one
  bool grows = false;   ///< the stack has a host time that grows with the chips

  Prediction blind;                ///< with the constants of the shipped files
  ClassConstants class_constants;  ///< from the other families of the class
  run::Interval class_seconds;     ///< blind's where the class has no other family
  run::Interval left_out_seconds;  ///< with constants from all other rows of the class
  std::string anchor;              ///< id of the row that anchors this one; empty if none does
  std::string anchor_refused;      ///< what binds the anchor, if it says nothing about compute
  run::Interval anchor_seconds;    ///< calibrated to the anchor

  std::optional<double> constant_utilisation_seconds;
  std::optional<double> linear_scaling_seconds;  ///< where there is an anchor

  std::string stack_class() const { return run->stack_class.value_or(blind.stack); }
  run::Interval blind_seconds() const;
};

/// How well one family, or the mean of all, is predicted.
struct Summary {
  std::string name;
  int rows = 0;
  int failed = 0;
  std::optional<Accuracy> blind;
  std::optional<Accuracy> stack_class;
  std::optional<Accuracy> left_out;
  std::optional<Accuracy> anchor;                ///< rows with an anchor, itself left out
  std::optional<Accuracy> constant_utilisation;  ///< its interval is the fixed factor of kFixedFactor
  std::optional<Accuracy> linear_scaling;        ///< on the rows of `anchor`
  std::optional<Accuracy> fixed_factor;          ///< blind with the interval of kFixedFactor
  std::optional<double> scaling_error;           ///< mean of |predicted - measured| scaling efficiency, a fraction
  std::optional<double> rank_correlation;        ///< of FLOP utilisation, predicted with measured
};

struct Validation {
  std::vector<catalog::InputText> inputs;  ///< all files that were read, those of the suite first
  std::vector<std::string> families;
  std::vector<RowResult> rows;  ///< scored ones, in the order of the suite
  std::vector<const MeasuredRun*> unscored;
  std::vector<Summary> summaries;  ///< of each family
  Summary family_mean;             ///< mean over the families
  Summary all_rows;                ///< over all rows as one family
};

/// How often each part of each row is simulated, at most: blind, with class constants, left out, anchored.
inline constexpr std::size_t kPasses = 4;

/// Parts of the scored rows.
std::size_t scored_parts(const Suite& suite);

/// Simulates every scored row of the suite, which must outlive the result. Progress runs to
/// kPasses x scored_parts(suite). Throws InputError where a row names a file, key or value that is refused.
Validation validate(const catalog::Catalog& catalog, const Suite& suite, const study::SimulateOptions& options);

}  // namespace podsim::validation
