#include "cli/facts/facts.hpp"

#include "catalog/yaml/document.hpp"
#include "results/text.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>

namespace podsim::cli {

std::vector<Fact> source_facts(const std::vector<catalog::InputText>& inputs) {
  nlohmann::ordered_json sources = nlohmann::ordered_json::array();
  std::vector<Fact> facts;
  for (const catalog::InputText& input : inputs) {
    const auto source = std::make_shared<catalog::Source>(catalog::Source{input.path, input.text, false});
    const catalog::Document document = catalog::parse_document(source);
    const catalog::Value* entries = document.root.find("sources");
    if (entries == nullptr) continue;
    const std::string file = std::filesystem::path(input.path).stem().string() + " ";
    for (const catalog::Member& entry : entries->members) {
      facts.push_back({facts.empty() ? "sources" : "", file + entry.key + ": " + entry.value.text, "", nullptr});
      sources.push_back({{"file", input.path}, {"key", entry.key}, {"source", entry.value.text}});
    }
  }
  if (!facts.empty()) {
    facts.front().key = "sources";
    facts.front().value = std::move(sources);
  }
  return facts;
}

std::string to_table(const std::vector<Fact>& facts) {
  std::size_t labels = 0;
  for (const Fact& fact : facts) labels = std::max(labels, results::width(fact.label) + 2);
  std::string table;
  for (const Fact& fact : facts) {
    std::string label = fact.label;
    for (const std::string& line : results::wrap(fact.text, 100 - labels)) {
      table += results::pad_right(label, labels) + line + "\n";
      label.clear();
    }
  }
  return table;
}

nlohmann::ordered_json to_json(const std::vector<Fact>& facts) {
  nlohmann::ordered_json json;
  for (const Fact& fact : facts) {
    if (!fact.key.empty()) json[fact.key] = fact.value;
  }
  return json;
}

}  // namespace podsim::cli
