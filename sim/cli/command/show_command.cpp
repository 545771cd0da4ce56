#include "catalog/lookup/catalog.hpp"
#include "catalog/text/nearest.hpp"
#include "catalog/yaml/place.hpp"
#include "cli/facts/facts.hpp"
#include "cli/terminal/command.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/usage.hpp"
#include "study/grid/axis.hpp"
#include "study/point/workload_plan.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace podsim::cli {
namespace {

using catalog::Catalog;
using catalog::EntryKind;

struct ShowOptions {
  std::string name;
  std::string format = "table";
};

struct Shown {
  std::string kind;
  std::vector<Fact> facts;
};

Shown show_kind(const Catalog& catalog, EntryKind kind, const std::string& name) {
  switch (kind) {
    case EntryKind::workload:
      return {"workload", facts_of(catalog.workload(name), study::workload_plan(catalog, name))};
    case EntryKind::platform: return {"platform", facts_of(catalog.platform(name))};
    case EntryKind::chip: return {"chip", facts_of(catalog.chip(name))};
    case EntryKind::stack: return {"stack", facts_of(catalog.stack(name))};
    case EntryKind::library: return {"library", facts_of(catalog.library(name))};
    case EntryKind::prices: return {"prices", facts_of(catalog.prices(name))};
    case EntryKind::study: return {"study", study_facts(catalog.study(name), name)};
  }
  return {};
}

/// A path is read as its schema line says; a name is looked for in every kind.
Shown show(const Catalog& catalog, const std::string& name) {
  constexpr std::array kinds = {EntryKind::workload, EntryKind::platform, EntryKind::chip, EntryKind::stack,
                                EntryKind::library,  EntryKind::prices,   EntryKind::study};
  constexpr std::array schemas = {"podsim/workload/1", "podsim/platform/1", "podsim/chip/1",    "podsim/stack/1",
                                  "podsim/library/1",  "podsim/prices/1",   study::kStudySchema};
  if (name.find('/') != std::string::npos || name.ends_with(".yaml")) {
    const auto schema = std::find(schemas.begin(), schemas.end(), catalog::schema_of(name));
    if (schema == schemas.end()) catalog.check_file(name);
    return show_kind(catalog, kinds.at(static_cast<std::size_t>(schema - schemas.begin())), name);
  }
  std::vector<std::string> names;
  for (const EntryKind kind : kinds) {
    for (std::string& entry : catalog.names(kind)) {
      if (entry == name) return show_kind(catalog, kind, name);
      names.push_back(std::move(entry));
    }
  }
  fail_usage(catalog::shortened(name), "unknown name", catalog::suggestion_of_many(name, names, "podsim list"));
}

void show(const ShowOptions& options) {
  const bool json = wants_json(options.format);
  const Shown shown = show(Catalog::standard(), options.name);
  if (json) {
    nlohmann::ordered_json object{{"schema", "podsim/show/1"}, {"kind", shown.kind}};
    object.update(to_json(shown.facts));
    print_json(object);
  } else {
    print(to_table(shown.facts));
  }
}

}  // namespace

void add_show_command(CLI::App& program) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App& command = *program.add_subcommand("show", "a workload, platform, chip, stack, price list or study");
  command.add_option("NAME", options->name, "name in the catalogue, or path of a YAML file")
      ->required()
      ->option_text(" ");
  add_format_option(command, options->format);
  command.footer("Example:\n  podsim show tpu-v3-pod");
  command.callback([options] { show(*options); });
}

}  // namespace podsim::cli
