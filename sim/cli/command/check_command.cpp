#include "catalog/lookup/catalog.hpp"
#include "catalog/text/error.hpp"
#include "cli/terminal/command.hpp"
#include "cli/terminal/output.hpp"
#include "study/grid/axis.hpp"
#include "study/grid/study_file.hpp"
#include "study/point/workload_plan.hpp"
#include "validation/suite_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace podsim::cli {
namespace {

struct CheckOptions {
  std::vector<std::string> paths;
  std::string format = "table";
};

/// A file and what is wrong with it: the first error that its reader meets.
struct CheckedFile {
  std::string path;
  std::optional<std::string> error;
};

void check_one(const catalog::Catalog& catalog, const std::string& path) {
  const std::string schema = catalog::schema_of(path);
  if (schema == study::kStudySchema) {
    study::Resolver resolver(catalog);
    study::check_study(resolver, study::read_study(path));
  } else if (schema == validation::kPublishedSchema) {
    validation::read_family(path);
  } else {
    catalog.check_file(path);
    if (schema == catalog::schema_line(catalog::EntryKind::workload)) study::workload_plan(catalog, path);
  }
}

std::vector<CheckedFile> check_all(const std::vector<std::string>& paths) {
  const catalog::Catalog catalog = catalog::Catalog::standard();
  std::vector<CheckedFile> files;
  for (const std::string& path : paths) {
    CheckedFile file{path, std::nullopt};
    try {
      check_one(catalog, path);
    } catch (const catalog::InputError& error) {
      file.error = error.what();
    }
    files.push_back(std::move(file));
  }
  return files;
}

nlohmann::ordered_json checked_json(const std::vector<CheckedFile>& files) {
  nlohmann::ordered_json json{{"schema", "podsim/check/1"}, {"files", nlohmann::ordered_json::array()}};
  for (const CheckedFile& file : files) {
    json["files"].push_back({{"file", file.path}, {"ok", !file.error}, {"error", nullptr}});
    if (file.error) json["files"].back()["error"] = *file.error;
  }
  return json;
}

/// Checks all files and tells what is wrong with each; "ok" lines only where all are good. JSON has both.
void check(const CheckOptions& options) {
  const bool json = wants_json(options.format);
  const std::vector<CheckedFile> files = check_all(options.paths);
  std::string good;
  std::string errors;
  for (const CheckedFile& file : files) {
    good += file.path + ": ok\n";
    if (file.error) errors += (errors.empty() ? "" : "\npodsim: ") + *file.error;
  }
  if (json) print_json(checked_json(files));
  if (!errors.empty()) throw catalog::InputError(errors);
  if (!json) print(good);
}

}  // namespace

void add_check_command(CLI::App& program) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App& command =
      *program.add_subcommand("check", "check YAML files: platforms, chips, stacks, workloads, studies");
  command.add_option("FILE", options->paths, "paths of YAML files")->required()->option_text("...");
  add_format_option(command, options->format);
  command.footer("Example:\n  podsim check platforms/tpu-v3-pod.yaml workloads/resnet-50.yaml");
  command.callback([options] { check(*options); });
}

}  // namespace podsim::cli
