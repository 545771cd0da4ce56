#include "catalog/workload_loader.hpp"

#include "catalog/convergence_loader.hpp"
#include "catalog/model_loader.hpp"
#include "catalog/names.hpp"
#include "catalog/rules.hpp"
#include "catalog/schema.hpp"
#include "catalog/units.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace podsim::catalog {
namespace {

constexpr double kShareTolerance = 1e-9;
constexpr int64_t kMaxExamples = 1'000'000'000'000'000;

IntegerRule sequence_rule() {
  return count("a sequence length", "give tokens per example, for example 512", 1, 1 << 24);
}

IntegerRule batch_rule() {
  return count("a batch", "give examples per optimiser step of the whole machine, for example 256", 1, 1 << 30);
}

void load_shapes(const MapReader& map, const Transformer& model, TrainingPhase& phase) {
  const Field length = map["sequence_length"];
  phase.sequence_length = static_cast<int>(length.integer(sequence_rule()));
  if (model.positions > 0 && phase.sequence_length > model.positions) {
    length.fail(fmt::format("{} tokens are more than the model's {} positions", phase.sequence_length, model.positions),
                "give shorter sequences or more positions");
  }
  phase.predictions_per_example = map.integer_or(
      "predictions_per_example",
      count("a count of predictions", "give the predicted tokens of an example, 0 for all", 0, phase.sequence_length),
      0);
}

std::vector<TrainingPhase> load_phases(const Field& field, const Transformer& model) {
  std::vector<TrainingPhase> phases;
  double total = 0;
  for (const Field& element : field.list()) {
    const MapReader map = element.map({"name", "share_of_steps", "sequence_length", "predictions_per_example"});
    TrainingPhase phase;
    phase.name = map["name"].name();
    phase.share_of_steps =
        map["share_of_steps"].number(positive("a share", "give the share of all steps, for example 0.9", 1.0));
    total += phase.share_of_steps;
    load_shapes(map, model, phase);
    phases.push_back(phase);
  }
  if (std::abs(total - 1) > kShareTolerance) {
    field.fail(fmt::format("the shares of the phases add to {}, they must add to 1", total),
               "change share_of_steps of the phases");
  }
  return phases;
}

std::vector<TrainingPhase> load_all_phases(const MapReader& map, const Workload& workload) {
  TrainingPhase only{.name = "training"};
  const auto* transformer = std::get_if<Transformer>(&workload.model);
  if (transformer == nullptr) {
    for (const char* key : {"phases", "sequence_length", "predictions_per_example"}) {
      map.forbid(key, "a convolutional model has no sequences", "remove the line");
    }
    return {only};
  }
  if (const auto phases = map.find("phases")) {
    for (const char* key : {"sequence_length", "predictions_per_example"}) {
      map.forbid(key, "stands beside phases, which have their own", "give it in each phase");
    }
    return load_phases(*phases, *transformer);
  }
  load_shapes(map, *transformer, only);
  return {only};
}

/// The recipe's length in steps, epochs or tokens, if it is not left to a quality.
void load_length(const MapReader& map, Training& training) {
  if (const auto size = map.find("examples_per_epoch")) {
    training.examples_per_epoch = size->integer(
        count("a count of examples", "give the examples of one epoch, for example 1281167", 1, kMaxExamples));
  }
  if (const auto steps = map.find("steps")) {
    for (const char* key : {"epochs", "tokens"}) {
      map.forbid(key, "stands beside steps: the recipe's length is given twice",
                 "give one of steps, epochs and tokens");
    }
    training.steps =
        steps->integer(count("a count of steps", "give optimiser steps, for example 1000000", 1, kMaxExamples));
    return;
  }
  if (const auto epochs = map.find("epochs")) {
    map.forbid("tokens", "stands beside epochs: the recipe's length is given twice",
               "give one of steps, epochs and tokens");
    training.epochs = epochs->number(positive("a count of epochs", "give passes over the data, for example 90", 1e9));
    if (training.examples_per_epoch == 0) map["examples_per_epoch"];
    return;
  }
  if (const auto tokens = map.find("tokens")) {
    if (training.phases.front().sequence_length == 0) {
      tokens->fail("a convolutional model has no tokens", "give steps, or epochs and examples_per_epoch");
    }
    training.tokens = tokens->number(positive("a count of tokens", "give tokens trained, for example 300e9", 1e18));
  }
}

Evaluation load_evaluation(const Field& field, const Training& training) {
  const MapReader map = field.map({"every_steps", "every_epochs", "examples"});
  Evaluation evaluation;
  evaluation.examples = map["examples"].integer(
      count("a count of examples", "give the examples of one evaluation, for example 50000", 1, kMaxExamples));
  if (const auto steps = map.find("every_steps")) {
    map.forbid("every_epochs", "stands beside every_steps", "keep one of them");
    evaluation.every_steps =
        steps->integer(count("a count of steps", "give the steps between two evaluations", 1, kMaxExamples));
    return evaluation;
  }
  const Field epochs = map["every_epochs"];
  if (training.examples_per_epoch == 0) {
    epochs.fail("the recipe does not tell how many examples an epoch has",
                "add training.examples_per_epoch, or give every_steps");
  }
  evaluation.every_examples =
      epochs.number(positive("a count of epochs", "give the epochs between two evaluations, for example 4", 1e9)) *
      static_cast<double>(training.examples_per_epoch);
  return evaluation;
}

void load_training_extras(const MapReader& map, Training& training) {
  if (const auto quality = map.find("quality")) training.quality = quality->text();
  if (const auto evaluation = map.find("evaluation")) training.evaluation = load_evaluation(*evaluation, training);
  if (const auto data = map.find("data_GB")) {
    training.data_bytes =
        data->number(positive("a size", "give the size of the training data, for example 16", 1e9)) * kGB;
  }
}

/// A recipe without a length is as long as the measured runs to its quality.
void require_length(const Field& field, const Workload& workload) {
  const Training& training = workload.training;
  if (training.steps || training.epochs || training.tokens) return;
  if (!training.quality.empty() && workload.convergence.law == ConvergenceLaw::table) return;
  field.fail("the recipe has no length",
             "add a line steps: NUMBER, tokens: NUMBER, or epochs and examples_per_epoch; or quality and a table of "
             "convergence");
}

Training load_training(const Field& field, const Workload& workload) {
  const MapReader map =
      field.map({"optimizer", "recompute", "global_batch", "steps", "epochs", "examples_per_epoch", "tokens", "quality",
                 "evaluation", "data_GB", "input", "sequence_length", "predictions_per_example", "phases"});
  Training training;
  training.optimizer = optimizers()[map["optimizer"].choice(optimizers(), "optimizers")];
  if (const auto recompute = map.find("recompute")) {
    training.recompute = *recompute_of(recomputes()[recompute->choice(recomputes(), "kinds of recomputation")]);
  }
  training.global_batch = map["global_batch"].integer(batch_rule());
  training.input = std::holds_alternative<Transformer>(workload.model) ? "text" : "image";
  if (const auto input = map.find("input"))
    training.input = input_kinds()[input->choice(input_kinds(), "kinds of input")];
  training.phases = load_all_phases(map, workload);
  load_length(map, training);
  load_training_extras(map, training);
  return training;
}

std::vector<PublishedRun> load_published(const Field& field) {
  std::vector<PublishedRun> runs;
  for (const Field& element : field.list()) {
    const MapReader map = element.map({"platform", "chips", "global_batch", "hours", "start_up", "source"});
    runs.push_back(
        {.platform = map["platform"].text(),
         .chips = static_cast<int>(map["chips"].integer(count("a count of chips", "give chips, not cores or devices"))),
         .global_batch = map["global_batch"].integer(batch_rule()),
         .hours = map["hours"].number(positive("a time", "give the hours of the whole run, for example 81")),
         .source = map["source"].text(),
         .with_start_up = map.boolean_or("start_up", true)});
  }
  return runs;
}

}  // namespace

Workload load_workload(const Field& field) {
  const MapReader map =
      field.map({"schema", "name", "description", "model", "training", "convergence", "published", "sources"});
  Workload workload;
  workload.name = map["name"].name();
  workload.description = map["description"].text();
  workload.model = load_model(map["model"]);
  workload.training = load_training(map["training"], workload);
  if (const auto convergence = map.find("convergence")) {
    workload.convergence = load_convergence(*convergence, workload.training);
  }
  require_length(map["training"], workload);
  if (const auto published = map.find("published")) workload.published = load_published(*published);
  check_sources(field.value(), field.path());
  return workload;
}

std::string model_kind(const Workload& workload) {
  return std::holds_alternative<Transformer>(workload.model) ? "transformer" : "convolutional";
}

}  // namespace podsim::catalog
