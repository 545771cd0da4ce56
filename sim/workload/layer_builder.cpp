#include "workload/layer_builder.hpp"

#include <algorithm>
#include <utility>

namespace podsim::workload {

namespace {

/// Products of an output element and an input channel below which no algorithm of any library comes, whatever the
/// kernel. FFT on large tiles: half the spectrum, as images are real, and a complex product as three real ones (Zlateski
/// et al., arXiv 1809.07851, "Gauss-FFT"); as four it is 2. Winograd's tiles of 4x4 outputs under a 3x3 kernel take 2.25,
/// of 6x6 outputs 1.78 (Lavin and Gray, arXiv 1509.09308).
constexpr double kFewestProducts = 1.5;

/// Of the `taps` products of the direct sum, in each of the three passes alike.
double fewest_share(double taps) { return std::min(1.0, kFewestProducts / taps); }

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

LayerBuilder::LayerBuilder(std::string name, const catalog::Stack& stack, const Uses& uses)
    : uses_(uses),
      activation_bytes_(catalog::bytes_of(stack.activation_format)),
      weight_bytes_(catalog::bytes_of(stack.weight_format)),
      gradient_bytes_(catalog::bytes_of(stack.gradient_format)),
      turns_images_(turns_images(stack)) {
  layer_.name = std::move(name);
}

void LayerBuilder::add(std::vector<Operation>& operations, Operation operation, double uses) const {
  if (uses == 0) return;
  operation.repeats *= uses;
  operation.attention_core = core_;
  operations.push_back(std::move(operation));
}

void LayerBuilder::weighted(const WeightedProduct& product) {
  const double groups = product.groups;
  const double in = product.in / groups;
  const double out = product.out / groups;
  const double k = in * product.taps;
  const double weights = groups * k * out;
  const double activations = (product.input_rows * product.in + product.rows * product.out) * activation_bytes_;
  const double reading_bytes = activations + weights * weight_bytes_;
  const auto with_taps = [&](const std::string& suffix, const ProductShape& shape, double bytes) {
    Operation operation = matrix(product.name + suffix, shape, bytes);
    operation.fewest_share = fewest_share(product.taps);
    return operation;
  };
  if (turns_images_ && product.image) layout(product.name, activations);
  forward(with_taps("", {groups, product.rows, out, k, in}, reading_bytes));
  weight_gradient(with_taps(" wgrad", {groups, k, out, product.rows, in}, activations + weights * gradient_bytes_));
  if (product.input_gradient) {
    backward(with_taps(" dgrad", {groups, product.rows, in, out * product.taps, out}, reading_bytes));
  }
}

void LayerBuilder::layout(const std::string& name, double bytes) {
  forward(memory(name + " layout", 2 * bytes));
  backward(memory(name + " layout gradient", 2 * bytes));
}

void LayerBuilder::depthwise(const std::string& name, double input_elements, double output_elements, double taps) {
  Operation operation = memory(name, (input_elements + output_elements) * activation_bytes_);
  operation.m = output_elements;
  operation.n = 1;
  operation.k = taps;
  operation.fewest_share = fewest_share(taps);
  forward(operation);
  operation.name = name + " wgrad";
  weight_gradient(operation);
  operation.name = name + " dgrad";
  backward(operation);
}

void LayerBuilder::recurrent(const std::string& name, double steps, double directions, double rows, double in,
                             double out) {
  const double activations = directions * rows * (in + out) * activation_bytes_;
  const double weights = directions * in * out;
  Operation step = matrix(name, {directions, rows, out, in, in}, activations + weights * weight_bytes_);
  step.repeats = steps;
  forward(step);
  weight_gradient(matrix(name + " wgrad", {directions, in, out, steps * rows, in},
                         steps * activations + weights * gradient_bytes_));
  step = matrix(name + " dgrad", {directions, rows, in, out, out}, step.bytes);
  step.repeats = steps;
  backward(step);
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
  operation.model_flops_factor = shape.causal ? 2 : 1;
  operation.batch = shape.sequences * shape.heads / operation.model_flops_factor;
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
  stepwise(name, 1, elements, forward_passes, backward_passes);
}

void LayerBuilder::stepwise(const std::string& name, double steps, double elements, double forward_passes,
                            double backward_passes) {
  Operation step = memory(name, elements * forward_passes * activation_bytes_);
  step.repeats = steps;
  if (forward_passes > 0) forward(step);
  step.name = name + " gradient";
  step.bytes = elements * backward_passes * activation_bytes_;
  if (backward_passes > 0) backward(step);
}

void LayerBuilder::softmax_loss(double rows, double classes) {
  elementwise("softmax loss", rows * classes, 15, 7);
  keep(rows * classes);
}

void LayerBuilder::synchronise(double channels) {
  synchronised_bytes_ += 2 * channels * 4;
  ++synchronisations_;
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
  if (synchronisations_ > 0) {
    layer.synchronisation = {.bytes = synchronised_bytes_ / synchronisations_,
                             .forward = synchronisations_ * static_cast<int>(uses_.forward),
                             .backward = synchronisations_ * static_cast<int>(uses_.input_gradient)};
  }
  std::reverse(layer.backward.begin(), layer.backward.end());
  return layer;
}

}  // namespace podsim::workload
