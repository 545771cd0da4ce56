#include "catalog/models/phase_loader.hpp"

#include "catalog/models/convolutional_loader.hpp"
#include "catalog/yaml/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <string>
#include <string_view>

namespace podsim::catalog {
namespace {

constexpr double kShareTolerance = 1e-9;
constexpr int64_t kMostExamples = 1'000'000'000'000'000;
constexpr int64_t kMostSteps = 1'000'000'000'000;

IntegerRule sequence_rule() {
  return count("a sequence length", "give tokens per example, for example 512", 1, 1 << 24);
}

void load_sequence(const MapReader& map, TrainingPhase& phase) {
  phase.sequence_length = static_cast<int>(map["sequence_length"].integer(sequence_rule()));
}

/// The shape of a phase, by kind of model.
class ShapeLoader {
 public:
  ShapeLoader(const MapReader& map, TrainingPhase& phase) : map_(map), phase_(phase) {}

  void operator()(const Transformer& model) const {
    forbid({"resolution_px"}, "a transformer has no images", "remove the line");
    load_sequence(map_, phase_);
    load_target(model.decoder_layers > 0);
    if (model.positions > 0 && phase_.sequence_length > model.positions) {
      map_["sequence_length"].fail(
          fmt::format("{} tokens are more than the model's {} positions", phase_.sequence_length, model.positions),
          "give shorter sequences or more positions");
    }
    phase_.predictions_per_example =
        map_.integer_or("predictions_per_example",
                        count("a count of predictions", "give the predicted tokens of an example, 0 for all", 0,
                              phase_.sequence_length),
                        0);
  }

  void operator()(const Recurrent& model) const {
    forbid({"resolution_px", "predictions_per_example"}, "a recurrent model has none", "remove the line");
    load_sequence(map_, phase_);
    load_target(model.decoder.has_value());
  }

  void operator()(const Convolutional& model) const {
    forbid({"sequence_length", "target_length", "predictions_per_example"}, "a convolutional model has no sequences",
           "remove the line");
    load_resolution(model.image_px);
    if (phase_.resolution_px == 0 || !stage_without_window(model, phase_.resolution_px)) return;
    map_["resolution_px"].fail("nothing is left of such images before the last stage", "give larger images");
  }

  void operator()(const Gan& model) const {
    forbid({"sequence_length", "target_length", "predictions_per_example"}, "a gan has no sequences",
           "remove the line");
    load_resolution(model.image_px);
    if (phase_.resolution_px == 0 || phase_.resolution_px == model.image_px) return;
    const Field resolution = map_["resolution_px"];
    if (model.block != GanBlock::style) {
      resolution.fail("only a gan of style blocks grows", "remove the line, or change model.blocks");
    }
    if (phase_.resolution_px < 2 * kFirstGanPixels ||
        !std::has_single_bit(static_cast<unsigned>(phase_.resolution_px))) {
      resolution.refuse("a resolution", "it must be a power of two, at least 8", "give for example 64");
    }
  }

 private:
  void forbid(std::initializer_list<const char*> keys, std::string_view problem, std::string_view way_out) const {
    for (const char* key : keys) map_.forbid(key, problem, way_out);
  }

  /// As long as the source where a model with a decoder says nothing.
  void load_target(bool decoder) const {
    if (!decoder) {
      forbid({"target_length"}, "a model without a decoder has no target", "remove the line");
      return;
    }
    phase_.target_length = map_.integer_or("target_length", sequence_rule(), phase_.sequence_length);
  }

  void load_resolution(int image_px) const {
    phase_.resolution_px = map_.integer_or(
        "resolution_px",
        count("a resolution", fmt::format("give pixels, at most the model's {}", image_px), 1, image_px), 0);
  }

  const MapReader& map_;
  TrainingPhase& phase_;
};

void load_batch(const MapReader& map, int64_t recipe_batch, TrainingPhase& phase) {
  const auto field = map.find("global_batch");
  if (!field) return;
  const int64_t batch =
      field->integer(count("a batch", "give examples per optimiser step, for example 256", 1, 1 << 30));
  if (batch % recipe_batch != 0) {
    field->fail(fmt::format("{} is no multiple of the recipe's batch of {}", batch, recipe_batch),
                "give training.global_batch the smallest batch of the phases");
  }
  phase.batch_factor = batch / recipe_batch;
}

void check_shares(const Field& field, const std::vector<TrainingPhase>& phases) {
  double total = 0;
  for (const TrainingPhase& phase : phases) total += phase.share_of_steps;
  if (std::abs(total - 1) <= kShareTolerance) return;
  field.fail(fmt::format("the shares of the phases add to {}, they must add to 1", total),
             "change share_of_steps of the phases");
}

/// Keys that tell how long a phase is: one of them, the same in all phases.
constexpr std::array kLengthKeys = {"share_of_steps", "examples", "steps"};

/// The phases give their examples or steps: steps and shares of the recipe follow.
void derive_shares(const MapReader& map, std::string_view length_key, Training& training) {
  const std::string problem =
      fmt::format("stands beside the {} of the phases: the recipe's length is given twice", length_key);
  for (const char* key : {"steps", "epochs", "examples_per_epoch"}) map.forbid(key, problem, "remove the line");
  double total = 0;
  for (const TrainingPhase& phase : training.phases) total += phase.share_of_steps;
  for (TrainingPhase& phase : training.phases) phase.share_of_steps /= total;
  training.steps = static_cast<int64_t>(std::ceil(total));
}

/// A share of the steps, or the steps that are given or that the examples of the phase make.
double share_or_steps(const MapReader& map, std::string_view length_key, int64_t recipe_batch,
                      const TrainingPhase& phase) {
  for (const char* other : kLengthKeys) {
    if (other == length_key) continue;
    map.forbid(other, fmt::format("the first phase gives {}", length_key), "give one of them in all phases");
  }
  if (length_key == "share_of_steps") {
    return map["share_of_steps"].number(positive("a share", "give the share of all steps, for example 0.9", 1.0));
  }
  if (length_key == "steps") {
    return static_cast<double>(map["steps"].integer(
        count("a count of steps", "give the optimiser steps of the phase, for example 7038", 1, kMostSteps)));
  }
  const int64_t seen = map["examples"].integer(
      count("a count of examples", "give the examples that the phase sees, for example 1200000", 1, kMostExamples));
  return static_cast<double>(seen) / static_cast<double>(recipe_batch * phase.batch_factor);
}

std::string_view length_key_of(const Field& phase) {
  for (const char* key : {"examples", "steps"}) {
    if (phase.is_map() && phase.value().find(key) != nullptr) return key;
  }
  return "share_of_steps";
}

void load_list(const MapReader& training_map, const Field& field, const Model& model, Training& training) {
  const std::vector<Field> elements = field.list();
  const std::string_view length_key = length_key_of(elements.front());
  std::vector<std::string> keys = {"name", "global_batch"};
  keys.insert(keys.end(), kLengthKeys.begin(), kLengthKeys.end());
  for (const std::string& key : shape_keys()) keys.push_back(key);
  for (const Field& element : elements) {
    const MapReader map = element.map(keys);
    TrainingPhase phase;
    phase.name = map["name"].name();
    load_batch(map, training.global_batch, phase);
    phase.share_of_steps = share_or_steps(map, length_key, training.global_batch, phase);
    std::visit(ShapeLoader(map, phase), model);
    training.phases.push_back(phase);
  }
  if (length_key == "share_of_steps") {
    check_shares(field, training.phases);
  } else {
    derive_shares(training_map, length_key, training);
  }
}

}  // namespace

std::vector<std::string> shape_keys() {
  return {"sequence_length", "target_length", "predictions_per_example", "resolution_px"};
}

void load_phases(const MapReader& map, const Model& model, Training& training) {
  if (const auto phases = map.find("phases")) {
    for (const std::string& key : shape_keys()) {
      map.forbid(key, "stands beside phases, which have their own", "give it in each phase");
    }
    load_list(map, *phases, model, training);
    return;
  }
  TrainingPhase only{.name = "training"};
  std::visit(ShapeLoader(map, only), model);
  training.phases = {only};
}

}  // namespace podsim::catalog
