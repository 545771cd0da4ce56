#include "cli/terminal/command.hpp"
#include "cli/terminal/option_values.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/progress.hpp"
#include "validation/limits.hpp"
#include "validation/report.hpp"
#include "validation/suite_file.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace podsim::cli {
namespace {

struct ValidateOptions {
  std::optional<std::string> suite;
  std::optional<std::string> output;
  std::optional<std::string> workers;
  std::optional<std::string> limits;
  std::vector<std::string> overrides;
  bool rows = false;
  std::string format = "table";
};

validation::Validation predict_suite(const catalog::Catalog& catalog, const validation::Suite& suite, int workers) {
  Progress progress(std::cerr, isatty(STDERR_FILENO) != 0, validation::kPasses * validation::scored_parts(suite));
  const auto start = std::chrono::steady_clock::now();
  study::SimulateOptions options;
  options.workers = workers;
  options.progress = [&](std::size_t done) { progress.show(done, std::chrono::steady_clock::now() - start); };
  return validation::validate(catalog, suite, options);
}

/// The suite with the same `--set` in every run, after those of its rows.
validation::Suite with_overrides(validation::Suite suite, const std::vector<std::string>& texts) {
  std::vector<catalog::Override> overrides;
  for (const std::string& text : texts) overrides.push_back(catalog::parse_override(text));
  catalog::check_override_keys(overrides);
  for (validation::Family& family : suite) {
    for (validation::MeasuredRun& run : family.rows) {
      for (study::RunSpec& part : run.parts) {
        part.overrides.insert(part.overrides.end(), overrides.begin(), overrides.end());
      }
    }
  }
  return suite;
}

/// Throws, naming every breach, so that the program ends with 1.
void check_limits(const validation::Validation& result, const std::string& path, const validation::Limits& limits) {
  const auto found = validation::breaches(result, limits);
  if (found.empty()) return;
  throw std::runtime_error(fmt::format("less accurate than {} allows\n  {}", path, fmt::join(found, "\n  ")));
}

void validate(const ValidateOptions& options, const Invocation& invocation) {
  const bool json = wants_json(options.format);
  const int workers = worker_count(options.workers);
  const catalog::Catalog catalog = catalog::Catalog::standard();
  const std::string path = options.suite ? *options.suite : catalog.published_runs().string();
  const validation::Suite suite = with_overrides(validation::read_suite(path), options.overrides);
  const auto limits = options.limits ? validation::read_limits(*options.limits) : validation::Limits{};
  std::optional<results::OutputFile> file;
  if (options.output) file.emplace(*options.output);
  validation::Validation result = predict_suite(catalog, suite, workers);
  if (file) {
    const auto origin = provenance(command_line(invocation), std::move(result.inputs));
    results::write_table(*file, validation::to_study_table(result), origin);
  }
  if (json) {
    print_json(validation::to_json(result));
  } else {
    print((options.rows ? validation::to_row_table(result) + "\n" : "") + validation::to_table(result));
  }
  if (options.limits) check_limits(result, *options.limits, limits);
}

}  // namespace

void add_validate_command(CLI::App& program, const Invocation& invocation) {
  auto options = std::make_shared<ValidateOptions>();
  CLI::App& command = *program.add_subcommand("validate", "predicted beside published: how far off podsim is");
  command.add_option("--suite", options->suite, "file or folder of published runs; default: those of podsim")
      ->option_text("PATH");
  command.add_option("--set", options->overrides, "override a key in every run: what is a term worth?")
      ->allow_extra_args(false)
      ->option_text("KEY=VALUE");
  command.add_flag("--rows", options->rows, "list every run as well")->disable_flag_override();
  command.add_option("--limits", options->limits, "end with 1 where a family is worse than this file allows")
      ->option_text("FILE");
  add_format_option(command, options->format);
  command.add_option("-o,--output", options->output, "also write the rows as HDF5")->option_text("FILE.h5");
  command.add_option("-j,--jobs", options->workers, "processes at a time; the result does not depend on it")
      ->option_text("N");
  command.footer("Example:\n  podsim validate --rows");
  command.callback([options, &invocation] { validate(*options, invocation); });
}

}  // namespace podsim::cli
