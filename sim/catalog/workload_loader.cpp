#include "catalog/workload_loader.hpp"

#include "catalog/model_loader.hpp"
#include "catalog/names.hpp"
#include "catalog/rules.hpp"
#include "catalog/schema.hpp"

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

void load_length(const MapReader& map, Training& training) {
  if (const auto steps = map.find("steps")) {
    const char* problem = "stands beside steps: the recipe's length is given twice";
    map.forbid("epochs", problem, "give steps, or epochs and examples_per_epoch");
    map.forbid("examples_per_epoch", problem, "give steps, or epochs and examples_per_epoch");
    training.steps =
        steps->integer(count("a count of steps", "give optimiser steps, for example 1000000", 1, kMaxExamples));
    return;
  }
  const auto epochs = map.find("epochs");
  if (!epochs) map.fail("the recipe has no length", "add a line steps: NUMBER, or epochs and examples_per_epoch");
  training.epochs = epochs->number(positive("a count of epochs", "give passes over the data, for example 90", 1e9));
  training.examples_per_epoch = map["examples_per_epoch"].integer(
      count("a count of examples", "give the examples of one epoch, for example 1281167", 1, kMaxExamples));
}

Training load_training(const Field& field, const Workload& workload) {
  const MapReader map = field.map({"optimizer", "recompute", "global_batch", "steps", "epochs", "examples_per_epoch",
                                   "input", "sequence_length", "predictions_per_example", "phases"});
  Training training;
  training.optimizer = optimizers()[map["optimizer"].choice(optimizers(), "optimizers")];
  if (const auto recompute = map.find("recompute")) {
    training.recompute = static_cast<Recompute>(recompute->choice(recomputes(), "kinds of recomputation"));
  }
  training.global_batch = map["global_batch"].integer(batch_rule());
  load_length(map, training);
  training.input = std::holds_alternative<Transformer>(workload.model) ? "text" : "image";
  if (const auto input = map.find("input"))
    training.input = input_kinds()[input->choice(input_kinds(), "kinds of input")];
  training.phases = load_all_phases(map, workload);
  return training;
}

std::vector<PublishedRun> load_published(const Field& field) {
  std::vector<PublishedRun> runs;
  for (const Field& element : field.list()) {
    const MapReader map = element.map({"platform", "chips", "global_batch", "hours", "source"});
    runs.push_back(
        {.platform = map["platform"].text(),
         .chips = static_cast<int>(map["chips"].integer(count("a count of chips", "give chips, not cores or devices"))),
         .global_batch = map["global_batch"].integer(batch_rule()),
         .hours = map["hours"].number(positive("a time", "give the hours of the whole run, for example 81")),
         .source = map["source"].text()});
  }
  return runs;
}

}  // namespace

Workload load_workload(const Field& field) {
  const MapReader map = field.map({"schema", "name", "description", "model", "training", "published", "sources"});
  Workload workload;
  workload.name = map["name"].name();
  workload.description = map["description"].text();
  workload.model = load_model(map["model"]);
  workload.training = load_training(map["training"], workload);
  if (const auto published = map.find("published")) workload.published = load_published(*published);
  check_sources(field.value(), field.path());
  return workload;
}

std::string model_kind(const Workload& workload) {
  return std::holds_alternative<Transformer>(workload.model) ? "transformer" : "convolutional";
}

}  // namespace podsim::catalog
