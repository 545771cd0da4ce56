#include "catalog/lookup/catalog.hpp"
#include "catalog/text/nearest.hpp"
#include "cli/terminal/command.hpp"
#include "cli/terminal/output.hpp"
#include "cli/terminal/usage.hpp"
#include "results/text_table.hpp"

#include <array>
#include <memory>
#include <optional>

namespace podsim::cli {
namespace {

using catalog::EntryKind;
using Json = nlohmann::ordered_json;

struct Kind {
  const char* name;
  EntryKind kind;
};

constexpr std::array<Kind, 7> kKinds = {{{"workloads", EntryKind::workload},
                                         {"platforms", EntryKind::platform},
                                         {"chips", EntryKind::chip},
                                         {"stacks", EntryKind::stack},
                                         {"libraries", EntryKind::library},
                                         {"prices", EntryKind::prices},
                                         {"studies", EntryKind::study}}};

struct ListOptions {
  std::optional<std::string> kind;
  std::string format = "table";
};

std::vector<Kind> kinds_of(const std::optional<std::string>& wanted) {
  std::vector<Kind> kinds;
  std::vector<std::string> names;
  for (const Kind& kind : kKinds) {
    if (!wanted || *wanted == kind.name) kinds.push_back(kind);
    names.emplace_back(kind.name);
  }
  if (kinds.empty()) fail_usage(*wanted, "unknown kind", catalog::suggestion(*wanted, names, "kinds"));
  return kinds;
}

std::string to_table(const catalog::Catalog& catalog, const std::vector<Kind>& kinds) {
  std::string text;
  for (const Kind& kind : kinds) {
    results::TextTable table({{kind.name, results::Align::left}, {"", results::Align::left}});
    for (const catalog::Entry& entry : catalog.list(kind.kind)) table.add_words(entry.name, entry.description);
    text += (text.empty() ? "" : "\n") + table.text();
  }
  return text;
}

Json to_json(const catalog::Catalog& catalog, const std::vector<Kind>& kinds) {
  Json json{{"schema", "podsim/list/1"}};
  for (const Kind& kind : kinds) {
    json[kind.name] = Json::array();
    for (const catalog::Entry& entry : catalog.list(kind.kind)) {
      json[kind.name].push_back(
          {{"name", entry.name}, {"description", entry.description}, {"path", entry.path.string()}});
    }
  }
  return json;
}

void list(const ListOptions& options) {
  const bool json = wants_json(options.format);
  const std::vector<Kind> kinds = kinds_of(options.kind);
  const catalog::Catalog catalog = catalog::Catalog::standard();
  if (json) {
    print_json(to_json(catalog, kinds));
  } else {
    print(to_table(catalog, kinds));
  }
}

}  // namespace

void add_list_command(CLI::App& program) {
  auto options = std::make_shared<ListOptions>();
  CLI::App& command = *program.add_subcommand("list", "what the catalogue has");
  command.add_option("KIND", options->kind, "workloads, platforms, chips, stacks, libraries, prices, studies; or all")
      ->option_text(" ");
  add_format_option(command, options->format);
  command.footer("Example:\n  podsim list platforms");
  command.callback([options] { list(*options); });
}

}  // namespace podsim::cli
