#include "cli/terminal/command.hpp"
#include "cli/terminal/output.hpp"
#include "study/answer/compute_ledger.hpp"
#include "study/report/compute_report.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace podsim::cli {
namespace {

void compute(const std::string& format) {
  const bool json = wants_json(format);
  const study::ComputeLedger ledger = study::compute_ledger(catalog::Catalog::standard());
  if (json) {
    print_json(study::to_json(ledger));
  } else {
    print(study::to_table(ledger));
  }
}

}  // namespace

void add_compute_command(CLI::App& program) {
  auto format = std::make_shared<std::string>("table");
  CLI::App& command =
      *program.add_subcommand("compute", "the operations of a decade of training runs, and how fast they grow");
  add_format_option(command, *format);
  command.footer("Example:\n  podsim compute --format json");
  command.callback([format] { compute(*format); });
}

}  // namespace podsim::cli
