#pragma once

#include "catalog/number_format.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace podsim::catalog {

/// Times that a collective library adds to the bytes on the wire.
struct CollectiveLatency {
  double base_seconds = 0;         ///< start of one collective
  double chip_hop_seconds = 0;     ///< one step over a link between chips (ICI, NVLink)
  double network_hop_seconds = 0;  ///< one step over the network between nodes
};

/// How a software era writes checkpoints.
struct CheckpointPolicy {
  double interval_seconds = 0;           ///< of training between two checkpoints
  bool all_nodes_write = false;          ///< each node its part; else the first node all of it
  double snapshot_bytes_per_second = 0;  ///< into each writing node's memory, while training waits and after which
                                         ///< the write goes on beside it; 0: training waits for the write
};

/// Which runs a stack is the default for.
struct StackScope {
  std::vector<std::string> chips;   ///< chip names
  std::vector<std::string> models;  ///< model kinds: "transformer", "convolutional"
};

/// The software era: framework, compiler and collective library with their
/// overheads, from `platforms/stacks/NAME.yaml`. Belongs to no single run.
struct Stack {
  std::string name;
  std::string description;
  StackScope scope;

  NumberFormat matrix_format = NumberFormat::fp32;      ///< operands of matrix products
  NumberFormat activation_format = NumberFormat::fp32;  ///< activations in memory
  NumberFormat weight_format = NumberFormat::fp32;      ///< weights that the model reads
  NumberFormat gradient_format = NumberFormat::fp32;    ///< gradients in memory and on the wire
  bool master_weights = false;                          ///< an fp32 copy of the weights beside `weight_format`

  double device_slowdown = 1.0;  ///< device time over the operation model's time
  double fusion = 1.0;           ///< share of the unfused element-wise bytes that still move
  std::map<std::string, double> optimizer_bytes_per_parameter;  ///< moved by one update, by optimizer name

  double bucket_bytes = 0;  ///< gradients are all-reduced in buckets of at least this size
  bool overlap = false;     ///< buckets travel while the backward pass goes on
  CollectiveLatency latency;

  double step_overhead_seconds = 0;                                  ///< host time per step
  double step_overhead_per_doubling_seconds = 0;                     ///< more for each doubling of the chips
  std::map<std::string, double> input_examples_per_second_per_node;  ///< by input kind: "text", "image"

  double start_up_seconds = 0;               ///< from the start of the job to its first step: processes, compilation
  double start_up_per_doubling_seconds = 0;  ///< more for each doubling of the chips
  double evaluation_overhead_seconds = 0;    ///< of one evaluation beyond its forward passes
  std::optional<CheckpointPolicy> checkpoint{};
};

}  // namespace podsim::catalog
