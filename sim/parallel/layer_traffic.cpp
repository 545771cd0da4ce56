#include "parallel/layer_traffic.hpp"

#include <algorithm>

namespace podsim::parallel {
namespace {

using workload::ExchangeKind;
using workload::ShareAxis;

Traffic traffic_of(ShareAxis axis) {
  switch (axis) {
    case ShareAxis::tensor: return Traffic::tensor;
    case ShareAxis::context: return Traffic::context;
    case ShareAxis::expert:
    case ShareAxis::expert_tensor: return Traffic::experts;
  }
  return Traffic::tensor;
}

/// Operations of one part, with the exchanges at their places among them.
struct Part {
  std::vector<TimedOperation> operations;
  std::vector<workload::Exchange> exchanges;
};

/// Weight gradients are put off with nothing of the exchanges.
Part part_of(const TimedLayer& layer, BackwardPart which) {
  Part part;
  std::vector<size_t> place(layer.backward.size() + 1, 0);
  for (size_t i = 0; i < layer.backward.size(); ++i) {
    place[i] = part.operations.size();
    if (layer.backward[i].weight_gradient == (which == BackwardPart::weights)) {
      part.operations.push_back(layer.backward[i]);
    }
  }
  place.back() = part.operations.size();
  if (which == BackwardPart::weights) return part;
  part.exchanges = layer.backward_exchanges;
  for (workload::Exchange& exchange : part.exchanges) {
    exchange.start = place[exchange.start];
    exchange.await = place[exchange.await];
  }
  return part;
}

}  // namespace

collective::Group group_of(ShareAxis axis, const Mesh& mesh) {
  switch (axis) {
    case ShareAxis::tensor: return mesh.tensor();
    case ShareAxis::context: return mesh.context();
    case ShareAxis::expert: return mesh.expert();
    case ShareAxis::expert_tensor: return mesh.expert_tensor();
  }
  return {};
}

collective::Operation operation_of(ExchangeKind kind) {
  switch (kind) {
    case ExchangeKind::all_reduce: return collective::Operation::all_reduce;
    case ExchangeKind::all_gather: return collective::Operation::all_gather;
    case ExchangeKind::reduce_scatter: return collective::Operation::reduce_scatter;
    case ExchangeKind::all_to_all: return collective::Operation::all_to_all;
    case ExchangeKind::pass_on: return collective::Operation::send_receive;
  }
  return collective::Operation::all_reduce;
}

int LayerTraffic::stream(ShareAxis axis) {
  const auto found = streams_.find(axis);
  if (found != streams_.end()) return found->second;
  const Mesh mesh = plan_.mesh();
  return streams_[axis] = builder_.add_stream(group_of(axis, mesh), mesh.stage(stage_));
}

int LayerTraffic::message(const workload::Exchange& exchange) {
  const std::tuple key{exchange.axis, exchange.kind, exchange.bytes};
  const auto found = messages_.find(key);
  if (found != messages_.end()) return found->second;
  return messages_[key] = builder_.add_message(
             {stream(exchange.axis), traffic_of(exchange.axis), operation_of(exchange.kind), exchange.bytes, 0});
}

void LayerTraffic::write(std::span<const TimedOperation> operations, const std::vector<workload::Exchange>& exchanges) {
  size_t written = 0;
  const auto write_up_to = [&](size_t end) {
    builder_.work(operations.subspan(written, end - written));
    written = end;
  };
  for (size_t i = 0; i <= operations.size(); ++i) {
    for (const workload::Exchange& exchange : exchanges) {
      if (exchange.await != i || exchange.start == i) continue;
      write_up_to(i);
      builder_.await(message(exchange));
    }
    for (const workload::Exchange& exchange : exchanges) {
      if (exchange.start != i) continue;
      write_up_to(i);
      builder_.start(message(exchange));
      if (exchange.await == i) builder_.await(message(exchange));
    }
  }
  write_up_to(operations.size());
}

void LayerTraffic::exchange(ExchangeKind kind, double bytes) {
  const int number = message({.axis = ShareAxis::tensor, .kind = kind, .bytes = bytes, .name = {}});
  builder_.start(number);
  builder_.await(number);
}

void LayerTraffic::write_gather_of_parts(double bytes) { exchange(ExchangeKind::all_gather, bytes); }

void LayerTraffic::write_sum_over_tensor(double bytes) { exchange(ExchangeKind::all_reduce, bytes); }

void LayerTraffic::write_sum_over_key_copies(double bytes) {
  const Mesh mesh = plan_.mesh();
  const int stream = builder_.add_stream(mesh.key_copies(plan_.key_copies), mesh.stage(stage_));
  const int sum = builder_.add_message({stream, Traffic::tensor, collective::Operation::all_reduce, bytes, 0});
  builder_.start(sum);
  builder_.await(sum);
}

void LayerTraffic::write_forward(const TimedLayer& layer) { write(layer.forward, layer.forward_exchanges); }

void LayerTraffic::write_backward(const TimedLayer& layer, BackwardPart which) {
  if (which == BackwardPart::all) return write(layer.backward, layer.backward_exchanges);
  const Part part = part_of(layer, which);
  write(part.operations, part.exchanges);
}

}  // namespace podsim::parallel
