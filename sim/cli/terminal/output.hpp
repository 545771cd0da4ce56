#pragma once

#include "catalog/lookup/catalog.hpp"
#include "cli/terminal/command.hpp"
#include "results/provenance.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace podsim::cli {

/// Writes to standard output. Throws std::runtime_error where that fails (a full disk).
void print(std::string_view text);

/// One JSON object and a newline.
void print_json(const nlohmann::ordered_json& json);

/// Adds `--format table|json`.
void add_format_option(CLI::App& command, std::string& format);

/// True for "json", false for "table". Throws InputError for anything else.
bool wants_json(const std::string& format);

/// The arguments as a shell would take them.
std::string command_line(const Invocation& invocation);

/// Where a result comes from. `created_utc` is left empty: a study gives the same bytes each time.
results::Provenance provenance(std::string command_line, std::vector<catalog::InputText> inputs);

/// Now, or the time that SOURCE_DATE_EPOCH gives (seconds since 1970), as "2024-05-01T12:00:00Z".
std::string utc_now();

}  // namespace podsim::cli
