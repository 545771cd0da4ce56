#include "validation/prediction.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace podsim::validation {
namespace {

void add_scaled(run::Breakdown& sum, const run::Breakdown& step, double factor) {
  for (const auto part : {&run::Breakdown::compute_seconds, &run::Breakdown::exposed_communication_seconds,
                          &run::Breakdown::pipeline_bubble_seconds, &run::Breakdown::optimizer_seconds,
                          &run::Breakdown::input_seconds, &run::Breakdown::overhead_seconds}) {
    sum.*part += factor * step.*part;
  }
}

double peak_of_chip(const run::RunResult& result) {
  return result.step.model_flops / result.step.seconds.value / result.step.mfu / result.setup.chips;
}

/// What the measured time holds beside steps counts as host time: that is what most of it is on many chips.
void add_outside_steps(Prediction& prediction, const MeasuredRun& run, const run::WallParts& parts) {
  const double seconds = (run.evaluation ? parts.evaluation_seconds : 0) + (run.start_up ? parts.start_up_seconds : 0);
  prediction.seconds += seconds;
  prediction.breakdown.overhead_seconds += seconds;
}

void add_part(Prediction& prediction, const run::RunResult& result, double steps) {
  prediction.seconds += steps * result.step.seconds.value;
  prediction.bound_seconds += steps * result.step.bound_seconds;
  prediction.flops += steps * result.step.model_flops;
  prediction.steps += steps;
  add_scaled(prediction.breakdown, result.step.breakdown, steps);
  prediction.chips = result.setup.chips;
  prediction.peak_flops_per_second = peak_of_chip(result);
  prediction.stack = result.setup.stack;
  prediction.fits = prediction.fits && result.memory.fits();
}

Prediction of_efficiency(const MeasuredRun& run, const run::RunResult& result) {
  return {.seconds = 1 / result.scaling.efficiency,
          .measured_seconds = 1 / run.value,
          .chips = result.setup.chips,
          .peak_flops_per_second = peak_of_chip(result),
          .stack = result.setup.stack,
          .fits = result.memory.fits()};
}

double measured_seconds(const MeasuredRun& run, const run::RunResult& result) {
  if (run.quantity != Quantity::examples_per_second) return run.value;
  return static_cast<double>(result.plan.global_batch()) / run.value;
}

Predicted of_row(const MeasuredRun& run, const std::vector<const study::PointOutcome*>& outcomes) {
  Prediction prediction;
  for (std::size_t part = 0; part < run.parts.size(); ++part) {
    const auto* result = std::get_if<run::RunResult>(outcomes[part]);
    if (result == nullptr) return study::short_reason_of(*outcomes[part]);
    if (run.quantity == Quantity::scaling_efficiency) return of_efficiency(run, *result);
    const bool whole_run = run.quantity == Quantity::wall_seconds;
    add_part(prediction, *result, whole_run ? static_cast<double>(result->length.steps) : 1);
    if (whole_run) add_outside_steps(prediction, run, result->wall.parts);
    prediction.measured_seconds = measured_seconds(run, *result);
  }
  return prediction;
}

/// Runs, each once: the same layout may have been measured with several versions of a software.
class DistinctPoints {
 public:
  /// Its place among all().
  std::size_t add(study::RunSpec spec) {
    const auto found = std::find(points_.begin(), points_.end(), spec);
    const auto place = static_cast<std::size_t>(found - points_.begin());
    if (found == points_.end()) points_.push_back(std::move(spec));
    return place;
  }

  const std::vector<study::RunSpec>& all() const { return points_; }

 private:
  std::vector<study::RunSpec> points_;
};

}  // namespace

std::vector<Predicted> predict(const catalog::Catalog& catalog, const std::vector<ScaledRow>& rows,
                               const study::SimulateOptions& options) {
  DistinctPoints points;
  std::vector<std::vector<std::size_t>> places;
  for (const ScaledRow& row : rows) {
    places.emplace_back();
    for (study::RunSpec spec : row.run->parts) {
      spec.device_scale = row.device_scale;
      spec.with_baseline = row.run->quantity == Quantity::scaling_efficiency;
      places.back().push_back(points.add(std::move(spec)));
    }
  }
  const auto outcomes = study::simulate(catalog, points.all(), options);
  std::vector<Predicted> predictions;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<const study::PointOutcome*> of_parts;
    for (const std::size_t place : places[i]) of_parts.push_back(&outcomes[place]);
    predictions.push_back(of_row(*rows[i].run, of_parts));
  }
  return predictions;
}

}  // namespace podsim::validation
