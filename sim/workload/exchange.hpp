#pragma once

#include <cstddef>
#include <string>

namespace podsim::workload {

/// The ranks among whom a layer's exchange goes: those that share its heads and widths, its tokens, its experts, or
/// one expert's width.
enum class ShareAxis { tensor, context, expert, expert_tensor };

/// pass_on: each rank sends to the next of its group and receives from the one before, as a ring does at one step.
enum class ExchangeKind { all_reduce, all_gather, reduce_scatter, all_to_all, pass_on };

/// A collective inside a layer, at its place in the layer's list of forward or backward operations. It can begin before
/// operation `start` and must have ended before operation `await`; the number of operations stands for the end of the
/// list, and equal places for an exchange that everything waits for. At one place, first those that started earlier are
/// awaited, in order; then the others start in order, and each that everything waits for ends before the next starts.
struct Exchange {
  ShareAxis axis = ShareAxis::tensor;
  ExchangeKind kind = ExchangeKind::all_reduce;
  double bytes = 0;  ///< as nccl-tests count: a rank's buffer; the whole result of all_gather, input of reduce_scatter
  std::size_t start = 0;
  std::size_t await = 0;
  std::string name;

  bool blocking() const { return start == await; }
  bool operator==(const Exchange&) const = default;
};

}  // namespace podsim::workload
