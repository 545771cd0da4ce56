#include "cli/terminal/command.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/usage.hpp"
#include "results/export.hpp"
#include "results/file/hdf5_file.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace podsim::cli {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

struct ExportOptions {
  std::string file;
  bool csv = false;
  bool json = false;
};

void export_file(const ExportOptions& options) {
  if (options.csv && options.json) fail_usage("--csv", "cannot stand beside --json", "keep one of them");
  if (!options.csv && !options.json) fail_usage("export", "needs --csv or --json", "add one of them");
  const results::Hdf5File file(options.file);
  const bool is_run = file.schema() == "podsim/run-file/1";
  if (is_run && options.json) return print(file.text("/summary_json") + "\n");
  const auto columns = file.table(is_run ? "/timeline" : "/points");
  std::string pending;
  const auto sink = [&](std::string_view text) {
    pending += text;
    if (pending.size() < kChunkBytes) return;
    print(pending);
    pending.clear();
  };
  if (options.csv) {
    results::write_csv(columns, sink);
  } else {
    results::write_json(columns, sink);
  }
  print(pending);
}

}  // namespace

void add_export_command(CLI::App& program) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App& command = *program.add_subcommand("export", "the table of an HDF5 result as CSV or JSON");
  command.add_option("FILE.h5", options->file, "what run, scale or sweep has written by -o")
      ->required()
      ->option_text(" ");
  command.add_flag("--csv", options->csv, "points of a study, or timeline of a run")->disable_flag_override();
  command.add_flag("--json", options->json, "points of a study with units, or summary of a run")
      ->disable_flag_override();
  command.footer("Example:\n  podsim export study.h5 --csv > study.csv");
  command.callback([options] { export_file(*options); });
}

}  // namespace podsim::cli
