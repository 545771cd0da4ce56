#include "catalog/models/convergence_loader.hpp"

#include "catalog/yaml/rules.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

namespace podsim::catalog {
namespace {

constexpr std::array kLaws = {ConvergenceLaw::constant_examples, ConvergenceLaw::critical_batch, ConvergenceLaw::table};
constexpr int64_t kMostBatch = int64_t{1} << 30;

std::vector<std::string> law_names() { return {"constant_examples", "critical_batch", "table"}; }

std::vector<std::string> keys_of_law(ConvergenceLaw law) {
  switch (law) {
    case ConvergenceLaw::constant_examples: return {"law", "batch_range"};
    case ConvergenceLaw::critical_batch: return {"law", "critical_batch", "batch_range"};
    case ConvergenceLaw::table: return {"law", "points"};
  }
  return {};
}

int64_t batch_of(const Field& field) {
  return field.integer(count("a batch", "give examples per optimiser step, for example 4096", 1, kMostBatch));
}

void load_range(const Field& field, Convergence& convergence) {
  const auto limits = field.list_of(2, "the smallest and the largest batch");
  convergence.least_batch = batch_of(limits[0]);
  convergence.largest_batch = batch_of(limits[1]);
  if (convergence.least_batch > convergence.largest_batch) {
    field.fail("the range ends before it starts", "give the smaller batch first");
  }
}

/// One of steps, epochs and examples.
double load_examples(const Field& field, const MapReader& map, int64_t batch, const Training& training) {
  if (const auto steps = map.find("steps")) {
    map.forbid("epochs", "stands beside steps", "keep one of them");
    map.forbid("examples", "stands beside steps", "keep one of them");
    return steps->number(positive("a count of steps", "give optimiser steps, for example 15625", 1e15)) *
           static_cast<double>(batch);
  }
  if (const auto epochs = map.find("epochs")) {
    map.forbid("examples", "stands beside epochs", "keep one of them");
    if (training.examples_per_epoch == 0) {
      epochs->fail("the recipe does not tell how many examples an epoch has", "add training.examples_per_epoch");
    }
    return epochs->number(positive("a count of epochs", "give passes over the data, for example 90", 1e9)) *
           static_cast<double>(training.examples_per_epoch);
  }
  const auto examples = map.find("examples");
  if (!examples) field.fail("the point has no length", "add steps, epochs or examples");
  return examples->number(positive("a count of examples", "give examples until the target, for example 3e6", 1e18));
}

void load_points(const Field& field, const Training& training, Convergence& convergence) {
  for (const Field& element : field.list()) {
    const MapReader map = element.map({"global_batch", "steps", "epochs", "examples"});
    const Field batch = map["global_batch"];
    const ConvergencePoint point{batch_of(batch), load_examples(element, map, batch_of(batch), training)};
    if (!convergence.points.empty() && point.global_batch <= convergence.points.back().global_batch) {
      batch.fail("the batches of the points must ascend", "put the points in order, one for each batch");
    }
    convergence.points.push_back(point);
  }
  convergence.least_batch = convergence.points.front().global_batch;
  convergence.largest_batch = convergence.points.back().global_batch;
}

}  // namespace

Convergence load_convergence(const Field& field, const Training& training) {
  Convergence convergence;
  convergence.assumed = false;
  convergence.law = kLaws[field.variant("law", law_names(), "laws")];
  const MapReader map = field.map(keys_of_law(convergence.law));
  if (convergence.law == ConvergenceLaw::table) load_points(map["points"], training, convergence);
  if (convergence.law == ConvergenceLaw::critical_batch) {
    convergence.critical_batch = map["critical_batch"].number(
        positive("a batch", "give the examples at which the steps are twice the fewest, for example 15000", 1e12));
  }
  if (convergence.law != ConvergenceLaw::table) {
    if (const auto range = map.find("batch_range")) load_range(*range, convergence);
  }
  return convergence;
}

}  // namespace podsim::catalog
