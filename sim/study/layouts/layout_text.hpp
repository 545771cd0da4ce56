#pragma once

#include "parallel/plan/plan.hpp"
#include "study/layouts/layout_search.hpp"

#include <string>

namespace podsim::study {

/// A layout in few words: "tp 8 sp, pp 8 x 3, dp 16, zero 1, mb 1, selective": sequence parallelism, three chunks
/// a rank, micro-batches of one example. `ranks`: of the whole slice.
std::string layout_words(const parallel::PlanChoice& choice, int64_t ranks);

/// The same as options of `run`: "--tp 8 --sequence-parallel --pp 8 ...". What is as without an option is left out.
std::string layout_options(const parallel::PlanChoice& choice);

/// "out of memory: needs 95.1 of 80.0 GB at stage 0 with tp 8, ...".
std::string misfit_words(const Misfit& misfit);

/// Why a search found nothing.
std::string why_none(const LayoutSearch& search);

}  // namespace podsim::study
