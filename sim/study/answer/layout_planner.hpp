#pragma once

#include "study/answer/planner.hpp"
#include "study/layouts/layout_search.hpp"
#include "study/point/run_spec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace podsim::study {

/// Which layout a workload is to have, on one or several platforms, sizes and batches.
struct LayoutQuery {
  PlanQuery plan;                    ///< workload, platforms, batches, price and limits
  std::optional<std::string> stack;  ///< absent: the default of each platform
  parallel::PlanChoice fixed;        ///< what is not searched
  std::vector<int64_t> chips;        ///< empty: the sizes of each platform
  bool range = false;                ///< `chips` are the ends of a range
};

/// The layout that the workload's own file says, on the same chips.
struct OwnLayout {
  std::string options;  ///< "--tp 8 --pp 16"
  std::optional<run::RunResult> run;
  std::string reason;  ///< why there is no run
};

/// One platform, size and batch.
struct LayoutCase {
  std::string platform;
  int64_t chips = 0;
  int64_t batch = 0;
  LayoutSearch search;
  std::optional<OwnLayout> own;
  std::string reason;  ///< why nothing was searched; empty where something was
};

struct LayoutPlan {
  LayoutQuery query;
  std::vector<LayoutCase> cases;
  std::optional<std::size_t> best;  ///< of the cases, for the question; absent where no layout holds its limits
  std::vector<PlannedRun> front;    ///< the best layouts of the cases, none both slower and dearer than another
  std::map<std::string, PriceList> price_lists;  ///< by the name of the platform
  std::vector<catalog::InputText> inputs;
};

/// The best layout of a case as a planned run; absent where no layout fits.
std::optional<PlannedRun> planned_of(const LayoutCase& solved, const std::string& price_kind);

/// Searches case by case. Throws InputError where no case has a layout that fits, with what would help.
LayoutPlan plan_layouts(const catalog::Catalog& catalog, const LayoutQuery& query, const LayoutSearchOptions& options);

}  // namespace podsim::study
