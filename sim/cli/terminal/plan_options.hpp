#pragma once

#include "parallel/plan/plan_keys.hpp"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace podsim::cli {

/// What was typed for the keys of a plan, by their names.
using PlanTexts = std::map<std::string, std::optional<std::string>>;

/// The options of the keys that reach as far.
void add_plan_options(CLI::App& command, parallel::PlanReach reach, PlanTexts& texts);

/// Checks the options. Throws InputError.
parallel::PlanChoice plan_choice(const PlanTexts& texts);

/// Batches with commas between. Throws InputError.
std::vector<int64_t> batches(const std::string& text);

}  // namespace podsim::cli
