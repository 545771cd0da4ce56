#include "parallel/remedies.hpp"

#include "parallel/activations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace podsim::parallel {
namespace {

/// Examples whose activations fit beside the states.
int64_t fitting_examples(const MemoryNeed& need, const Plan& plan) {
  const double room = need.capacity_bytes - (need.total_bytes() + need.framework_low_bytes - need.activations_bytes);
  const double per_example = need.activations_bytes / static_cast<double>(plan.batch.micro);
  return room < per_example ? 0 : static_cast<int64_t>(room / per_example);
}

/// The largest number of examples, at most `most`, that a rank's batch divides into; 0 where `most` is.
int64_t dividing(const Plan& plan, int64_t most) {
  if (most == 0) return 0;
  int64_t examples = std::min(most, plan.batch.local);
  while (plan.batch.local % examples != 0) --examples;
  return examples;
}

/// Options that leave the shares of the ranks as they are.
struct MemoryOptions {
  bool zero = false;       ///< the ranks share the optimiser's states
  bool adafactor = false;  ///< next to no states
  bool recompute = false;  ///< all layers again from their inputs
  const char* text = "";   ///< of the message
};

MemoryNeed need_with(const MemoryOptions& options, MemoryNeed need, const workload::Graph& graph, const Plan& plan,
                     double master_bytes) {
  if (options.adafactor) need.optimizer_bytes = master_bytes;
  if (options.zero) need.optimizer_bytes /= plan.degrees.replicas();
  if (options.recompute) need.activations_bytes = kept_bytes(graph, plan, catalog::Recompute::full, need.stage).bytes;
  return need;
}

/// Whether the options change anything that the run does not have already.
bool is_open(const MemoryOptions& options, const MemoryNeed& need, const Plan& plan, double master_bytes) {
  if (options.adafactor && need.optimizer_bytes <= master_bytes) return false;
  if (options.zero && (plan.update_shards > 1 || plan.degrees.replicas() == 1)) return false;
  return !options.recompute || plan.recompute != catalog::Recompute::full;
}

/// Single options that suffice; where not even one example fits, the first combination that does.
std::vector<std::string> sufficient_options(const MemoryNeed& need, const workload::Graph& graph, const Plan& plan,
                                            double master_bytes, bool combine) {
  static const MemoryOptions kSingle[] = {
      {.zero = true, .text = "--zero 1: the ranks share the optimizer states"},
      {.recompute = true, .text = "--recompute full: the backward pass computes layers again from their inputs"}};
  static const MemoryOptions kCombined[] = {
      {.zero = true, .recompute = true, .text = "--zero 1 --recompute full"},
      {.adafactor = true, .text = "--set workload.training.optimizer=adafactor"},
      {.adafactor = true, .recompute = true, .text = "--set workload.training.optimizer=adafactor --recompute full"}};
  std::vector<std::string> result;
  for (const MemoryOptions& options : kSingle) {
    if (is_open(options, need, plan, master_bytes) && need_with(options, need, graph, plan, master_bytes).fits()) {
      result.emplace_back(options.text);
    }
  }
  if (!combine || !result.empty()) return result;
  for (const MemoryOptions& options : kCombined) {
    if (!is_open(options, need, plan, master_bytes)) continue;
    const int64_t examples =
        dividing(plan, fitting_examples(need_with(options, need, graph, plan, master_bytes), plan));
    if (examples == 0) continue;
    result.push_back(examples >= plan.batch.micro ? options.text
                                                  : fmt::format("{} --micro-batch {}", options.text, examples));
    if (options.adafactor) break;
  }
  return result;
}

}  // namespace

std::vector<std::string> remedies(const MemoryNeed& need, const workload::Graph& graph, const Plan& plan,
                                  double master_bytes) {
  if (need.fits()) return {};
  const int64_t examples = fitting_examples(need, plan);
  if (examples == 0) {
    std::vector<std::string> result = sufficient_options(need, graph, plan, master_bytes, true);
    result.emplace_back(result.empty() ? kOnlyMoreMemory : kOrMoreMemory);
    return result;
  }
  const int64_t micro_batch = dividing(plan, examples);
  std::vector<std::string> result{fmt::format("--micro-batch {}: {} passes a step, gradients accumulated", micro_batch,
                                              plan.batch.local / micro_batch)};
  for (auto& option : sufficient_options(need, graph, plan, master_bytes, false)) result.push_back(std::move(option));
  result.push_back(fmt::format("more chips or a smaller --batch: at most {} examples a rank fit", examples));
  return result;
}

}  // namespace podsim::parallel
