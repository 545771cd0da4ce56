#include "run/fitting.hpp"

#include <fmt/format.h>

#include <utility>

namespace podsim::run {
namespace {

std::optional<Layout> in_fewest_passes(RunRequest& request) {
  Layout layout = lay_out(request);
  while (!layout.memory.fits()) {
    if (layout.plan.micro_batch == 1) return std::nullopt;
    int64_t micro_batch = layout.plan.micro_batch - 1;
    while (layout.plan.local_batch % micro_batch != 0) --micro_batch;
    request.micro_batch = micro_batch;
    layout = lay_out(request);
  }
  return layout;
}

std::string words_of(const RunRequest& asked, const RunRequest& chosen, const Layout& layout) {
  std::string words;
  const auto add = [&](const std::string& word) { words += (words.empty() ? "" : ", ") + word; };
  if (chosen.micro_batch != asked.micro_batch) add(fmt::format("{} passes", layout.plan.accumulation_steps));
  if (chosen.zero != asked.zero) add("--zero 1");
  if (chosen.recompute != asked.recompute) add("--recompute full");
  return words;
}

}  // namespace

std::optional<Fitting> lay_out_fitting(RunRequest& request) {
  const bool may_share = !request.zero;
  const bool may_recompute = !request.recompute;
  for (const bool recompute : {false, true}) {
    if (recompute && !may_recompute) continue;
    for (const bool share : {false, true}) {
      if (share && !may_share) continue;
      RunRequest attempt = request;
      if (recompute) attempt.recompute = catalog::Recompute::full;
      if (share) attempt.zero = 1;
      auto layout = in_fewest_passes(attempt);
      if (!layout) continue;
      Fitting fitting{*std::move(layout), ""};
      fitting.words = words_of(request, attempt, fitting.layout);
      request = std::move(attempt);
      return fitting;
    }
  }
  return std::nullopt;
}

}  // namespace podsim::run
