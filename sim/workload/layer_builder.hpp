#pragma once

#include "catalog/spec/stack.hpp"
#include "workload/operation.hpp"
#include "workload/passes.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace podsim::workload {

/// Activations times weights: a dense layer, or a convolution as the implicit
/// product that Chetlur et al., "cuDNN", arXiv 1410.0759 describe.
struct WeightedProduct {
  std::string name;
  double rows = 0;             ///< tokens, or pixels of the output
  double in = 0;               ///< features or channels read
  double out = 0;              ///< features or filters written
  double taps = 1;             ///< kernel height x width
  double input_rows = 0;       ///< tokens, or pixels of the input
  double groups = 1;           ///< of a grouped convolution: independent products, each of 1/groups of `in` and `out`
  bool input_gradient = true;  ///< false where nothing before it is trained
  bool image = false;          ///< a convolution: its activations have the stack's layout
  double model_flops_factor = 1;  ///< model FLOPs over those done: below 1 where rows are padding
  bool linear = false;            ///< of a linear layer of a block: see Operation::linear
};

/// Attention of `queries` to `keys` per sequence.
struct AttentionShape {
  double sequences = 0;
  double heads = 0;
  double queries = 0;
  double keys = 0;
  double head_size = 0;
  double key_heads = 0;     ///< each serves several heads of queries; 0: as many
  bool causal = false;      ///< no query sees later keys: a fused kernel skips them
  double window_share = 1;  ///< keys in a query's window over all keys of the sequence

  /// Of the keys in the windows, those that a causal mask leaves: half, and more where most windows end at their query.
  double causal_share() const { return causal ? 1 - window_share / 2 : 1; }
};

/// How often the parts of a layer run in one step of the run: a discriminator sees real and generated images,
/// a generator also makes those that train the discriminator.
struct Uses {
  double forward = 1;
  double input_gradient = 1;  ///< and the element-wise way back
  double weight_gradient = 1;
};

/// Where the backward pass stands, in the order in which operations are added: that is, from its end.
struct BackwardPlaces {
  size_t end = 0;      ///< behind all products' backward operations
  size_t weights = 0;  ///< before the gradients of the weights
  size_t inputs = 0;   ///< before the gradients of the inputs
};

/// Puts one layer together. Each call appends a forward operation and its
/// backward ones, with bytes in the formats of the stack; `build` turns the
/// backward operations round.
class LayerBuilder {
 public:
  LayerBuilder(std::string name, const catalog::Stack& stack, const Uses& uses = {});

  /// Forward, gradient of the input ("dgrad") and of the weights ("wgrad"). The
  /// dgrad of a strided convolution splits into products over the output's pixels.
  void weighted(const WeightedProduct& product);

  /// Products of the same input. On the way back first all gradients of the input, then those of the weights.
  BackwardPlaces products_of_one_input(const std::vector<WeightedProduct>& products);

  /// Reads and writes of the casts of what linear layers read, and of the gradients of what they write; nothing where
  /// the stack has no format of its own for them.
  void cast_input(const std::string& name, double elements);
  void cast_gradient(const std::string& name, double elements);

  /// Bytes of a cast element over those of an activation; 1 without casts.
  double cast_share() const { return cast_share_; }

  /// rows x in times in x out.
  void dense(const std::string& name, double rows, double in, double out);

  /// A depthwise convolution: one filter a channel, too few products per byte for the matrix unit.
  void depthwise(const std::string& name, double input_elements, double output_elements, double taps);

  /// The product of a recurrent layer's state with its weights, `steps` times one after the other, both
  /// directions at the same time; the gradient of the weights is one product over all steps.
  void recurrent(const std::string& name, double steps, double directions, double rows, double in, double out);

  /// Attention in one kernel that needs only queries, keys, values, its result and a sum a row to be kept: the
  /// backward pass computes the scores again (Dao et al., arXiv 2205.14135).
  void fused_attention(const std::string& name, const AttentionShape& shape);

  /// Operations and kept bytes added from now on belong to the attention core of this shape, until `end_core`: all of
  /// its products are done, and those that its window or mask hides are not counted.
  void begin_core(const AttentionShape& shape = {}) {
    core_ = true;
    core_shape_ = shape;
  }
  void end_core() {
    core_ = false;
    core_shape_ = {};
  }

  /// Places for exchanges: before the next forward operation; before (in time) the backward operations added so far.
  size_t forward_place() const { return layer_.forward.size(); }
  size_t backward_place() const { return layer_.backward.size(); }

  /// Exchanges of the forward pass in their order; those of the way back like its operations, last first, with places
  /// of `backward_place`.
  void exchange(Exchange exchange) { layer_.forward_exchanges.push_back(std::move(exchange)); }
  void backward_exchange(Exchange exchange) { layer_.backward_exchanges.push_back(std::move(exchange)); }

  double activation_bytes(double elements) const { return elements * activation_bytes_; }

  /// The activations that come into the layer, which it can be computed from again.
  void input(double elements);

  /// `batch` products of activations, m x k by k x n, with a gradient of each operand.
  void product(const std::string& name, double batch, double m, double n, double k);

  /// Like `product` with a left operand that is data and has no gradient.
  void selection(const std::string& name, double batch, double m, double n, double k);

  /// Rows of a table of `words` x `out` picked by a product with one-hot rows, which are made in the matrix
  /// unit and never move.
  void lookup_product(const std::string& name, double rows, double words, double out);

  /// A memory operation over a tensor of `elements` activations.
  void elementwise(const std::string& name, double elements, const Passes& passes);

  /// The same at each of `steps` time steps of a recurrent layer, one after the other.
  void stepwise(const std::string& name, double steps, double elements, const Passes& passes);

  /// Sum and square sum of `channels`, in fp32, are made over all ranks, and their gradients on the way back. The
  /// all-reduces of a layer are of equal size: the mean of what was asked for.
  void synchronise(double channels);

  /// Softmax, cross-entropy and their gradient over rows x classes logits.
  void softmax_loss(double rows, double classes);

  void add_parameters(double count);
  void add_replicated_parameters(double count);
  /// Those that `add_parameters` has counted.
  void mark_copied_parameters(double count) { layer_.copied_parameters += count; }
  void add_expert_parameters(double count) { layer_.expert_parameters += count; }
  void tie_parameters(double count) { layer_.tied_parameters += count; }

  /// Keeps activations, or a dropout mask of one byte each, for the backward pass.
  void keep(double elements);
  void keep_mask(double elements);
  void keep_bytes(double bytes);

  Layer build() const;

 private:
  void add(std::vector<Operation>& operations, Operation operation, double uses) const;
  void forward(Operation operation) { add(layer_.forward, std::move(operation), uses_.forward); }
  void backward(Operation operation) { add(layer_.backward, std::move(operation), uses_.input_gradient); }
  void weight_gradient(Operation operation) {
    operation.weight_gradient = true;
    add(layer_.backward, std::move(operation), uses_.weight_gradient);
  }
  Operation product_operation(const WeightedProduct& product) const;
  Operation weight_gradient_operation(const WeightedProduct& product) const;
  Operation input_gradient_operation(const WeightedProduct& product) const;
  /// Turns the activations of a convolution into the layout of the tensor cores and back.
  void layout(const std::string& name, double bytes);
  double product_bytes(double batch, double m, double n, double k) const;

  Layer layer_;
  Uses uses_;
  double synchronised_bytes_ = 0;
  int synchronisations_ = 0;
  double activation_bytes_;
  double weight_bytes_;
  double gradient_bytes_;
  bool casts_;  ///< operands of linear layers into a format of their own
  double cast_share_;
  bool turns_images_;  ///< convolutions on tensor cores want another layout than the activations have
  bool core_ = false;
  AttentionShape core_shape_{};
};

}  // namespace podsim::workload
