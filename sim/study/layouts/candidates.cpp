#include "study/layouts/candidates.hpp"

#include "platform/impossible.hpp"
#include "study/layouts/layout_space.hpp"
#include "study/layouts/shared_stages.hpp"
#include "study/layouts/step_floor.hpp"

#include <algorithm>

namespace podsim::study {
namespace {

/// The first that fits worst, over the phases.
parallel::MemoryNeed need_of(const run::RunRequest& request, const parallel::Plan& plan, SharedStages& shared) {
  parallel::MemoryNeed worst;
  for (std::size_t phase = 0; phase < request.workload.training.phases.size(); ++phase) {
    parallel::MemoryNeed need = parallel::memory_need(
        shared.graph(plan, phase), plan, request.workload.training.optimizer, request.platform.chip, request.stack);
    if (phase == 0 || need.total_bytes() > worst.total_bytes()) worst = std::move(need);
  }
  return worst;
}

void keep_nearest(const Misfit& misfit, std::optional<Misfit>& nearest) {
  if (!nearest || misfit.needed_bytes < nearest->needed_bytes) nearest = misfit;
}

/// Sorts layouts out one by one.
class Sorter {
 public:
  Sorter(const run::RunRequest& request, const platform::Slice& slice)
      : request_(request), slice_(slice), shared_(request), times_(request, slice), floor_(request, shared_, times_) {}

  void add(const parallel::PlanChoice& choice) {
    ++found_.considered;
    try {
      add_legal(choice, parallel::make_plan(request_.workload, request_.platform, request_.stack, slice_, choice));
    } catch (const platform::Impossible& broken) {
      ++found_.illegal;
      const auto note = [&](std::string& rule) {
        if (rule.empty()) rule = std::string(broken.what()).substr(0, std::string(broken.what()).find('\n'));
      };
      note(found_.first_rule);
      for_families(choice, [&](LayoutFamily& family) { note(family.first_rule); });
    }
  }

  /// Twice over: first it shows which collectives the floors ask for.
  LayoutCandidates take(int workers) {
    drop_unplaced();
    times_.find_out(workers);
    for (std::size_t i = 0; i < plans_.size(); ++i) found_.fitting[i].floor_seconds = floor_.seconds(plans_[i]);
    return std::move(found_);
  }

 private:
  /// Layouts with a group that does not lie alike on all nodes are illegal too.
  void drop_unplaced() {
    std::vector<LayoutCandidate> fitting;
    std::vector<parallel::Plan> plans;
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      try {
        floor_.seconds(plans_[i]);
        fitting.push_back(std::move(found_.fitting[i]));
        plans.push_back(std::move(plans_[i]));
      } catch (const platform::Impossible&) {
        ++found_.illegal;
        for_families(found_.fitting[i].choice, [](LayoutFamily& family) {
          --family.legal;
          --family.fitting;
        });
      }
    }
    found_.fitting = std::move(fitting);
    plans_ = std::move(plans);
  }

  template <typename Do>
  void for_families(const parallel::PlanChoice& choice, const Do& what) {
    for (LayoutFamily& family : found_.families) {
      if (family.holds(choice)) what(family);
    }
  }

  void add_legal(const parallel::PlanChoice& choice, const parallel::Plan& plan) {
    for_families(choice, [](LayoutFamily& family) { ++family.legal; });
    const parallel::MemoryNeed need = need_of(request_, plan, shared_);
    if (need.fits()) {
      for_families(choice, [](LayoutFamily& family) { ++family.fitting; });
      found_.fitting.push_back({choice, 0});
      plans_.push_back(plan);
      return;
    }
    ++found_.unfit;
    const Misfit misfit{choice, need.total_bytes() + need.framework_low_bytes, need.capacity_bytes, need.stage};
    keep_nearest(misfit, found_.nearest);
    for_families(choice, [&](LayoutFamily& family) { keep_nearest(misfit, family.nearest); });
  }

  const run::RunRequest& request_;
  const platform::Slice& slice_;
  SharedStages shared_;
  CollectiveTimes times_;
  StepFloor floor_;
  std::vector<parallel::Plan> plans_;  ///< of those that fit
  LayoutCandidates found_;
};

}  // namespace

std::vector<LayoutFamily> layout_families() {
  using Choice = parallel::PlanChoice;
  const auto one = [](const std::optional<int64_t>& degree) { return degree.value_or(1) == 1; };
  std::vector<LayoutFamily> families;
  const auto add = [&](const char* name, std::function<bool(const Choice&)> holds) {
    families.push_back({name, std::move(holds), 0, 0, {}, {}});
  };
  add("data parallel alone", [one](const Choice& c) {
    return one(c.tensor) && one(c.pipeline) && one(c.context) && one(c.expert) && c.zero.value_or(0) == 0;
  });
  add("ZeRO alone", [one](const Choice& c) {
    return one(c.tensor) && one(c.pipeline) && one(c.context) && one(c.expert) && c.zero.value_or(0) > 0;
  });
  add("no pipeline", [one](const Choice& c) { return one(c.pipeline); });
  add("no tensor parallelism", [one](const Choice& c) { return one(c.tensor); });
  add("no expert parallelism", [one](const Choice& c) { return one(c.expert); });
  add("no ZeRO", [](const Choice& c) { return c.zero.value_or(0) == 0; });
  add("no virtual stages", [one](const Choice& c) { return one(c.virtual_stages); });
  add("no sequence parallelism", [](const Choice& c) { return c.sequence_parallel.value_or(0) == 0; });
  add("nothing recomputed", [](const Choice& c) { return c.recompute == catalog::Recompute::none; });
  add("all recomputed", [](const Choice& c) { return c.recompute == catalog::Recompute::full; });
  return families;
}

LayoutCandidates layout_candidates(const run::RunRequest& request, const platform::Slice& slice, int workers) {
  Sorter sorter(request, slice);
  const int64_t ranks = int64_t{slice.chips} * request.platform.chip.ranks;
  const int64_t per_node = int64_t{platform::chips_per_node(request.platform, slice)} * request.platform.chip.ranks;
  each_layout(request, ranks, per_node, [&](const parallel::PlanChoice& choice) { sorter.add(choice); });
  return sorter.take(workers);
}

}  // namespace podsim::study
