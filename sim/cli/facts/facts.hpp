#pragma once

#include "catalog/lookup/catalog.hpp"
#include "parallel/plan/plan.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace podsim::cli {

/// One line of `podsim show`: for people as label and text, for programs as key and value.
struct Fact {
  std::string label;
  std::string text;
  std::string key;
  nlohmann::ordered_json value;
};

/// What a catalogue entry says, its sources last.
std::vector<Fact> facts_of(const catalog::Loaded<catalog::Workload>& workload, const parallel::PlanChoice& plan);
std::vector<Fact> facts_of(const catalog::Loaded<catalog::Platform>& platform);
std::vector<Fact> facts_of(const catalog::Loaded<catalog::Chip>& chip);
std::vector<Fact> facts_of(const catalog::Loaded<catalog::Stack>& stack);
std::vector<Fact> facts_of(const catalog::Loaded<catalog::Library>& library);
std::vector<Fact> facts_of(const catalog::Loaded<catalog::Prices>& prices);

/// What a study file says: its names, axes and number of points; `name` is how `podsim sweep` takes it. Throws InputError.
std::vector<Fact> study_facts(const std::filesystem::path& path, const std::string& name);

/// What a price list or the prices of a platform say.
std::vector<Fact> price_facts(const catalog::Prices& prices);

/// A fact for each entry of the `sources` of the texts.
std::vector<Fact> source_facts(const std::vector<catalog::InputText>& inputs);

/// Labels and texts in two columns, at most 100 columns wide.
std::string to_table(const std::vector<Fact>& facts);

/// An object with a member for each key.
nlohmann::ordered_json to_json(const std::vector<Fact>& facts);

}  // namespace podsim::cli
