#include "catalog/workload_loader.hpp"

#include "catalog/model_loader.hpp"
#include "catalog/names.hpp"
#include "catalog/phase_loader.hpp"
#include "catalog/rules.hpp"
#include "catalog/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace podsim::catalog {
namespace {

constexpr int64_t kMaxExamples = 1'000'000'000'000'000;

IntegerRule batch_rule() {
  return count("a batch", "give examples per optimiser step of the whole machine, for example 256", 1, 1 << 30);
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

std::string default_input(const Model& model) {
  if (const auto* recurrent = std::get_if<Recurrent>(&model)) return recurrent->features > 0 ? "audio" : "text";
  return std::holds_alternative<Transformer>(model) ? "text" : "image";
}

Training load_training(const Field& field, const Workload& workload) {
  std::vector<std::string> keys = {"optimizer", "recompute",          "global_batch", "steps",
                                   "epochs",    "examples_per_epoch", "input",        "phases"};
  for (const std::string& key : shape_keys()) keys.push_back(key);
  const MapReader map = field.map(keys);
  Training training;
  training.optimizer = optimizers()[map["optimizer"].choice(optimizers(), "optimizers")];
  if (const auto recompute = map.find("recompute")) {
    training.recompute = static_cast<Recompute>(recompute->choice(recomputes(), "kinds of recomputation"));
  }
  training.global_batch = map["global_batch"].integer(batch_rule());
  load_phases(map, workload.model, training);
  if (!training.steps) load_length(map, training);
  training.input = default_input(workload.model);
  if (const auto input = map.find("input"))
    training.input = input_kinds()[input->choice(input_kinds(), "kinds of input")];
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

std::string model_kind(const Workload& workload) { return model_kinds()[workload.model.index()]; }

}  // namespace podsim::catalog
