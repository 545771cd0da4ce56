#pragma once

#include "catalog/lookup/catalog.hpp"
#include "parallel/plan/plan_keys.hpp"
#include "platform/impossible.hpp"
#include "run/layout.hpp"
#include "run/run.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace podsim::tests {

/// A small language model on a layout that is legal.
struct DrawnLayout {
  run::RunRequest request;
  std::string words;  ///< "64 chips of dgx-a100 --tp 4 --pp 2"
};

/// Draws layouts of up to 64 ranks. A number always gives the same one, whichever were drawn before.
class LayoutDraw {
 public:
  DrawnLayout draw(uint64_t number) {
    random_.seed(number);
    while (true) {
      DrawnLayout drawn = attempt();
      try {
        const run::Layout layout = run::lay_out(drawn.request);
        if (layout.plan.laid_out()) return drawn;
      } catch (const catalog::InputError&) {
        continue;
      }
    }
  }

 private:
  int64_t below(int64_t count) { return std::uniform_int_distribution<int64_t>(0, count - 1)(random_); }
  bool one_in(int64_t count) { return below(count) == 0; }
  int64_t power(int64_t most) { return int64_t{1} << below(most + 1); }

  void choose(DrawnLayout& drawn, const char* key, const std::string& text) {
    const parallel::PlanKey& row = parallel::plan_key(key);
    if (const auto refused = parallel::put(row, text, drawn.request.plan)) {
      throw std::logic_error(fmt::format("{} {}: {}", key, text, refused->problem));
    }
    drawn.words += fmt::format(" {} {}", parallel::option_of(row), text);
  }
  void choose(DrawnLayout& drawn, const char* key, int64_t value) { choose(drawn, key, std::to_string(value)); }

  DrawnLayout attempt() {
    DrawnLayout drawn;
    run::RunRequest& request = drawn.request;
    request.with_baseline = false;
    request.timeline = false;
    const std::vector<std::string> names = {"dgx-a100", "dgx-h100", "tpu-v4-pod", "tpu-v5p-pod"};
    const std::string& name = names[static_cast<size_t>(below(4))];
    request.platform = shipped_.platform(name).value;
    request.workload = model();
    request.stack = shipped_.default_stack(request.platform.chip, request.workload).value;
    const bool fp8 = request.platform.chip.matrix.peak_flops_per_second.contains(catalog::NumberFormat::fp8);
    if (fp8 && one_in(3)) request.stack.formats.linear = catalog::NumberFormat::fp8;
    if (one_in(4)) request.stack.kernels.tensor_overlap = catalog::TensorOverlap::pipelined;
    request.chips = power(6);
    drawn.words = fmt::format("{} chips of {}", *request.chips, name);
    degrees(drawn);
    batch(drawn);
    return drawn;
  }

  catalog::Workload model() {
    catalog::Workload workload = shipped_.workload("gpt-2").value;
    auto& model = std::get<catalog::Transformer>(workload.model);
    model.layers = static_cast<int>(8 + below(3) * 4);
    model.hidden = 1024;
    model.heads = 16;
    model.feed_forward = 4096;
    model.vocabulary = 16384;
    if (one_in(2)) model.kv_heads = 4;
    if (one_in(3)) model.gated = true;
    if (one_in(3)) model.tied_embeddings = false;
    if (one_in(3)) model.experts = catalog::Experts{.count = 8, .per_token = 2, .feed_forward = 1024};
    workload.training.phases.front().sequence_length = 512;
    workload.training.steps = 1000;
    return workload;
  }

  void degrees(DrawnLayout& drawn) {
    if (!one_in(3)) choose(drawn, "tp", power(4));
    if (drawn.request.plan.tensor.value_or(1) > 1 && one_in(2)) choose(drawn, "sequence_parallel", "true");
    if (one_in(2)) choose(drawn, "pp", power(3));
    if (drawn.request.plan.pipeline.value_or(1) > 1) pipeline(drawn);
    if (one_in(4)) {
      choose(drawn, "cp", power(2));
      const std::vector<std::string> methods = {"ring", "all_gather", "all_to_all"};
      if (drawn.request.plan.context > 1) {
        choose(drawn, "context_method", methods[static_cast<size_t>(below(3))]);
      }
    }
    if (std::get<catalog::Transformer>(drawn.request.workload.model).experts) {
      if (!one_in(3)) choose(drawn, "ep", power(3));
      if (one_in(4)) choose(drawn, "etp", power(2));
    }
    if (!one_in(3)) choose(drawn, "zero", below(4));
    if (drawn.request.plan.zero.value_or(0) > 0 && one_in(4)) choose(drawn, "hybrid_shard", 2 * power(2));
    if (one_in(3)) {
      choose(drawn, "recompute", one_in(2) ? "full" : "selective");
      if (one_in(3)) choose(drawn, "recompute_every", 2 + below(2));
    }
  }

  void pipeline(DrawnLayout& drawn) {
    const std::vector<std::string> schedules = {"gpipe", "1f1b", "interleaved", "zb-h1", "zb-v", "dualpipe"};
    const std::string& schedule = schedules[static_cast<size_t>(below(6))];
    choose(drawn, "schedule", schedule);
    if (schedule == "interleaved") choose(drawn, "virtual_stages", 2);
    if (one_in(4)) choose(drawn, "order", parallel::order_names()[1]);
  }

  void batch(DrawnLayout& drawn) {
    const int64_t pipeline = drawn.request.plan.pipeline.value_or(1);
    const int64_t replica = pipeline * drawn.request.plan.tensor.value_or(1) * drawn.request.plan.context.value_or(1);
    const int64_t replicas = std::max<int64_t>(1, *drawn.request.chips / replica);
    const int64_t micro = power(1);
    const int64_t passes = pipeline > 1 ? pipeline * (1 + below(3)) : power(2);
    choose(drawn, "batch", replicas * micro * passes);
    choose(drawn, "micro_batch", micro);
  }

  catalog::Catalog shipped_{{PODSIM_SOURCE_DIR}};
  std::mt19937_64 random_;
};

}  // namespace podsim::tests
