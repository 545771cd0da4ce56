#include "validation/prediction.hpp"

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
  return result.model_flops_per_step / result.step_seconds.value / result.mfu / result.chips;
}

/// What the measured time holds beside steps counts as host time: that is what most of it is on many chips.
void add_outside_steps(Prediction& prediction, const MeasuredRun& run, const run::WallParts& parts) {
  const double seconds = (run.evaluation ? parts.evaluation_seconds : 0) + (run.start_up ? parts.start_up_seconds : 0);
  prediction.seconds += seconds;
  prediction.breakdown.overhead_seconds += seconds;
}

void add_part(Prediction& prediction, const run::RunResult& result, double steps) {
  prediction.seconds += steps * result.step_seconds.value;
  prediction.bound_seconds += steps * result.step_bound_seconds;
  prediction.flops += steps * result.model_flops_per_step;
  prediction.steps += steps;
  add_scaled(prediction.breakdown, result.breakdown, steps);
  prediction.chips = result.chips;
  prediction.peak_flops_per_second = peak_of_chip(result);
  prediction.stack = result.stack;
  prediction.fits = prediction.fits && result.memory.fits();
}

Prediction of_efficiency(const MeasuredRun& run, const run::RunResult& result) {
  return {.seconds = 1 / result.scaling_efficiency,
          .measured_seconds = 1 / run.value,
          .chips = result.chips,
          .peak_flops_per_second = peak_of_chip(result),
          .stack = result.stack,
          .fits = result.memory.fits()};
}

double measured_seconds(const MeasuredRun& run, const run::RunResult& result) {
  if (run.quantity != Quantity::examples_per_second) return run.value;
  return static_cast<double>(result.global_batch()) / run.value;
}

Predicted of_row(const MeasuredRun& run, const study::PointOutcome* outcomes) {
  Prediction prediction;
  for (std::size_t part = 0; part < run.parts.size(); ++part) {
    const auto* result = std::get_if<run::RunResult>(&outcomes[part]);
    if (result == nullptr) return study::short_reason_of(outcomes[part]);
    if (run.quantity == Quantity::scaling_efficiency) return of_efficiency(run, *result);
    const bool whole_run = run.quantity == Quantity::wall_seconds;
    add_part(prediction, *result, whole_run ? static_cast<double>(result->steps) : 1);
    if (whole_run) add_outside_steps(prediction, run, result->wall_parts);
    prediction.measured_seconds = measured_seconds(run, *result);
  }
  return prediction;
}

}  // namespace

std::vector<Predicted> predict(const catalog::Catalog& catalog, const std::vector<ScaledRow>& rows,
                               const study::SimulateOptions& options) {
  std::vector<study::RunSpec> points;
  for (const ScaledRow& row : rows) {
    for (study::RunSpec spec : row.run->parts) {
      spec.device_scale = row.device_scale;
      points.push_back(std::move(spec));
    }
  }
  const auto outcomes = study::simulate(catalog, points, options);
  std::vector<Predicted> predictions;
  const study::PointOutcome* next = outcomes.data();
  for (const ScaledRow& row : rows) {
    predictions.push_back(of_row(*row.run, next));
    next += row.run->parts.size();
  }
  return predictions;
}

}  // namespace podsim::validation
