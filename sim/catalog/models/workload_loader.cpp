#include "catalog/models/workload_loader.hpp"

#include "catalog/models/convergence_loader.hpp"
#include "catalog/models/model_loader.hpp"
#include "catalog/models/phase_loader.hpp"
#include "catalog/spec/names.hpp"
#include "catalog/text/units.hpp"
#include "catalog/yaml/rules.hpp"
#include "catalog/yaml/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace podsim::catalog {
namespace {

constexpr int64_t kMaxExamples = 1'000'000'000'000'000;

IntegerRule batch_rule() {
  return count("a batch", "give examples per optimiser step of the whole machine, for example 256", 1, 1 << 30);
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

Input default_input(const Model& model) {
  if (const auto* recurrent = std::get_if<Recurrent>(&model)) {
    return recurrent->features > 0 ? Input::audio : Input::text;
  }
  return std::holds_alternative<Transformer>(model) ? Input::text : Input::image;
}

StepRange load_plausible_steps(const Field& field) {
  const auto ends = field.list_of(2, "the fewest and the most steps that the run can have had");
  const IntegerRule rule =
      count("a count of steps", "give optimiser steps, for example [100000, 1000000]", 1, kMaxExamples);
  const StepRange range{.low = ends[0].integer(rule), .high = ends[1].integer(rule)};
  if (range.low > range.high) field.fail("the fewest steps are more than the most", "swap them");
  return range;
}

Training load_training(const Field& field, const Workload& workload) {
  std::vector<std::string> keys = {"optimizer",          "recompute", "global_batch",   "steps",  "epochs",
                                   "examples_per_epoch", "input",     "phases",         "tokens", "quality",
                                   "evaluation",         "data_GB",   "plausible_steps"};
  for (const std::string& key : shape_keys()) keys.push_back(key);
  const MapReader map = field.map(keys);
  Training training;
  training.optimizer = static_cast<Optimizer>(map["optimizer"].choice(optimizers(), "optimizers"));
  if (const auto recompute = map.find("recompute")) {
    training.recompute = *recompute_of(recomputes()[recompute->choice(recomputes(), "kinds of recomputation")]);
  }
  training.global_batch = map["global_batch"].integer(batch_rule());
  load_phases(map, workload.model, training);
  load_length(map, training);
  load_training_extras(map, training);
  if (const auto steps = map.find("plausible_steps")) training.plausible_steps = load_plausible_steps(*steps);
  training.input = default_input(workload.model);
  if (const auto input = map.find("input")) {
    training.input = static_cast<Input>(input->choice(inputs(), "kinds of input"));
  }
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
      field.map({"schema", "name", "description", "model", "training", "convergence", "plan", "published", "sources"});
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

}  // namespace podsim::catalog
