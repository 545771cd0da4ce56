#pragma once

#include "catalog/spec/convolutional.hpp"
#include "catalog/spec/gan.hpp"
#include "catalog/spec/input.hpp"
#include "catalog/spec/optimizer.hpp"
#include "catalog/spec/recurrent.hpp"
#include "catalog/spec/transformer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace podsim::catalog {

using Model = std::variant<Transformer, Convolutional, Recurrent, Gan>;

/// A part of the run with its own shapes (BERT: 90 % of steps at length 128;
/// StyleGAN: images that grow while the batch shrinks).
struct TrainingPhase {
  std::string name;
  double share_of_steps = 1.0;
  int sequence_length = 0;          ///< tokens or frames per example; 0 for images
  int predictions_per_example = 0;  ///< tokens whose logits are computed; 0: all
  int target_length = 0;            ///< tokens of the target, where a decoder writes one
  int resolution_px = 0;            ///< edge of the images; 0: the model's
  int64_t batch_factor = 1;         ///< examples per step over the recipe's batch
};

/// What the backward pass computes again instead of keeping it. selective: the attention core; full: each
/// repeated layer from its input (Korthikanti et al., arXiv 2205.05198).
enum class Recompute { none, selective, full };

/// Bounds of a count of steps, both included.
struct StepRange {
  int64_t low = 0;
  int64_t high = 0;
};

/// A pass over held-out examples, forward only, again and again during the run.
struct Evaluation {
  double every_examples = 0;  ///< trained between two evaluations
  int64_t every_steps = 0;    ///< the same in steps, where the recipe counts so; else 0
  int64_t examples = 0;       ///< of one evaluation
};

/// A recipe and how long it runs: exactly one of `steps`, `epochs`, `tokens` and a quality that the
/// measured table of `Convergence` reaches.
struct Training {
  Optimizer optimizer = Optimizer::adam;
  Recompute recompute = Recompute::none;
  int64_t global_batch = 0;  ///< examples per optimiser step
  std::optional<int64_t> steps;
  std::optional<double> epochs;  ///< of `examples_per_epoch`
  int64_t examples_per_epoch = 0;
  std::optional<double> tokens;
  std::string quality;  ///< "75.9 % top-1": what the run is to reach; empty: not said
  Input input = Input::text;
  std::vector<TrainingPhase> phases;  ///< never empty; shares add to 1
  std::optional<Evaluation> evaluation;
  double data_bytes = 0;  ///< of the training data in storage; 0: not said
  /// Where nobody published the steps: what they can have been; `steps` is then an assumption.
  std::optional<StepRange> plausible_steps{};

  /// Examples per step, mean over the phases, over the batch.
  double mean_batch_factor() const {
    double mean = 0;
    for (const TrainingPhase& phase : phases) mean += phase.share_of_steps * static_cast<double>(phase.batch_factor);
    return mean;
  }
};

/// How the examples that a target takes change with the global batch.
enum class ConvergenceLaw {
  constant_examples,  ///< not at all
  critical_batch,     ///< examples grow as 1 + batch / critical batch (McCandlish et al. 2018)
  table               ///< as measured
};

/// A measured run to the target.
struct ConvergencePoint {
  int64_t global_batch = 0;
  double examples = 0;  ///< trained until the target
};

/// The law is anchored at the recipe: at its batch the run is as long as the recipe says.
struct Convergence {
  ConvergenceLaw law = ConvergenceLaw::constant_examples;
  bool assumed = true;                   ///< the workload says nothing about it
  double critical_batch = 0;             ///< examples
  std::vector<ConvergencePoint> points;  ///< by ascending batch
  int64_t least_batch = 0;               ///< range where the law was seen to hold; 0: no limit is known
  int64_t largest_batch = 0;
};

/// A published run to print beside the prediction; never used to predict.
struct PublishedRun {
  std::string platform;
  int chips = 0;
  int64_t global_batch = 0;
  double hours = 0;
  std::string source;
  bool with_start_up = true;  ///< whether the published time counts start-up and compilation
};

/// A model and its training recipe, from `workloads/NAME.yaml`.
struct Workload {
  std::string name;
  std::string description;
  Model model;
  Training training;
  Convergence convergence{};
  std::vector<PublishedRun> published;
};

}  // namespace podsim::catalog
