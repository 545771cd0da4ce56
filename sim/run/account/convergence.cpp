#include "run/account/convergence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace podsim::run {
namespace {

using catalog::Convergence;
using catalog::ConvergenceLaw;

constexpr int64_t kLargestBatch = int64_t{1} << 40;

double tokens_per_example(const catalog::Training& training) {
  double tokens = 0;
  for (const auto& phase : training.phases) {
    tokens += phase.share_of_steps * static_cast<double>(phase.batch_factor) * phase.sequence_length;
  }
  return tokens / training.mean_batch_factor();
}

double table_examples(const std::vector<catalog::ConvergencePoint>& points, double batch) {
  const auto above = std::find_if(points.begin(), points.end(),
                                  [&](const auto& point) { return static_cast<double>(point.global_batch) >= batch; });
  if (above == points.begin()) return above->examples;
  const auto& below = *(above - 1);
  const auto low = static_cast<double>(below.global_batch);
  if (above == points.end()) return below.examples * batch / low;
  const double share = std::log(batch / low) / std::log(static_cast<double>(above->global_batch) / low);
  return below.examples * std::pow(above->examples / below.examples, share);
}

/// Examples at a batch, in units that cancel between two batches.
double relative_examples(const Convergence& convergence, double batch) {
  switch (convergence.law) {
    case ConvergenceLaw::constant_examples: return 1;
    case ConvergenceLaw::critical_batch: return 1 + batch / convergence.critical_batch;
    case ConvergenceLaw::table: return table_examples(convergence.points, batch);
  }
  return 1;
}

/// The recipe's own examples, at its batch.
double recipe_examples(const catalog::Workload& workload) {
  const catalog::Training& training = workload.training;
  const auto batch = static_cast<double>(training.global_batch);
  if (training.steps) return static_cast<double>(*training.steps) * batch * training.mean_batch_factor();
  if (training.epochs) return *training.epochs * static_cast<double>(training.examples_per_epoch);
  if (training.tokens) return *training.tokens / tokens_per_example(training);
  return relative_examples(workload.convergence, batch);
}

std::string why(const catalog::Workload& workload, int64_t steps, double examples) {
  const Convergence& convergence = workload.convergence;
  switch (convergence.law) {
    case ConvergenceLaw::constant_examples:
      return fmt::format("so that the recipe's {:.4g} examples are seen{}: {}", recipe_examples(workload),
                         convergence.assumed ? " (assumed, the workload has no law of convergence)" : "", steps);
    case ConvergenceLaw::critical_batch:
      return fmt::format("by the law of the critical batch ({:.6g} examples): {}, {:.3g} times the recipe's examples",
                         convergence.critical_batch, steps, examples / recipe_examples(workload));
    case ConvergenceLaw::table:
      return fmt::format("as was measured: {}, {:.3g} times the recipe's examples", steps,
                         examples / recipe_examples(workload));
  }
  return "";
}

std::string doubt(const Convergence& convergence, int64_t batch) {
  const bool extends_table = convergence.law == ConvergenceLaw::table && batch > convergence.largest_batch;
  return fmt::format("warning: a batch of {} is outside {} to {}, where the law of convergence was seen to hold{}",
                     batch, convergence.least_batch, convergence.largest_batch,
                     extends_table ? fmt::format("; the steps stay those of {}", convergence.largest_batch) : "");
}

}  // namespace

double examples_to_target(const catalog::Workload& workload, double global_batch) {
  const auto recipe_batch = static_cast<double>(workload.training.global_batch);
  const double change =
      relative_examples(workload.convergence, global_batch) / relative_examples(workload.convergence, recipe_batch);
  return recipe_examples(workload) * change;
}

bool law_holds(const Convergence& convergence, double global_batch) {
  if (convergence.largest_batch == 0) return true;
  return global_batch >= static_cast<double>(convergence.least_batch) &&
         global_batch <= static_cast<double>(convergence.largest_batch);
}

TrainingLength training_length(const catalog::Workload& workload, int64_t global_batch, std::optional<int64_t> asked) {
  if (asked) return {*asked, {}};
  const catalog::Training& training = workload.training;
  const bool as_the_recipe = global_batch == training.global_batch;
  if (training.steps && as_the_recipe) return {*training.steps, {}};
  const double examples = examples_to_target(workload, static_cast<double>(global_batch));
  // A whole number of steps must not be rounded up for the last bit of a division.
  const double examples_per_step = static_cast<double>(global_batch) * training.mean_batch_factor();
  const double steps = std::ceil(examples / examples_per_step * (1 - 1e-12));
  TrainingLength length{std::max<int64_t>(1, static_cast<int64_t>(steps)), {}};
  if (as_the_recipe) return length;
  length.notes.push_back("steps follow the batch " + why(workload, length.steps, examples));
  if (!law_holds(workload.convergence, static_cast<double>(global_batch))) {
    length.notes.push_back(doubt(workload.convergence, global_batch));
  }
  return length;
}

std::optional<int64_t> largest_useful_batch(const catalog::Workload& workload, double least_gain) {
  const Convergence& convergence = workload.convergence;
  if (convergence.law == ConvergenceLaw::constant_examples && convergence.largest_batch == 0) return std::nullopt;
  const auto steps = [&](int64_t batch) {
    return examples_to_target(workload, static_cast<double>(batch)) / static_cast<double>(batch);
  };
  const int64_t last = convergence.largest_batch > 0 ? convergence.largest_batch : kLargestBatch;
  int64_t batch = workload.training.global_batch;
  while (2 * batch <= last && steps(batch) / steps(2 * batch) >= least_gain) batch *= 2;
  return batch;
}

}  // namespace podsim::run
