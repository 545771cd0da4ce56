#include "validation/validation.hpp"

#include "catalog/text/error.hpp"
#include "run/account/calibration.hpp"
#include "run/account/interval.hpp"
#include "validation/anchors.hpp"
#include "validation/baseline.hpp"
#include "validation/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace podsim::validation {
namespace {

using Rows = std::vector<RowResult>;

/// Large rows side by side in one engine cost more than one after the other.
constexpr std::size_t kRowsABlock = 4;

/// Simulates the same rows again and again, and tells how far all of that is.
class Passes {
 public:
  Passes(const catalog::Catalog& catalog, const study::SimulateOptions& options, std::size_t parts)
      : catalog_(catalog), options_(options), parts_(parts) {}

  /// Predictions with a device scale for each row. A row that failed before, or whose scale is 1 after the
  /// first pass, is not simulated again: its place is as in `blind`.
  std::vector<Prediction> scaled(const Rows& rows, const std::vector<double>& scales) {
    std::vector<Prediction> predictions;
    std::vector<ScaledRow> again;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      predictions.push_back(rows[i].blind);
      if (!rows[i].failure.empty() || scales[i] == 1) continue;
      again.push_back({rows[i].run, scales[i]});
      places.push_back(i);
    }
    const auto results = simulate(again);
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (const auto* prediction = std::get_if<Prediction>(&results[i])) predictions[places[i]] = *prediction;
    }
    return predictions;
  }

  std::vector<Predicted> simulate(const std::vector<ScaledRow>& rows) {
    study::SimulateOptions options = options_;
    options.block = kRowsABlock;
    options.progress = [this](std::size_t done) { options_.progress(passed_ + done); };
    auto predictions = predict(catalog_, rows, options);
    passed_ += parts_;
    options_.progress(passed_);
    return predictions;
  }

 private:
  const catalog::Catalog& catalog_;
  const study::SimulateOptions& options_;
  std::size_t parts_;
  std::size_t passed_ = 0;
};

Rows scored_rows(const Suite& suite) {
  Rows rows;
  for (std::size_t family = 0; family < suite.size(); ++family) {
    for (const MeasuredRun& run : suite[family].rows) {
      if (run.unscored) continue;
      rows.emplace_back();
      rows.back().run = &run;
      rows.back().family = family;
    }
  }
  return rows;
}

/// The catalogue's refusal with the row that it is about.
[[noreturn]] void refuse_row(const Family& family, const MeasuredRun& run, const std::string& message) {
  throw catalog::InputError(fmt::format("{}: row {}: {}", family.input.path, run.id, message));
}

void add_new(std::vector<catalog::InputText>& inputs, const std::vector<catalog::InputText>& more) {
  for (const catalog::InputText& input : more) {
    const auto same = [&](const catalog::InputText& known) { return known.path == input.path; };
    if (std::none_of(inputs.begin(), inputs.end(), same)) inputs.push_back(input);
  }
}

/// Reads what each row names, before anything is simulated.
void check_rows(Validation& validation, const catalog::Catalog& catalog, const Suite& suite) {
  for (RowResult& row : validation.rows) {
    for (const study::RunSpec& part : row.run->parts) {
      try {
        const study::ResolvedRun resolved = study::resolve(catalog, part);
        row.grows = resolved.request.stack.host.step_per_doubling_seconds > 0;
        add_new(validation.inputs, resolved.inputs);
      } catch (const catalog::InputError& error) {
        refuse_row(suite[row.family], *row.run, error.what());
      }
    }
  }
}

void predict_blind(Rows& rows, Passes& passes) {
  std::vector<ScaledRow> asked;
  for (const RowResult& row : rows) asked.push_back({row.run, 1});
  const auto predicted = passes.simulate(asked);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (const auto* prediction = std::get_if<Prediction>(&predicted[i])) {
      rows[i].blind = *prediction;
    } else {
      rows[i].failure = std::get<std::string>(predicted[i]);
    }
  }
}

ClassRow class_row(const RowResult& row) {
  const Prediction& blind = row.blind;
  const double steps = blind.steps;
  const double device = (blind.breakdown.compute_seconds + blind.breakdown.optimizer_seconds) / steps;
  return {.other_seconds = blind.seconds / steps - device,
          .device_seconds = device,
          .doublings = std::log2(blind.chips),
          .measured_seconds = blind.measured_seconds / steps,
          .grows = row.grows};
}

/// Can this row say something about the constants of that one's class?
bool informs(const RowResult& row, const RowResult& target) {
  if (!row.failure.empty() || row.blind.flops == 0 || row.stack_class() != target.stack_class()) return false;
  return row.grows || !run::why_no_anchor(row.blind.breakdown);
}

int rows_of(const std::vector<const RowResult*>& rows, std::size_t family) {
  return static_cast<int>(
      std::count_if(rows.begin(), rows.end(), [&](const RowResult* row) { return row->family == family; }));
}

using Chosen = std::function<bool(const RowResult& row, const RowResult& target)>;

ClassConstants constants_for(const RowResult& target, const Rows& rows, const Chosen& chosen) {
  std::vector<const RowResult*> others;
  for (const RowResult& row : rows) {
    if (informs(row, target) && chosen(row, target)) others.push_back(&row);
  }
  std::vector<ClassRow> known;
  for (const RowResult* row : others) {
    known.push_back(class_row(*row));
    known.back().rows_of_study = row->family == target.family ? 0 : rows_of(others, row->family);
  }
  return estimate(known);
}

struct ClassPrediction {
  ClassConstants constants;
  run::Interval seconds;
};

/// With class constants from the chosen rows; the interval is the prior's where none was chosen.
std::vector<ClassPrediction> predict_with_class(const Rows& rows, const Chosen& chosen, Passes& passes) {
  std::vector<ClassPrediction> results(rows.size());
  std::vector<double> scales;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].failure.empty()) results[i].constants = constants_for(rows[i], rows, chosen);
    scales.push_back(results[i].constants.device_scale);
  }
  const auto predictions = passes.scaled(rows, scales);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ClassConstants& constants = results[i].constants;
    const Prediction& prediction = predictions[i];
    const double host = constants.fixed_seconds + constants.per_doubling_seconds * std::log2(rows[i].blind.chips);
    const bool prior = scales[i] == 1 && host == 0;
    results[i].seconds = run::interval(prediction.seconds + prediction.steps * host, prediction.bound_seconds,
                                       prediction.breakdown, prior ? run::Evidence::prior : run::Evidence::stack_class);
  }
  return results;
}

void predict_classes(Rows& rows, Passes& passes) {
  const auto other_family = [](const RowResult& row, const RowResult& target) { return row.family != target.family; };
  const auto other_row = [](const RowResult& row, const RowResult& target) { return row.run != target.run; };
  const auto by_family = predict_with_class(rows, other_family, passes);
  const auto by_row = predict_with_class(rows, other_row, passes);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].class_constants = by_family[i].constants;
    rows[i].class_seconds = by_family[i].seconds;
    rows[i].left_out_seconds = by_row[i].seconds;
  }
}

void predict_from_anchors(Rows& rows, Passes& passes) {
  find_anchors(rows);
  std::vector<double> scales;
  for (const RowResult& row : rows) scales.push_back(row.failure.empty() ? anchor_scale(row, rows) : 1);
  const auto predictions = passes.scaled(rows, scales);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool calibrated = !rows[i].anchor.empty() && rows[i].anchor_refused.empty();
    rows[i].anchor_seconds =
        run::interval(predictions[i].seconds, predictions[i].bound_seconds, predictions[i].breakdown,
                      calibrated ? run::Evidence::anchor : run::Evidence::prior);
  }
}

void add_baselines(Rows& rows) {
  std::vector<FamilyPrediction> all;
  for (const RowResult& row : rows) {
    if (row.failure.empty()) all.push_back({row.family, &row.blind});
  }
  for (RowResult& row : rows) {
    if (!row.failure.empty()) continue;
    row.constant_utilisation_seconds = constant_utilisation_seconds({row.family, &row.blind}, all);
  }
}

void add_summaries(Validation& validation) {
  std::vector<const RowResult*> all;
  for (std::size_t family = 0; family < validation.families.size(); ++family) {
    std::vector<const RowResult*> rows;
    for (const RowResult& row : validation.rows) {
      if (row.family == family) rows.push_back(&row);
    }
    all.insert(all.end(), rows.begin(), rows.end());
    if (!rows.empty()) {
      validation.summaries.push_back(summarize(validation.families[family], rows, validation.rows));
    }
  }
  validation.all_rows = summarize("all rows", all, validation.rows);
  validation.family_mean = mean_summary(validation.summaries);
}

}  // namespace

run::Interval RowResult::blind_seconds() const {
  return run::interval(blind.seconds, blind.bound_seconds, blind.breakdown, run::Evidence::prior);
}

std::size_t scored_parts(const Suite& suite) {
  std::size_t parts = 0;
  for (const Family& family : suite) {
    for (const MeasuredRun& run : family.rows) parts += run.unscored ? 0 : run.parts.size();
  }
  return parts;
}

Validation validate(const catalog::Catalog& catalog, const Suite& suite, const study::SimulateOptions& options) {
  Validation validation;
  for (const Family& family : suite) {
    validation.families.push_back(family.name);
    validation.inputs.push_back(family.input);
    for (const MeasuredRun& run : family.rows) {
      if (run.unscored) validation.unscored.push_back(&run);
    }
  }
  validation.rows = scored_rows(suite);
  check_rows(validation, catalog, suite);
  Passes passes(catalog, options, scored_parts(suite));
  predict_blind(validation.rows, passes);
  predict_classes(validation.rows, passes);
  predict_from_anchors(validation.rows, passes);
  add_baselines(validation.rows);
  add_summaries(validation);
  return validation;
}

}  // namespace podsim::validation
