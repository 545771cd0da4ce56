#pragma once

#include "parallel/code_builder.hpp"
#include "parallel/pass.hpp"
#include "parallel/plan/plan.hpp"
#include "workload/exchange.hpp"

#include <map>
#include <span>
#include <tuple>
#include <vector>

namespace podsim::parallel {

/// Which part of a backward pass: all of it, or what other stages wait for and the weight gradients apart.
enum class BackwardPart { all, input, weights };

/// The groups among which an exchange of a layer goes, and what they do together.
collective::Group group_of(workload::ShareAxis axis, const Mesh& mesh);
collective::Operation operation_of(workload::ExchangeKind kind);

/// The exchanges inside the layers of one stage, as messages among the ranks that share a layer.
class LayerTraffic {
 public:
  /// `plan` and `builder` must outlive it.
  LayerTraffic(const Plan& plan, int stage, CodeBuilder& builder) : plan_(plan), stage_(stage), builder_(builder) {}

  /// Appends the operations of a layer's forward or backward pass to the open block, each exchange at its place.
  void write_forward(const TimedLayer& layer);
  void write_backward(const TimedLayer& layer, BackwardPart part = BackwardPart::all);

  /// Gathers what the ranks of a tensor group have in equal parts of `bytes` together, and waits for it.
  void write_gather_of_parts(double bytes);
  /// Sums `bytes` of each rank of a tensor group, or of neighbours with the same keys and values, and waits for it.
  void write_sum_over_tensor(double bytes);
  void write_sum_over_key_copies(double bytes);

 private:
  /// The stream of those that share a layer in one way.
  int stream(workload::ShareAxis axis);
  void exchange(workload::ExchangeKind kind, double bytes);
  int message(const workload::Exchange& exchange);
  void write(std::span<const TimedOperation> operations, const std::vector<workload::Exchange>& exchanges);

  const Plan& plan_;
  int stage_;
  CodeBuilder& builder_;
  std::map<workload::ShareAxis, int> streams_;
  std::map<std::tuple<workload::ShareAxis, workload::ExchangeKind, double>, int> messages_;
};

}  // namespace podsim::parallel
