#include "workload/layer_builder.hpp"

#include <algorithm>
#include <utility>

namespace podsim::workload {

namespace {

/// A product whose left operand has `left_contiguous` elements side by side.
struct ProductShape {
  double batch = 1;
  double m = 0;
  double n = 0;
  double k = 0;
  double left_contiguous = 0;
};

Operation matrix(const std::string& name, const ProductShape& shape, double bytes) {
  Operation operation{.name = name, .kind = OperationKind::matrix};
  operation.batch = shape.batch;
  operation.m = shape.m;
  operation.n = shape.n;
  operation.k = shape.k;
  operation.left_contiguous = shape.left_contiguous;
  operation.bytes = bytes;
  return operation;
}

Operation memory(const std::string& name, double bytes) {
  Operation operation{.name = name};
  operation.bytes = bytes;
  return operation;
}

bool turns_images(const catalog::Stack& stack) {
  return stack.convolution_layout == catalog::ConvolutionLayout::nchw && catalog::bytes_of(stack.matrix_format) < 4;
}

}  // namespace

LayerBuilder::LayerBuilder(std::string name, const catalog::Stack& stack)
    : activation_bytes_(catalog::bytes_of(stack.activation_format)),
      weight_bytes_(catalog::bytes_of(stack.weight_format)),
      gradient_bytes_(catalog::bytes_of(stack.gradient_format)),
      turns_images_(turns_images(stack)) {
  layer_.name = std::move(name);
}

void LayerBuilder::forward(Operation operation) {
  operation.attention_core = core_;
  layer_.forward.push_back(std::move(operation));
}

void LayerBuilder::backward(Operation operation) {
  operation.attention_core = core_;
  layer_.backward.push_back(std::move(operation));
}

void LayerBuilder::weighted(const WeightedProduct& product) {
  const double k = product.in * product.taps;
  const double weights = k * product.out;
  const double activations = (product.input_rows * product.in + product.rows * product.out) * activation_bytes_;
  const double reading_bytes = activations + weights * weight_bytes_;
  if (turns_images_ && product.image) layout(product.name, activations);
  forward(matrix(product.name, {1, product.rows, product.out, k, product.in}, reading_bytes));
  backward(matrix(product.name + " wgrad", {1, k, product.out, product.rows, product.in},
                  activations + weights * gradient_bytes_));
  if (product.input_gradient) {
    backward(matrix(product.name + " dgrad", {1, product.rows, product.in, product.out * product.taps, product.out},
                    reading_bytes));
  }
}

void LayerBuilder::layout(const std::string& name, double bytes) {
  forward(memory(name + " layout", 2 * bytes));
  backward(memory(name + " layout gradient", 2 * bytes));
}

void LayerBuilder::dense(const std::string& name, double rows, double in, double out) {
  weighted({.name = name, .rows = rows, .in = in, .out = out, .input_rows = rows});
}

void LayerBuilder::lookup_product(const std::string& name, double rows, double words, double out) {
  const double vectors = rows * out * activation_bytes_;
  Operation lookup = matrix(name, {1, rows, out, words, words}, vectors + words * out * weight_bytes_);
  Operation gradient = matrix(name + " wgrad", {1, words, out, rows, words}, vectors + words * out * gradient_bytes_);
  lookup.extra = gradient.extra = true;
  forward(lookup);
  backward(gradient);
}

double LayerBuilder::product_bytes(double batch, double m, double n, double k) const {
  return batch * (m * k + k * n + m * n) * activation_bytes_;
}

void LayerBuilder::product(const std::string& name, double batch, double m, double n, double k) {
  backward(matrix(name + " left gradient", {batch, m, k, n, n}, product_bytes(batch, m, n, k)));
  selection(name, batch, m, n, k);
}

void LayerBuilder::selection(const std::string& name, double batch, double m, double n, double k) {
  forward(matrix(name, {batch, m, n, k, k}, product_bytes(batch, m, n, k)));
  backward(matrix(name + " right gradient", {batch, k, n, m, k}, product_bytes(batch, m, n, k)));
}

void LayerBuilder::fused_attention(const std::string& name, const AttentionShape& shape) {
  const double queries = shape.sequences * shape.heads * shape.queries * shape.head_size;
  const double keys = shape.sequences * shape.heads * shape.keys * shape.head_size;
  Operation operation{.name = name, .kind = OperationKind::fused_attention};
  operation.batch = shape.sequences * shape.heads * (shape.causal ? 0.5 : 1.0);
  operation.m = shape.queries;
  operation.n = shape.keys;
  operation.k = shape.head_size;
  operation.bytes = (2 * queries + 2 * keys) * activation_bytes_;
  forward(operation);
  Operation gradient = operation;
  gradient.name += " gradient";
  gradient.batch *= 2;
  gradient.bytes *= 2;
  Operation scores = operation;
  scores.name += " scores again";
  scores.batch *= 0.5;
  scores.bytes = 0;
  scores.extra = true;
  backward(gradient);
  backward(scores);
  keep(queries);
}

void LayerBuilder::input(double elements) { layer_.input_bytes += elements * activation_bytes_; }

void LayerBuilder::elementwise(const std::string& name, double elements, double forward_passes,
                               double backward_passes) {
  if (forward_passes > 0) forward(memory(name, elements * forward_passes * activation_bytes_));
  if (backward_passes > 0) backward(memory(name + " gradient", elements * backward_passes * activation_bytes_));
}

void LayerBuilder::softmax_loss(double rows, double classes) {
  elementwise("softmax loss", rows * classes, 15, 7);
  keep(rows * classes);
}

void LayerBuilder::add_parameters(double count) { layer_.parameters += count; }

void LayerBuilder::keep(double elements) { keep_bytes(elements * activation_bytes_); }

void LayerBuilder::keep_mask(double elements) { keep_bytes(elements); }

void LayerBuilder::keep_bytes(double bytes) {
  layer_.saved_bytes += bytes;
  if (core_) layer_.core_saved_bytes += bytes;
}

Layer LayerBuilder::build() const {
  Layer layer = layer_;
  std::reverse(layer.backward.begin(), layer.backward.end());
  return layer;
}

}  // namespace podsim::workload
