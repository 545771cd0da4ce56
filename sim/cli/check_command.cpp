#include "catalog/catalog.hpp"
#include "catalog/error.hpp"
#include "cli/command.hpp"
#include "cli/output.hpp"
#include "study/axis.hpp"
#include "study/study_file.hpp"
#include "validation/suite_file.hpp"

#include <memory>

namespace podsim::cli {
namespace {

void check_one(const catalog::Catalog& catalog, const std::string& path) {
  const std::string schema = catalog::schema_of(path);
  if (schema == study::kStudySchema) {
    study::Resolver resolver(catalog);
    study::check_study(resolver, study::read_study(path));
  } else if (schema == validation::kPublishedSchema) {
    validation::read_family(path);
  } else {
    catalog.check_file(path);
  }
}

/// Checks all files and tells every error; "ok" lines only where there is none.
void check(const std::vector<std::string>& paths) {
  const catalog::Catalog catalog = catalog::Catalog::standard();
  std::string good;
  std::string errors;
  for (const std::string& path : paths) {
    try {
      check_one(catalog, path);
      good += path + ": ok\n";
    } catch (const catalog::InputError& error) {
      errors += (errors.empty() ? "" : "\npodsim: ") + std::string(error.what());
    }
  }
  if (!errors.empty()) throw catalog::InputError(errors);
  print(good);
}

}  // namespace

void add_check_command(CLI::App& program) {
  auto paths = std::make_shared<std::vector<std::string>>();
  CLI::App& command =
      *program.add_subcommand("check", "check YAML files: platforms, chips, stacks, workloads, studies");
  command.add_option("FILE", *paths, "paths of YAML files")->required()->option_text("...");
  command.footer("Example:\n  podsim check platforms/tpu-v3-pod.yaml workloads/resnet-50.yaml");
  command.callback([paths] { check(*paths); });
}

}  // namespace podsim::cli
