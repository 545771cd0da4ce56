#pragma once

#include "catalog/spec/stack.hpp"
#include "catalog/spec/workload.hpp"
#include "workload/layer_builder.hpp"

#include <string>

namespace podsim::workload {

/// Sizes of one phase of a transformer on one rank.
struct TransformerShape {
  double examples = 0;
  double hidden = 0;
  double heads = 0;
  double feed_forward = 0;
  double vocabulary = 0;
  double queries = 0;      ///< tokens per example
  double keys = 0;         ///< tokens per example, with those of the segment before
  double positions = 0;    ///< relative positions per example
  double predictions = 0;  ///< predicted tokens per example
  catalog::Attention attention = catalog::Attention::unfused;
  bool one_hot = false;  ///< word look-up by a product
  bool dropout = true;

  double tokens() const { return examples * queries; }
  double predicted_tokens() const { return examples * predictions; }
};

TransformerShape shape_of(const catalog::Transformer& model, const catalog::TrainingPhase& phase, double examples,
                          const catalog::Stack& stack);

/// Parameters of a dense layer with its bias, and of a layer norm.
double dense_parameters(double in, double out);
double layer_norm_parameters(double hidden);

/// What embedding, blocks and head have alike: a layer norm that keeps its input; dropout, where the model has it, that
/// keeps a mask; bias and non-linearity with the bias gradient on the way back.
void layer_norm(LayerBuilder& layer, const std::string& name, double elements);
void dropout(LayerBuilder& layer, const TransformerShape& shape, const std::string& name, double elements);
void activation(LayerBuilder& layer, const std::string& name, double elements);

}  // namespace podsim::workload
