#pragma once

#include "catalog/stack.hpp"
#include "workload/operation.hpp"

#include <string>

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
};

/// How often the parts of a layer run in one step of the run: a discriminator sees real and generated images,
/// a generator also makes those that train the discriminator.
struct Uses {
  double forward = 1;
  double input_gradient = 1;  ///< and the element-wise way back
  double weight_gradient = 1;
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

  /// rows x in times in x out.
  void dense(const std::string& name, double rows, double in, double out);

  /// A depthwise convolution: one filter a channel, too few products per byte for the matrix unit.
  void depthwise(const std::string& name, double input_elements, double output_elements, double taps);

  /// The product of a recurrent layer's state with its weights, `steps` times one after the other, both
  /// directions at the same time; the gradient of the weights is one product over all steps.
  void recurrent(const std::string& name, double steps, double directions, double rows, double in, double out);

  /// `batch` products of activations, m x k by k x n, with a gradient of each operand.
  void product(const std::string& name, double batch, double m, double n, double k);

  /// Like `product` with a left operand that is data and has no gradient.
  void selection(const std::string& name, double batch, double m, double n, double k);

  /// A memory operation over a tensor of `elements` activations. A pass is one
  /// read or one write of all of it; a mask of one byte counts as half a pass.
  void elementwise(const std::string& name, double elements, double forward_passes, double backward_passes);

  /// The same at each of `steps` time steps of a recurrent layer, one after the other.
  void stepwise(const std::string& name, double steps, double elements, double forward_passes, double backward_passes);

  /// Softmax, cross-entropy and their gradient over rows x classes logits.
  void softmax_loss(double rows, double classes);

  void add_parameters(double count);

  /// Keeps activations, or a dropout mask of one byte each, for the backward pass.
  void keep(double elements);
  void keep_mask(double elements);

  Layer build() const;

 private:
  void add(std::vector<Operation>& operations, Operation operation, double uses) const;
  void forward(const Operation& operation) { add(layer_.forward, operation, uses_.forward); }
  void backward(const Operation& operation) { add(layer_.backward, operation, uses_.input_gradient); }
  void weight_gradient(const Operation& operation) { add(layer_.backward, operation, uses_.weight_gradient); }
  double product_bytes(double batch, double m, double n, double k) const;

  Layer layer_;
  Uses uses_;
  double activation_bytes_;
  double weight_bytes_;
  double gradient_bytes_;
};

}  // namespace podsim::workload
