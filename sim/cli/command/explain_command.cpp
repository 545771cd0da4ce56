#include "cli/command/single_run.hpp"
#include "cli/terminal/command.hpp"
#include "cli/terminal/output.hpp"
#include "run/elasticity.hpp"
#include "study/point/resolver.hpp"
#include "study/report/explain_report.hpp"

#include <nlohmann/json.hpp>

#include <memory>

namespace podsim::cli {
namespace {

struct ExplainOptions {
  SingleRunOptions run;
  std::string format = "table";
};

void explain(const ExplainOptions& options) {
  const bool json = wants_json(options.format);
  const study::ResolvedRun resolved = study::resolve(catalog::Catalog::standard(), spec_of(options.run));
  const run::RunResult result = simulate_one(resolved.request, run::run_all_with_elasticities);
  if (json) {
    print_json(study::explain_json(result));
  } else {
    print(study::explain_table(result));
  }
}

}  // namespace

void add_explain_command(CLI::App& program) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App& command =
      *program.add_subcommand("explain", "why a run takes so long, and what ten percent more of each part brings");
  add_single_run_options(command, options->run);
  add_format_option(command, options->format);
  command.footer("Example:\n  podsim explain bert-large-500k tpu-v3-pod --chips 256");
  command.callback([options] { explain(*options); });
}

}  // namespace podsim::cli
