#include "run/fitting.hpp"

namespace podsim::run {

std::optional<Layout> lay_out_fitting(RunRequest& request) {
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

}  // namespace podsim::run
