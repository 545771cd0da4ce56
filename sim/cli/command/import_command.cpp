#include "catalog/import/import.hpp"
#include "catalog/yaml/text_file.hpp"
#include "cli/terminal/command.hpp"
#include "cli/terminal/option_values.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/usage.hpp"
#include "parallel/plan/plan_keys.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>

namespace podsim::cli {
namespace {

constexpr int64_t kMostTokensOfOne = int64_t{1} << 24;

struct ImportCommandOptions {
  std::string config;
  std::optional<std::string> tokens;
  std::optional<std::string> batch;
  std::optional<std::string> sequence;
  std::optional<std::string> name;
  std::optional<std::string> output;
};

catalog::ImportOptions import_options(const ImportCommandOptions& options) {
  catalog::ImportOptions how;
  if (options.tokens) how.tokens = positive_number("--tokens", *options.tokens, "15e12");
  if (options.batch) how.batch = whole_number("--batch", *options.batch, parallel::kMaxBatch);
  if (options.sequence) how.sequence_length = whole_number("--sequence", *options.sequence, kMostTokensOfOne);
  how.name = options.name;
  return how;
}

/// Replaces no file but a workload.
void check_replaceable(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return;
  if (catalog::read_text_file(path).find("schema: podsim/workload/1") != std::string::npos) return;
  fail_usage("-o " + path, "is there and is no workload", "give another name, or remove it");
}

void write(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) throw std::runtime_error(path + ": cannot be written");
}

void import_model(const ImportCommandOptions& options) {
  const std::string text = catalog::import_config(options.config, import_options(options));
  if (!options.output) {
    print(text);
    return;
  }
  check_replaceable(*options.output);
  write(*options.output, text);
}

}  // namespace

void add_import_command(CLI::App& program) {
  auto options = std::make_shared<ImportCommandOptions>();
  CLI::App& command = *program.add_subcommand("import", "a workload from the config.json of a Hugging Face model");
  command.add_option("CONFIG", options->config, "path of a config.json, or of the folder that holds it")
      ->required()
      ->option_text(" ");
  command.add_option("--tokens", options->tokens, "tokens trained on, for example 15e12")->option_text("N");
  command.add_option("--batch", options->batch, "sequences per optimiser step")->option_text("B");
  command.add_option("--sequence", options->sequence, "tokens of one sequence")->option_text("N");
  command.add_option("--name", options->name, "of the workload; default: the folder's")->option_text("NAME");
  command.add_option("-o,--output", options->output, "write the workload there and not on the terminal")
      ->option_text("FILE.yaml");
  command.footer(
      "Example:\n  podsim import config.json --tokens 15e12 --batch 1024 --sequence 8192 -o mine.yaml\n"
      "  podsim run mine.yaml dgx-h100 --chips 64");
  command.callback([options] { import_model(*options); });
}

}  // namespace podsim::cli
