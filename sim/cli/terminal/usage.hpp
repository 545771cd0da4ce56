#pragma once

#include <CLI/CLI.hpp>
#include <string_view>

namespace podsim::cli {

/// Throws an InputError in the shape of the catalogue's: "WHAT: PROBLEM" and the way out.
[[noreturn]] void fail_usage(std::string_view what, std::string_view problem, std::string_view way_out);

/// Throws an InputError for what CLI11 found wrong with the command line, with
/// the nearest name for an unknown option or subcommand.
[[noreturn]] void fail_parse(const CLI::App& program, const CLI::ParseError& error);

}  // namespace podsim::cli
