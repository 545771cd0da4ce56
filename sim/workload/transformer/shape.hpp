#pragma once

#include "catalog/spec/stack.hpp"
#include "catalog/spec/workload.hpp"
#include "workload/layer_builder.hpp"
#include "workload/shard.hpp"

#include <string>

namespace podsim::workload {

/// Sizes of one phase of a transformer on one rank of a shard.
struct TransformerShape {
  double examples = 0;
  double hidden = 0;
  double heads = 0;       ///< of queries
  double key_heads = 0;   ///< of keys and values; copies where there are fewer than tensor ranks
  double head_size = 0;   ///< of keys and values, mean
  double query_size = 0;  ///< of a head of queries
  double value_size = 0;  ///< of a head of values, and of what attention gives
  double feed_forward = 0;
  double vocabulary = 0;    ///< words of the logits, padded
  double queries = 0;       ///< tokens per example
  double keys = 0;          ///< tokens per example, with those of the segment before
  double positions = 0;     ///< relative positions per example
  double predictions = 0;   ///< predicted tokens per example
  double window_share = 1;  ///< tokens that a token attends to, over those of the whole sequence
  catalog::Attention attention = catalog::Attention::unfused;
  catalog::TensorOverlap tensor_overlap = catalog::TensorOverlap::none;
  bool one_hot = false;  ///< word look-up by a product
  bool dropout = true;
  bool stored = false;  ///< what products read is kept too
  Shard shard{};

  double tokens() const { return examples * queries; }
  double predicted_tokens() const { return examples * predictions; }
  double query_width() const { return heads * query_size; }
  double context_width() const { return heads * value_size; }
  double key_width() const { return key_heads * head_size; }
  /// Of so many rows of tensor-parallel products, those that a rank has between them.
  double resting(double rows) const { return shard.sequence ? rows / shard.tensor : rows; }
};

/// As wide and as long as the phase asks; a block with a window has a smaller `window_share`.
TransformerShape shape_of(const catalog::Transformer& model, const catalog::TrainingPhase& phase, double examples,
                          const catalog::Stack& stack, const Shard& shard);

/// The shape of a block whose tokens attend to the last `window` ones, 0: to all.
TransformerShape with_window(const TransformerShape& shape, int window);

/// What embedding, blocks and head have alike: a norm that keeps its input; dropout, where the model has it, that
/// keeps a mask; bias and non-linearity with the bias gradient on the way back.
void norm(LayerBuilder& layer, const catalog::Transformer& model, const std::string& prefix, double elements);
void dropout(LayerBuilder& layer, const TransformerShape& shape, const std::string& name, double elements);
void activation(LayerBuilder& layer, const std::string& name, double elements);

/// Keeps what a product reads, where that is not made again.
void keep_input(LayerBuilder& layer, const TransformerShape& shape, double elements);

}  // namespace podsim::workload
