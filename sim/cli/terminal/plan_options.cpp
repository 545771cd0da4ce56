#include "cli/terminal/plan_options.hpp"

#include "catalog/yaml/place.hpp"
#include "cli/terminal/option_values.hpp"
#include "cli/terminal/usage.hpp"

#include <fmt/format.h>

namespace podsim::cli {

void add_plan_options(CLI::App& command, parallel::PlanReach reach, PlanTexts& texts) {
  for (const parallel::PlanKey& key : parallel::plan_keys()) {
    if (key.reach != reach) continue;
    if (std::holds_alternative<parallel::Switch>(key.legal)) {
      command.add_flag_callback(
          parallel::option_of(key), [&texts, &key] { texts[key.name] = "true"; }, key.help);
      continue;
    }
    command.add_option(parallel::option_of(key), texts[key.name], key.help)->option_text(key.value_name);
  }
}

parallel::PlanChoice plan_choice(const PlanTexts& texts) {
  parallel::PlanChoice choice;
  for (const auto& [name, text] : texts) {
    if (!text) continue;
    const parallel::PlanKey& key = parallel::plan_key(name);
    const auto refused = parallel::put(key, *text, choice);
    if (!refused) continue;
    fail_usage(fmt::format("{} {}", parallel::option_of(key), catalog::shortened(*text)), refused->problem,
               refused->way_out);
  }
  return choice;
}

std::vector<int64_t> batches(const std::string& text) { return whole_numbers("--batch", text, parallel::kMaxBatch); }

}  // namespace podsim::cli
