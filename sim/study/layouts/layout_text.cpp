#include "study/layouts/layout_text.hpp"

#include "catalog/spec/names.hpp"
#include "parallel/plan/plan_keys.hpp"
#include "pipeline/schedule.hpp"
#include "results/quantity.hpp"

#include <fmt/format.h>

#include <set>

namespace podsim::study {
namespace {

/// The keys that a default does not need: 1, the first order, no sequence parallelism.
bool says_nothing(const parallel::PlanKey& key, const parallel::PlanValue& value) {
  static const std::set<std::string> kDegrees = {"tp", "pp", "cp", "ep", "etp", "virtual_stages"};
  if (key.name == "batch") return true;
  if (kDegrees.contains(key.name)) return value == parallel::PlanValue(int64_t{1});
  if (key.name == "order") return value == parallel::PlanValue(parallel::order_names().front());
  const bool* on = std::get_if<bool>(&value);
  return on != nullptr && !*on;
}

std::string schedule_words(const parallel::PlanChoice& choice) {
  const int64_t chunks = choice.virtual_stages.value_or(1);
  const auto kind = static_cast<pipeline::ScheduleKind>(choice.schedule.value_or(1));
  if (kind == pipeline::ScheduleKind::one_f_one_b) return "";
  if (kind == pipeline::ScheduleKind::interleaved) return fmt::format(" x {}", chunks);
  return " " + pipeline::schedule_names()[static_cast<std::size_t>(kind)];
}

}  // namespace

std::string layout_words(const parallel::PlanChoice& choice, int64_t ranks) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  const int64_t tensor = choice.tensor.value_or(1);
  const int64_t context = choice.context.value_or(1);
  const int64_t stages = choice.pipeline.value_or(1);
  if (tensor > 1) add(fmt::format("tp {}{}", tensor, choice.sequence_parallel.value_or(0) == 1 ? " sp" : ""));
  if (context > 1) add(fmt::format("cp {}", context));
  if (choice.expert.value_or(1) > 1) add(fmt::format("ep {}", *choice.expert));
  if (choice.expert_tensor.value_or(1) > 1) add(fmt::format("etp {}", *choice.expert_tensor));
  if (stages > 1) add(fmt::format("pp {}{}", stages, schedule_words(choice)));
  add(fmt::format("dp {}", ranks / (tensor * context * stages)));
  if (choice.zero.value_or(0) > 0) add(fmt::format("zero {}", *choice.zero));
  add(fmt::format("mb {}", choice.micro_batch.value_or(1)));
  if (choice.recompute && *choice.recompute != catalog::Recompute::none) {
    add(catalog::recomputes()[static_cast<std::size_t>(*choice.recompute)]);
  }
  if (choice.order.value_or(0) == 1) add("order pp-dp");
  return text;
}

std::string layout_options(const parallel::PlanChoice& choice) {
  std::string text;
  for (const parallel::PlanKey& key : parallel::plan_keys()) {
    const auto value = parallel::value_of(key, choice);
    if (!value || says_nothing(key, *value)) continue;
    text += (text.empty() ? "" : " ") + parallel::option_of(key);
    if (!std::holds_alternative<bool>(*value)) text += " " + parallel::text_of(*value);
  }
  return text;
}

std::string misfit_words(const Misfit& misfit) {
  const parallel::PlanChoice& choice = misfit.choice;
  const std::string stage = choice.pipeline.value_or(1) > 1 ? fmt::format(" at stage {}", misfit.stage) : std::string();
  return fmt::format("out of memory: needs {} of {}{} at least ({})", results::bytes(misfit.needed_bytes),
                     results::bytes(misfit.capacity_bytes), stage, layout_options(choice));
}

std::string why_none(const LayoutSearch& search) {
  if (search.nearest) {
    return fmt::format("none of {} legal layouts fits; {}", search.considered - search.illegal,
                       misfit_words(*search.nearest));
  }
  return fmt::format("none of {} layouts is legal; the first is refused: {}", search.considered, search.first_rule);
}

}  // namespace podsim::study
