#include "run/fitting.hpp"

#include <fmt/format.h>

#include <utility>

namespace podsim::run {
namespace {

std::optional<Layout> in_fewest_passes(RunRequest& request) {
  Layout layout = lay_out(request);
  while (!layout.memory.fits()) {
    if (layout.plan.batch.micro == 1) return std::nullopt;
    int64_t micro_batch = layout.plan.batch.micro - 1;
    while (layout.plan.batch.local % micro_batch != 0) --micro_batch;
    request.plan.micro_batch = micro_batch;
    layout = lay_out(request);
  }
  return layout;
}

std::string words_of(const parallel::PlanChoice& asked, const parallel::PlanChoice& chosen, const Layout& layout) {
  std::string words;
  const auto add = [&](const std::string& word) { words += (words.empty() ? "" : ", ") + word; };
  if (chosen.micro_batch != asked.micro_batch) add(fmt::format("{} passes", layout.plan.batch.passes));
  if (chosen.zero != asked.zero) add("--zero 1");
  if (chosen.recompute != asked.recompute) add("--recompute full");
  return words;
}

}  // namespace

std::optional<Fitting> lay_out_fitting(RunRequest& request) {
  const bool may_share = !request.plan.zero;
  const bool may_recompute = !request.plan.recompute;
  for (const bool recompute : {false, true}) {
    if (recompute && !may_recompute) continue;
    for (const bool share : {false, true}) {
      if (share && !may_share) continue;
      RunRequest attempt = request;
      if (recompute) attempt.plan.recompute = catalog::Recompute::full;
      if (share) attempt.plan.zero = 1;
      auto layout = in_fewest_passes(attempt);
      if (!layout) continue;
      Fitting fitting{*std::move(layout), ""};
      fitting.words = words_of(request.plan, attempt.plan, fitting.layout);
      request = std::move(attempt);
      return fitting;
    }
  }
  return std::nullopt;
}

}  // namespace podsim::run
