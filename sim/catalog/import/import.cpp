#include "catalog/import/import.hpp"

#include "catalog/import/architectures.hpp"
#include "catalog/models/workload_loader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <system_error>
#include <vector>

namespace podsim::catalog {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLongestName = 64;

bool in_name(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
         letter == '.' || letter == '_' || letter == '-';
}

/// The name of the folder that the file lies in, with what no name may have as dashes.
std::string name_of_folder(const fs::path& file) {
  std::error_code error;
  const fs::path absolute = fs::absolute(file, error);
  std::string name = absolute.parent_path().filename().string().substr(0, kLongestName);
  std::replace_if(
      name.begin(), name.end(), [](char letter) { return !in_name(letter); }, '-');
  return name.empty() ? "imported" : name;
}

std::string checked_name(const std::string& name) {
  if (!name.empty() && name.size() <= kLongestName && std::all_of(name.begin(), name.end(), in_name)) return name;
  fail_file("--name " + shortened(name), "is no name of a workload",
            fmt::format("give 1 to {} letters, digits, dots, dashes and underscores", kLongestName));
}

ImportedRecipe recipe_of(const Config& config, const ImportOptions& options) {
  std::vector<std::string> missing;
  if (!options.tokens) missing.emplace_back("--tokens N (trained on)");
  if (!options.batch) missing.emplace_back("--batch B (sequences per step)");
  if (!options.sequence_length) missing.emplace_back("--sequence N (tokens of one)");
  if (missing.empty()) return {*options.tokens, *options.batch, *options.sequence_length};
  fail_file(config.path(), "tells the model and not how it is trained",
            fmt::format("add {}", fmt::join(missing, ", ")));
}

/// The text must be a workload: what does not go together, such as heads and a width, is told here.
void check_workload(const std::string& text, const std::string& path) {
  const auto source = std::make_shared<const Source>(Source{path + " as a workload", text});
  load_workload(Field(parse_document(source).root, ""));
}

}  // namespace

std::string import_config(const fs::path& path, const ImportOptions& options) {
  Config config = Config::read(path);
  const Transformer model = model_of(config);
  const ImportedRecipe recipe = recipe_of(config, options);
  const std::string name = options.name ? checked_name(*options.name) : name_of_folder(config.path());
  std::string text = workload_text(name, config.path(), model, recipe, config.assumptions());
  check_workload(text, config.path());
  return text;
}

}  // namespace podsim::catalog
