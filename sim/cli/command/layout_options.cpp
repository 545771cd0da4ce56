#include "cli/command/layout_options.hpp"

#include "catalog/yaml/place.hpp"
#include "cli/terminal/option_values.hpp"
#include "cli/terminal/progress.hpp"
#include "cli/terminal/usage.hpp"

#include <unistd.h>

#include <iostream>
#include <memory>

namespace podsim::cli {
namespace {

constexpr int64_t kMostTop = 1000;

/// A bar for each search: the next one has layouts of its own.
class SearchProgress {
 public:
  void show(std::size_t settled, std::size_t layouts) {
    if (!bar_ || settled < settled_) {
      bar_ = std::make_unique<Progress>(std::cerr, true, layouts);
      start_ = std::chrono::steady_clock::now();
    }
    settled_ = settled;
    bar_->show(settled, std::chrono::steady_clock::now() - start_);
    if (settled == layouts) bar_.reset();
  }

 private:
  std::unique_ptr<Progress> bar_;
  std::chrono::steady_clock::time_point start_;
  std::size_t settled_ = 0;
};

}  // namespace

bool searches_layouts(const std::optional<std::string>& layout) {
  if (!layout) return false;
  if (*layout == "auto") return true;
  fail_usage("--layout " + catalog::shortened(*layout), "must be auto",
             "give --layout auto, or the degrees themselves: --tp 8 --pp 16");
}

void add_layout_option(CLI::App& command, std::optional<std::string>& layout) {
  command.add_option("--layout", layout, "auto: search the layout; what other options fix stays")->option_text("auto");
}

void add_layout_options(CLI::App& command, LayoutOptions& options) {
  add_layout_option(command, options.layout);
  command.add_option("--chips", options.chips, "with --layout: sizes; default: those of the machine")
      ->option_text("A..B|A,B,C");
  command.add_option("--top", options.top, "with --layout: so many next ones; default 5")->option_text("K");
  command.add_option("-j,--jobs", options.jobs, "with --layout: processes at a time")->option_text("N");
  command.add_option("--stack", options.stack, "with --layout: software era")->option_text("NAME");
  command
      .add_flag("--simulate-all", options.simulate_all,
                "with --layout: simulate what bounds rule out too; the answer is the same")
      ->disable_flag_override();
  add_plan_options(command, parallel::PlanReach::sizes, options.plan);
  add_plan_options(command, parallel::PlanReach::slice, options.plan);
}

void require_no_layout_options(const LayoutOptions& options) {
  const auto refuse = [](const std::string& option) {
    fail_usage(option, "only a search of layouts takes it", "give --layout auto too, or leave it away");
  };
  if (options.chips) refuse("--chips");
  if (options.top) refuse("--top");
  if (options.jobs) refuse("--jobs");
  if (options.stack) refuse("--stack");
  if (options.simulate_all) refuse("--simulate-all");
  for (const auto& [name, text] : options.plan) {
    if (text) refuse(parallel::option_of(parallel::plan_key(name)));
  }
}

study::LayoutSearchOptions layout_search_options(const LayoutOptions& options) {
  study::LayoutSearchOptions how;
  if (options.top) how.top = 1 + static_cast<std::size_t>(whole_number("--top", *options.top, kMostTop));
  how.workers = worker_count(options.jobs);
  how.prune = !options.simulate_all;
  if (isatty(STDERR_FILENO) != 0) {
    how.progress = [bar = std::make_shared<SearchProgress>()](std::size_t settled, std::size_t layouts) {
      bar->show(settled, layouts);
    };
  }
  return how;
}

}  // namespace podsim::cli
