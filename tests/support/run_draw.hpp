#pragma once

#include "catalog/lookup/catalog.hpp"
#include "catalog/text/error.hpp"
#include "platform/impossible.hpp"
#include "run/layout.hpp"
#include "run/run.hpp"
#include "support/workloads_of_a_node.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace podsim::tests {

/// A run of shipped entries that can be laid out.
struct DrawnRun {
  uint64_t number = 0;
  run::RunRequest request;
  std::string command;  ///< that runs the same
};

/// Draws runs of the shipped catalogue. A number always gives the same run, whichever were drawn before.
class RunDraw {
 public:
  DrawnRun draw(uint64_t number) {
    random_.seed(number);
    while (true) {
      DrawnRun drawn = attempt();
      drawn.number = number;
      try {
        run::lay_out(drawn.request);
        return drawn;
      } catch (const platform::Impossible&) {
        continue;
      } catch (const catalog::InputError&) {
        continue;  // a stack that lacks a rate for this input, this optimiser or this chip
      }
    }
  }

 private:
  int64_t below(int64_t count) { return std::uniform_int_distribution<int64_t>(0, count - 1)(random_); }
  bool one_in(int64_t count) { return below(count) == 0; }

  template <typename T>
  const T& one_of(const std::vector<T>& choices) {
    return choices[static_cast<size_t>(below(static_cast<int64_t>(choices.size())))];
  }

  DrawnRun attempt() {
    DrawnRun drawn;
    run::RunRequest& request = drawn.request;
    request.with_baseline = false;
    request.timeline = false;
    request.workload = shipped_.workload(one_of(workloads_)).value;
    request.platform = shipped_.platform(one_of(platforms_).name).value;
    const catalog::Chip& chip = request.platform.chip;
    const std::string stack = one_in(2) ? one_of(stacks_).name : shipped_.default_stack_name(chip, request.workload);
    request.stack = catalog::for_chip(shipped_.stack(stack).value, chip);
    drawn.command =
        fmt::format("podsim run {} {} --stack {}", request.workload.name, request.platform.name, request.stack.name);
    choose_chips(drawn);
    choose_plan(drawn);
    return drawn;
  }

  void choose_chips(DrawnRun& drawn) {
    run::RunRequest& request = drawn.request;
    const auto* torus = std::get_if<catalog::Torus>(&request.platform.interconnect);
    if (torus != nullptr && torus->data_center.max_pods > 1 && one_in(4)) {
      request.slice = torus->slices[static_cast<size_t>(below(3))];
      request.slice.insert(request.slice.begin(), 2);
      drawn.command += fmt::format(" --slice {}", fmt::join(request.slice, "x"));
      return;
    }
    request.chips = one_in(12) ? int64_t{1} << (7 + below(6)) : one_in(4) ? 1 + below(24) : int64_t{1} << below(7);
    drawn.command += fmt::format(" --chips {}", *request.chips);
  }

  void choose_plan(DrawnRun& drawn) {
    run::RunRequest& request = drawn.request;
    if (!one_in(4)) choose_batch(drawn);
    if (one_in(2)) {
      request.plan.zero = below(2);
      drawn.command += fmt::format(" --zero {}", *request.plan.zero);
    }
    if (one_in(2)) {
      const auto choice = static_cast<size_t>(below(3));
      request.plan.recompute = static_cast<catalog::Recompute>(choice);
      drawn.command += " --recompute " + catalog::recomputes()[choice];
    }
  }

  void choose_batch(DrawnRun& drawn) {
    run::RunRequest& request = drawn.request;
    int64_t ranks = request.platform.chip.ranks;
    try {
      ranks *= platform::choose_slice(request.platform, request.chips, request.slice).chips;
    } catch (const platform::Impossible&) {
      return;  // the layout will say so
    }
    const int64_t local = one_of(std::vector<int64_t>{1, 2, 3, 4, 6, 8, 12, 16});
    request.plan.global_batch = local * ranks;
    drawn.command += fmt::format(" --batch {}", *request.plan.global_batch);
    if (one_in(2)) return;
    int64_t micro_batch = 1 + below(local);
    while (local % micro_batch != 0) --micro_batch;
    request.plan.micro_batch = micro_batch;
    drawn.command += fmt::format(" --micro-batch {}", micro_batch);
  }

  catalog::Catalog shipped_{{PODSIM_SOURCE_DIR}};
  std::vector<std::string> workloads_ = workloads_of_a_node(shipped_);
  std::vector<catalog::Entry> platforms_ = shipped_.list(catalog::EntryKind::platform);
  std::vector<catalog::Entry> stacks_ = shipped_.list(catalog::EntryKind::stack);
  std::mt19937_64 random_;
};

}  // namespace podsim::tests
