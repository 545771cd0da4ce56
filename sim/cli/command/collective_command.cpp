#include "catalog/lookup/catalog.hpp"
#include "catalog/text/decimal.hpp"
#include "catalog/text/error.hpp"
#include "catalog/text/nearest.hpp"
#include "catalog/yaml/place.hpp"
#include "cli/command/collective_report.hpp"
#include "cli/terminal/command.hpp"
#include "cli/terminal/option_values.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/usage.hpp"
#include "run/collective_request.hpp"
#include "study/point/reference.hpp"
#include "study/point/run_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace podsim::cli {
namespace {

constexpr int64_t kMostBytes = int64_t{1} << 50;
constexpr int64_t kMostJobs = 64;
constexpr double kSmallestOfTable = 1024;
constexpr double kLargestOfTable = 17179869184.0;

struct CollectiveOptions {
  std::string platform;
  std::string operation = "all_reduce";
  std::optional<std::string> chips;
  std::optional<std::string> slice;
  std::optional<std::string> bytes;
  std::optional<std::string> group;
  std::optional<std::string> algorithm;
  std::optional<std::string> library;
  std::optional<std::string> background;
  std::vector<std::string> overrides;
  bool full = false;
  std::string format = "table";
};

collective::Operation operation_of(const std::string& text) {
  const auto& names = collective::operation_names();
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) {
    fail_usage("--op " + catalog::shortened(text), "unknown operation", catalog::suggestion(text, names, "operations"));
  }
  return static_cast<collective::Operation>(found - names.begin());
}

/// "67108864", "64MiB" or "64MB".
double size_in_bytes(const std::string& text) {
  struct Unit {
    const char* name;
    int64_t bytes;
  };
  constexpr std::array<Unit, 11> kUnits = {{{"", 1},
                                            {"kB", 1000},
                                            {"KiB", int64_t{1} << 10},
                                            {"MB", 1'000'000},
                                            {"MiB", int64_t{1} << 20},
                                            {"GB", 1'000'000'000},
                                            {"GiB", int64_t{1} << 30},
                                            {"TB", 1'000'000'000'000},
                                            {"TiB", int64_t{1} << 40},
                                            {"PiB", int64_t{1} << 50},
                                            {"B", 1}}};
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  for (const Unit& unit : kUnits) {
    if (text.substr(digits) != unit.name) continue;
    const auto value = catalog::parse_whole(text.substr(0, digits), 1, kMostBytes / unit.bytes);
    if (value) return static_cast<double>(*value * unit.bytes);
  }
  fail_usage("--bytes " + catalog::shortened(text), "must be a size from 1 byte to 1 PiB",
             "write digits, alone or with kB, KiB, MB, MiB, GB or GiB: 64MiB");
}

std::vector<double> table_sizes() {
  std::vector<double> sizes;
  for (double bytes = kSmallestOfTable; bytes <= kLargestOfTable; bytes *= 2) sizes.push_back(bytes);
  return sizes;
}

run::GroupChoice group_choice(const std::string& text) {
  if (text == "row") return {.kind = run::GroupChoice::Kind::row, .counted = {}};
  if (text == "column") return {.kind = run::GroupChoice::Kind::column, .counted = {}};
  const std::size_t colon = text.find(':');
  const auto size = catalog::parse_whole(text.substr(0, colon), 1, study::kMaxChips);
  const auto stride = colon == std::string::npos ? std::optional<int64_t>(1)
                                                 : catalog::parse_whole(text.substr(colon + 1), 1, study::kMaxChips);
  if (!size || !stride) {
    fail_usage("--group " + catalog::shortened(text), "must be row, column, SIZE or SIZE:DISTANCE",
               "give the ranks of a group and their distance, for example 8, or 16:8 for every 8th of 128");
  }
  return {.kind = run::GroupChoice::Kind::counted,
          .counted = {.size = static_cast<int>(*size), .stride = static_cast<int>(*stride)}};
}

/// The machine and the library of a command line, with those of its overrides that are given.
run::Reference setting_of(const catalog::Catalog& catalog, const CollectiveOptions& options,
                          const std::vector<catalog::Override>& overrides) {
  const auto below = [&](std::string_view prefix) {
    std::vector<catalog::Override> found;
    for (const auto& override : overrides) {
      if (override.key.starts_with(prefix)) found.push_back(override);
    }
    return found;
  };
  run::Reference setting;
  setting.platform = catalog.platform(options.platform, below("platform.")).value;
  setting.library = (options.library ? catalog.library(*options.library, below("library."))
                                     : catalog.default_library(setting.platform.chip, below("library.")))
                        .value;
  return setting;
}

std::vector<catalog::Override> overrides_of(const CollectiveOptions& options) {
  std::vector<catalog::Override> overrides;
  for (const std::string& text : options.overrides) {
    overrides.push_back(catalog::parse_override(text));
    const std::string& key = overrides.back().key;
    if (key.starts_with("library.") || key.starts_with("platform.")) continue;
    fail_usage("--set " + catalog::shortened(text), "the key must start with platform. or library.",
               "for example platform.interconnect.efficiency=0.8");
  }
  return overrides;
}

/// What the library would choose on, without the changes of links and constants. Absent where these are all that make
/// the machine one.
std::optional<run::Reference> reference_of(const catalog::Catalog& catalog, const CollectiveOptions& options,
                                           const std::vector<catalog::Override>& overrides) {
  const auto kept = study::without_link_overrides(overrides);
  if (kept.size() == overrides.size()) return std::nullopt;
  try {
    return setting_of(catalog, options, kept);
  } catch (const catalog::InputError&) {
    return std::nullopt;
  }
}

run::CollectiveRequest collective_request(const CollectiveOptions& options) {
  const catalog::Catalog catalog = catalog::Catalog::standard();
  const std::vector<catalog::Override> overrides = overrides_of(options);
  run::CollectiveRequest request;
  auto [platform, library] = setting_of(catalog, options, overrides);
  request.platform = std::move(platform);
  request.library = std::move(library);
  request.reference = reference_of(catalog, options, overrides);
  request.operation = operation_of(options.operation);
  if (options.chips && options.slice) fail_usage("--chips", "cannot stand beside --slice", "keep one of them");
  if (options.chips) request.chips = whole_number("--chips", *options.chips, study::kMaxChips);
  if (options.slice) request.slice = slice_shape(*options.slice);
  request.sizes = options.bytes ? std::vector{size_in_bytes(*options.bytes)} : table_sizes();
  if (options.group) request.group = group_choice(*options.group);
  if (options.algorithm) request.forced = collective::parse_choice(*options.algorithm);
  if (options.background) {
    request.background_jobs = static_cast<int>(whole_number("--background", *options.background, kMostJobs));
  }
  request.full = options.full;
  return request;
}

void collective_once(const CollectiveOptions& options) {
  const bool json = wants_json(options.format);
  const run::CollectiveResult result = run::run_collective(collective_request(options));
  if (result.group.size < 2) {
    fail_usage(fmt::format("{} on {}", result.operation, result.platform),
               fmt::format("{} of {} has nobody to exchange with",
                           result.group.size == result.ranks ? "the only rank" : "a group of one rank", result.slice),
               "take more chips by --chips, or larger groups by --group");
  }
  if (json) {
    print_json(to_json(result));
  } else {
    print(to_table(result));
  }
}

}  // namespace

void add_collective_command(CLI::App& program) {
  auto options = std::make_shared<CollectiveOptions>();
  CLI::App& command =
      *program.add_subcommand("collective", "time and bandwidth of a collective, as nccl-tests knows it");
  command.add_option("PLATFORM", options->platform, "name in the catalogue, or path of a YAML file")
      ->required()
      ->option_text(" ");
  command
      .add_option("--op", options->operation,
                  "all_reduce (default), all_gather, reduce_scatter, broadcast, all_to_all, ...")
      ->option_text("NAME");
  command.add_option("--chips", options->chips, "number of chips; default: one box, or the smallest slice")
      ->option_text("N");
  command.add_option("--slice", options->slice, "shape of the slice, instead of --chips")->option_text("XxY[xZ]");
  command.add_option("--bytes", options->bytes, "one size: 67108864, 64MiB; without it a table of 1 KiB to 16 GiB")
      ->option_text("B");
  command.add_option("--group", options->group, "row, column, SIZE or SIZE:DISTANCE; default: all ranks")
      ->option_text("G");
  command.add_option("--algorithm", options->algorithm, "force one: ring, ring/ll128, tree, nvls, hierarchical, ...")
      ->option_text("NAME");
  command.add_option("--library", options->library, "collective library; default: the one for this chip")
      ->option_text("NAME");
  command
      .add_option("--background", options->background,
                  "that many other jobs like this one, node by node in turn with it")
      ->option_text("JOBS");
  command.add_option("--set", options->overrides, "override a key: platform.interconnect.efficiency=0.8")
      ->allow_extra_args(false)
      ->option_text("KEY=VALUE");
  command.add_flag("--full", options->full, "simulate every chip and link, even where one can stand for many")
      ->disable_flag_override();
  add_format_option(command, options->format);
  command.footer(
      "Examples:\n  podsim collective dgx-h100\n  podsim collective dgx-a100 --op all_gather --bytes "
      "64MiB");
  command.callback([options] { collective_once(*options); });
}

}  // namespace podsim::cli
