#include "results/layout_table.hpp"

#include "pipeline/schedule.hpp"
#include "results/quantity.hpp"
#include "results/text.hpp"

#include <fmt/format.h>

namespace podsim::results {
namespace {

constexpr std::size_t kColumnWidths[] = {9, 8, 12, 12, 11, 12};

bool alike(const run::RunResult& result, std::size_t one, std::size_t other) {
  const auto& a = result.memory.stages[one];
  const auto& b = result.memory.stages[other];
  const double busy = result.step.stages[one].busy_seconds;
  return a.blocks == b.blocks && a.parameters == b.parameters && a.in_flight == b.in_flight &&
         std::abs(result.step.stages[other].busy_seconds - busy) <= 1e-9 * busy;
}

std::string cells(const std::vector<std::string>& texts) {
  std::string line;
  for (std::size_t i = 0; i < texts.size(); ++i) line += pad_left(texts[i], kColumnWidths[i]);
  return line;
}

}  // namespace

std::string layout_text(const run::RunResult& result) {
  const parallel::PlanChoice& plan = result.plan.chosen;
  if (!plan.tensor) return "";
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (*plan.tensor > 1) {
    add(fmt::format("TP {}{}", *plan.tensor, *plan.sequence_parallel == 1 ? " with sequence parallelism" : ""));
  }
  if (*plan.context > 1) add(fmt::format("CP {}", *plan.context));
  if (*plan.pipeline > 1) {
    const std::string& schedule = pipeline::schedule_names()[static_cast<std::size_t>(*plan.schedule)];
    const std::string chunks = *plan.virtual_stages > 1 ? fmt::format(", {} chunks a rank", *plan.virtual_stages) : "";
    add(fmt::format("PP {} ({}{})", *plan.pipeline, schedule, chunks));
  }
  if (*plan.expert > 1) add(fmt::format("EP {}", *plan.expert));
  if (*plan.expert_tensor > 1) add(fmt::format("TP {} of experts", *plan.expert_tensor));
  add(fmt::format("DP {}", result.plan.ranks / (*plan.tensor * *plan.context * *plan.pipeline)));
  if (*plan.zero > 0) add(fmt::format("ZeRO {} over {}", *plan.zero, *plan.hybrid_shard));
  return text;
}

std::string waiting_text(const run::RunResult& result) {
  std::string text;
  for (const auto& [group, seconds] : result.step.exposed_by_group_seconds) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", group, duration(seconds));
  }
  return text;
}

std::vector<std::string> stage_lines(const run::RunResult& result) {
  const auto& stages = result.memory.stages;
  if (stages.empty()) return {};
  std::vector<std::string> lines{cells({"stage", "blocks", "memory", "in flight", "busy", "bubble"})};
  for (std::size_t first = 0; first < stages.size();) {
    std::size_t last = first;
    while (last + 1 < stages.size() && alike(result, first, last + 1)) ++last;
    const std::string number = last > first ? fmt::format("{}-{}", first, last) : fmt::format("{}", first);
    lines.push_back(
        cells({number, count(stages[first].blocks), bytes(stages[first].total_bytes()), count(stages[first].in_flight),
               duration(result.step.stages[first].busy_seconds), duration(result.step.stages[first].bubble_seconds)}));
    first = last + 1;
  }
  return lines;
}

}  // namespace podsim::results
