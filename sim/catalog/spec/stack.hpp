#pragma once

#include "catalog/spec/input.hpp"
#include "catalog/spec/library.hpp"
#include "catalog/spec/number_format.hpp"
#include "catalog/spec/optimizer.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace podsim::catalog {

struct Chip;

/// How a software era writes checkpoints.
struct CheckpointPolicy {
  double interval_seconds = 0;           ///< of training between two checkpoints
  bool all_nodes_write = false;          ///< each node its part; else the first node all of it
  double snapshot_bytes_per_second = 0;  ///< into each writing node's memory, while training waits and after which
                                         ///< the write goes on beside it; 0: training waits for the write
};

/// Which runs a stack is the default for. An empty list holds for all.
struct StackScope {
  bool given = false;  ///< a stack without a scope is never a default
  std::vector<std::string> chips;
  std::vector<std::string> vendors;
  std::vector<std::string> models;  ///< kinds of model
  int first_chip_year = 0;          ///< of production, both included
  int last_chip_year = 9999;
};

/// How attention runs. unfused: every step a kernel of its own; fused_softmax: scale, mask and
/// softmax in one; fused: no score leaves the chip (Dao et al., FlashAttention, arXiv 2205.14135); fused_by_vendor: the
/// same in a kernel that was written for the chip (cuDNN 9; Shah et al., FlashAttention-3, arXiv 2407.08608).
enum class Attention { unfused, fused_softmax, fused, fused_by_vendor };

inline bool is_fused(Attention attention) {
  return attention == Attention::fused || attention == Attention::fused_by_vendor;
}

/// How a tensor group's gathers and sums stand to the products that they feed or follow. none: one after the other;
/// pipelined: in as many pieces as there are ranks, all but one of them beside the product.
enum class TensorOverlap { none, pipelined };

/// How words become vectors: rows picked from memory, or a product with one-hot rows.
enum class EmbeddingLookup { gather, one_hot };

/// What a transformer keeps for its backward pass. least: what products wrote, inputs of norms, softmax, masks: what is
/// element-wise is done again from these; stored: also what each product reads, as implementations do that fuse nothing
/// of the way back.
enum class KeptActivations { least, stored };

/// Order of an image in memory. Tensor cores work on nhwc: nchw is turned round and back.
enum class ConvolutionLayout { nhwc, nchw };

/// When ranks that share the optimiser gather the new weights: before anything else, or bucket by bucket under the next
/// forward pass.
enum class WeightGather { after_update, under_forward };

/// The CPU of a rank: the thread that starts its kernels, and what each step takes there.
struct Host {
  double launch_seconds = 0;             ///< of one counted launch; 0: the device never waits for it
  double forward_per_operation = 1;      ///< launches
  double backward_per_operation = 1;     ///< launches
  double per_collective = 0;             ///< launches
  double step_seconds = 0;               ///< beside the launches
  double step_per_doubling_seconds = 0;  ///< more for each doubling of the chips
};

/// Standard deviation of a step's time from rank to rank, over the step's time T:
/// long_steps + (short_steps - long_steps) / (1 + T / knee_seconds).
struct Jitter {
  double short_steps = 0;
  double long_steps = 0;
  double knee_seconds = 0.1;
};

/// Number formats of what a rank computes with and keeps.
struct NumberFormats {
  NumberFormat matrix = NumberFormat::fp32;      ///< operands of matrix products
  std::vector<NumberFormat> other_matrix;        ///< taken, in order, on a chip without the first
  std::optional<NumberFormat> linear{};          ///< operands of the linear layers of a block; absent: as `matrix`
  NumberFormat activation = NumberFormat::fp32;  ///< activations in memory
  NumberFormat weight = NumberFormat::fp32;      ///< weights that the model reads
  NumberFormat gradient = NumberFormat::fp32;    ///< gradients in memory and on the wire
  bool master_weights = false;                   ///< an fp32 copy of the weights beside `weight`
};

/// How the operations of a model run.
struct Kernels {
  double slowdown = 1.0;  ///< device time over the operation model's time
  double fusion = 1.0;    ///< share of the unfused element-wise bytes that still move
  Attention attention = Attention::unfused;
  EmbeddingLookup embedding = EmbeddingLookup::gather;
  ConvolutionLayout convolution_layout = ConvolutionLayout::nhwc;
  std::optional<KeptActivations> kept{};  ///< absent: stored where the model has a final norm, else least
  int vocabulary_multiple = 1;            ///< the vocabulary of the logits is padded to it
  TensorOverlap tensor_overlap = TensorOverlap::none;
};

/// The optimiser's update.
struct WeightUpdate {
  std::map<Optimizer, double> bytes_per_parameter;  ///< moved by one update
  double overhead_seconds = 0;                      ///< kernels of one update beyond its bytes
  bool sharded = false;                             ///< each rank updates its share of the weights
  WeightGather gather = WeightGather::after_update;
};

struct Gradients {
  double pass_bytes_per_parameter = 0;          ///< moved by each pass: casts of weights and gradients
  double accumulation_bytes_per_parameter = 0;  ///< moved to add a pass's gradients to those before
  double bucket_bytes = 0;                      ///< they are all-reduced in buckets of at least this size
  bool overlap = false;                         ///< buckets travel while the backward pass goes on
};

/// Memory that a rank needs beside what the model asks for: the driver's context, buffers of the collective library, work
/// space of kernels, what the allocator cannot use. Both ends of what was seen; 0: not known.
struct FrameworkMemory {
  double low_bytes = 0;
  double high_bytes = 0;
};

/// Ways to lay out a model that the framework has, for who searches them: any can be asked for.
struct LayoutOffer {
  std::vector<int> zero{0, 1};                                ///< stages of ZeRO
  std::vector<std::string> schedules{"1f1b", "interleaved"};  ///< of pipelines; empty: it has none
};

/// What a run takes beside its steps.
struct RunOverheads {
  double start_up_seconds = 0;               ///< from the start of the job to its first step: processes, compilation
  double start_up_per_doubling_seconds = 0;  ///< more for each doubling of the chips
  double evaluation_seconds = 0;             ///< of one evaluation beyond its forward passes
  std::optional<CheckpointPolicy> checkpoint{};
};

/// The software era: framework, compiler and collective library with their
/// overheads, from `platforms/stacks/NAME.yaml`. Belongs to no single run.
struct Stack {
  std::string name;
  std::string description;
  StackScope scope;
  NumberFormats formats;
  Kernels kernels;
  WeightUpdate update;
  Gradients gradients;
  Library library;  ///< collective library
  Host host;
  Jitter jitter;
  InputRates input;
  FrameworkMemory memory{};
  LayoutOffer layouts{};
  RunOverheads run;
};

/// The stack as it runs on a chip: its first matrix format that the chip has a peak for.
/// Unchanged where there is none; `compute` refuses such a pair.
Stack for_chip(Stack stack, const Chip& chip);

/// Of the formats that the stack multiplies in, the one with the higher peak on the chip: what MFU and bounds are
/// measured by.
NumberFormat fastest_format(const Stack& stack, const Chip& chip);

}  // namespace podsim::catalog
