#include "study/answer/measurement.hpp"

#include "catalog/text/decimal.hpp"
#include "catalog/text/nearest.hpp"
#include "catalog/yaml/place.hpp"
#include "parallel/plan/plan_keys.hpp"
#include "results/quantity.hpp"
#include "run/account/calibration.hpp"
#include "study/point/simulate.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

namespace podsim::study {
namespace {

constexpr const char* kForm = "--measured step_seconds=0.293@chips=16,batch=512";
constexpr double kMostMeasured = 1e9;
constexpr int kRounds = 3;

[[noreturn]] void refuse_measurement(const std::string& problem, const std::string& way_out) {
  catalog::fail_file("--measured", problem, way_out);
}

std::pair<std::string, std::string> key_and_value(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    refuse_measurement(fmt::format("{} is not of the form KEY=VALUE", catalog::shortened(text)),
                       fmt::format("for example {}", kForm));
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

void read_value(Measurement& measurement, const std::string& text) {
  const auto [key, value] = key_and_value(text);
  const std::vector<std::string> keys = {"step_seconds", "examples_per_second"};
  if (key != keys[0] && key != keys[1]) {
    refuse_measurement(fmt::format("{} is no measured quantity", catalog::shortened(key)),
                       catalog::suggestion(key, keys, "the quantities"));
  }
  measurement.is_rate = key == keys[1];
  const auto parsed = catalog::read_number(value);
  const double* number = std::get_if<double>(&parsed);
  if (number == nullptr || !(*number > 0) || *number > kMostMeasured) {
    refuse_measurement(fmt::format("{} is not a number above 0 and at most 1e9", catalog::shortened(value)),
                       fmt::format("for example {}", kForm));
  }
  measurement.value = *number;
}

int64_t whole_of(const std::string& key, const std::string& text, int64_t high) {
  const auto value = catalog::parse_whole(text, 1, high);
  if (!value) {
    refuse_measurement(fmt::format("{}={} is not a whole number from 1 to {}", key, catalog::shortened(text), high),
                       fmt::format("for example {}", kForm));
  }
  return *value;
}

void read_condition(RunSpec& run, const std::string& text) {
  const auto [key, value] = key_and_value(text);
  if (key == "chips") {
    run.chips = whole_of(key, value, kMaxChips);
    run.slice.clear();
  } else if (key == "batch") {
    run.plan.global_batch = whole_of(key, value, parallel::kMaxBatch);
  } else if (key == "micro_batch") {
    run.plan.micro_batch = whole_of(key, value, parallel::kMaxBatch);
  } else if (key == "phase") {
    run.phase = value;
  } else {
    refuse_measurement(fmt::format("{} is no condition of a measurement", catalog::shortened(key)),
                       catalog::suggestion(key, {"chips", "batch", "micro_batch", "phase"}, "the conditions"));
  }
}

run::RunResult simulate_alone(const catalog::Catalog& catalog, const RunSpec& spec) {
  PointOutcome outcome = simulate(catalog, {spec}, {}).front();
  if (const auto* impossible = std::get_if<run::ImpossibleRun>(&outcome)) {
    refuse_measurement("the measured run: " + impossible->reason, "give the conditions of a run that is possible");
  }
  if (const auto* failed = std::get_if<FailedRun>(&outcome)) throw std::runtime_error(failed->reason);
  return std::get<run::RunResult>(std::move(outcome));
}

std::string described(const run::RunResult& run) {
  return fmt::format("{}, batch {}", results::count(run.setup.chips, "chip"), results::count(run.plan.global_batch()));
}

void check_bound(const run::RunResult& run, double measured) {
  if (measured >= run.step.bound_seconds) return;
  refuse_measurement(
      fmt::format("a step of {} on {} is below its physical bound of {}", results::duration(measured), described(run),
                  results::duration(run.step.bound_seconds)),
      "check the number, its unit, and that the batch is that of all chips and the precision that of the stack");
}

void check_informative(const run::RunResult& run) {
  const auto bound = run::why_no_anchor(run.step.breakdown);
  if (!bound) return;
  refuse_measurement(
      fmt::format("the step on {} is bound by the {}: it says little about the device", described(run), *bound),
      "give a measurement on fewer chips or with a larger batch");
}

}  // namespace

Measurement parse_measurement(const std::string& text, const RunSpec& target) {
  Measurement measurement;
  measurement.run = target;
  measurement.run.steps.reset();
  measurement.run.full = false;
  const std::size_t at = text.find('@');
  read_value(measurement, text.substr(0, at));
  for (std::size_t begin = at; begin != std::string::npos;) {
    const std::size_t comma = text.find(',', begin + 1);
    read_condition(measurement.run, text.substr(begin + 1, comma == std::string::npos ? comma : comma - begin - 1));
    begin = comma;
  }
  return measurement;
}

run::Calibration calibrate(const catalog::Catalog& catalog, const Measurement& measurement) {
  run::RunResult run = simulate_alone(catalog, measurement.run);
  const double measured =
      measurement.is_rate ? static_cast<double>(run.plan.global_batch()) / measurement.value : measurement.value;
  check_bound(run, measured);
  check_informative(run);
  run::Calibration calibration{.chips = run.setup.chips,
                               .global_batch = run.plan.global_batch(),
                               .measured_step_seconds = measured,
                               .predicted_step_seconds = run.step.seconds.value};
  RunSpec scaled = measurement.run;
  for (int round = 0; round < kRounds; ++round) {
    const double factor = run::implied_device_scale(run.step.breakdown, measured);
    if (!(factor > 0)) {
      refuse_measurement(fmt::format("the parts of the step on {} that are not the device's take longer than the "
                                     "measured {}",
                                     described(run), results::duration(measured)),
                         "give a measurement on fewer chips or with a larger batch");
    }
    calibration.implied_scale *= factor;
    if (round + 1 == kRounds) break;
    scaled.device_scale = calibration.implied_scale;
    run = simulate_alone(catalog, scaled);
  }
  calibration.used_scale = run::shrunk_device_scale(calibration.implied_scale);
  return calibration;
}

}  // namespace podsim::study
