#pragma once

#include "study/answer/layout_planner.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace podsim::study {

/// The best layout, the next ones with what each gives up, how sure the order is, what was sorted out, what else one
/// might try and why not; with several sizes the front. At most 80 columns.
std::string layout_plan_table(const LayoutPlan& plan);

/// Schema podsim/layouts/1.
nlohmann::ordered_json layout_plan_json(const LayoutPlan& plan);

/// One line about a search: "layout chosen: --tp 8 --zero 1; 8,420 layouts: 12 break a rule, ...".
std::string layout_note(const LayoutSearch& search);

}  // namespace podsim::study
