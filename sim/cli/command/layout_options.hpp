#pragma once

#include "cli/terminal/plan_options.hpp"
#include "study/layouts/layout_search.hpp"

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

namespace podsim::cli {

/// Whether `--layout auto` was typed; nothing else may be. Throws InputError.
bool searches_layouts(const std::optional<std::string>& layout);

/// Adds `--layout auto`.
void add_layout_option(CLI::App& command, std::optional<std::string>& layout);

/// What `plan` takes beside `--layout auto` alone, as typed.
struct LayoutOptions {
  std::optional<std::string> layout;
  std::optional<std::string> chips;
  std::optional<std::string> top;
  std::optional<std::string> jobs;
  std::optional<std::string> stack;
  bool simulate_all = false;
  PlanTexts plan;
};

void add_layout_options(CLI::App& command, LayoutOptions& options);

/// Throws InputError where options stand that only a search of layouts takes.
void require_no_layout_options(const LayoutOptions& options);

/// Checks `--top` and `-j`, and draws the search's progress where standard error is a terminal. Throws InputError.
study::LayoutSearchOptions layout_search_options(const LayoutOptions& options);

}  // namespace podsim::cli
