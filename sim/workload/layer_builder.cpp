#include "workload/layer_builder.hpp"

#include <algorithm>
#include <utility>

namespace podsim::workload {

namespace {

/// Of a logit, beside what is kept: an fp32 copy and its gradient (Megatron-LM, tensor_parallel/cross_entropy.py). Peaks
/// of TorchTitan with 16,384 and 32,768 tokens of 128,256 words are 8 and 11 bytes a logit over what else is counted.
constexpr double kLossWorkBytes = 8;

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
  return stack.kernels.convolution_layout == catalog::ConvolutionLayout::nchw &&
         catalog::bytes_of(stack.formats.matrix) < 4;
}

/// Last first, and places counted from the first operation in time.
void turn_round(std::vector<Exchange>& exchanges, size_t operations) {
  std::reverse(exchanges.begin(), exchanges.end());
  for (Exchange& exchange : exchanges) {
    exchange.start = operations - exchange.start;
    exchange.await = operations - exchange.await;
  }
  std::stable_sort(exchanges.begin(), exchanges.end(),
                   [](const Exchange& a, const Exchange& b) { return a.start < b.start; });
}

/// One product of each group, and the bytes of its operands and of its result.
struct GroupedProduct {
  explicit GroupedProduct(const WeightedProduct& product)
      : in(product.in / product.groups),
        out(product.out / product.groups),
        k(in * product.taps),
        weights(product.groups * k * out),
        activations(product.input_rows * product.in + product.rows * product.out) {}

  double in;
  double out;
  double k;
  double weights;
  double activations;
};

Operation with_shares(Operation operation, const WeightedProduct& product) {
  operation.fewest_share = fewest_share(product.taps);
  operation.model_flops_factor = product.model_flops_factor;
  operation.linear = product.linear;
  return operation;
}

}  // namespace

LayerBuilder::LayerBuilder(std::string name, const catalog::Stack& stack, const Uses& uses)
    : uses_(uses),
      activation_bytes_(catalog::bytes_of(stack.formats.activation)),
      weight_bytes_(catalog::bytes_of(stack.formats.weight)),
      gradient_bytes_(catalog::bytes_of(stack.formats.gradient)),
      casts_(stack.formats.linear.has_value()),
      cast_share_(catalog::bytes_of(stack.formats.linear.value_or(stack.formats.activation)) / activation_bytes_),
      turns_images_(turns_images(stack)) {
  layer_.name = std::move(name);
}

void LayerBuilder::add(std::vector<Operation>& operations, Operation operation, double uses) const {
  if (uses == 0) return;
  operation.repeats *= uses;
  operation.attention_core = core_;
  if (core_) {
    operation.model_flops_factor *= core_shape_.window_share;
    operation.causal_share = core_shape_.causal_share();
  }
  operations.push_back(std::move(operation));
}

Operation LayerBuilder::product_operation(const WeightedProduct& product) const {
  const GroupedProduct each(product);
  const double bytes = each.activations * activation_bytes_ + each.weights * weight_bytes_;
  return with_shares(matrix(product.name, {product.groups, product.rows, each.out, each.k, each.in}, bytes), product);
}

Operation LayerBuilder::weight_gradient_operation(const WeightedProduct& product) const {
  const GroupedProduct each(product);
  const double bytes = each.activations * activation_bytes_ + each.weights * gradient_bytes_;
  return with_shares(matrix(product.name + " wgrad", {product.groups, each.k, each.out, product.rows, each.in}, bytes),
                     product);
}

Operation LayerBuilder::input_gradient_operation(const WeightedProduct& product) const {
  const GroupedProduct each(product);
  const double bytes = each.activations * activation_bytes_ + each.weights * weight_bytes_;
  return with_shares(matrix(product.name + " dgrad",
                            {product.groups, product.rows, each.in, each.out * product.taps, each.out}, bytes),
                     product);
}

void LayerBuilder::weighted(const WeightedProduct& product) {
  if (turns_images_ && product.image) layout(product.name, GroupedProduct(product).activations * activation_bytes_);
  forward(product_operation(product));
  weight_gradient(weight_gradient_operation(product));
  if (product.input_gradient) backward(input_gradient_operation(product));
}

void LayerBuilder::cast_input(const std::string& name, double elements) {
  if (casts_) forward(memory(name + " cast", passes::kCast.forward * elements * activation_bytes_));
}

void LayerBuilder::cast_gradient(const std::string& name, double elements) {
  if (casts_) backward(memory(name + " gradient cast", passes::kCast.backward * elements * activation_bytes_));
}

BackwardPlaces LayerBuilder::products_of_one_input(const std::vector<WeightedProduct>& products) {
  BackwardPlaces places;
  places.end = backward_place();
  for (const WeightedProduct& product : products) forward(product_operation(product));
  for (const WeightedProduct& product : products) weight_gradient(weight_gradient_operation(product));
  places.weights = backward_place();
  for (const WeightedProduct& product : products) backward(input_gradient_operation(product));
  places.inputs = backward_place();
  return places;
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
  const double key_heads = shape.key_heads > 0 ? shape.key_heads : shape.heads;
  const double keys = shape.sequences * key_heads * shape.keys * shape.head_size;
  Operation operation{.name = name, .kind = OperationKind::fused_attention};
  operation.causal_share = shape.causal_share();
  operation.model_flops_factor = 1 / operation.causal_share;
  operation.batch = shape.sequences * shape.heads * shape.window_share / operation.model_flops_factor;
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
}

void LayerBuilder::input(double elements) { layer_.input_bytes += elements * activation_bytes_; }

void LayerBuilder::elementwise(const std::string& name, double elements, const Passes& passes) {
  stepwise(name, 1, elements, passes);
}

void LayerBuilder::stepwise(const std::string& name, double steps, double elements, const Passes& passes) {
  Operation step = memory(name, elements * passes.forward * activation_bytes_);
  step.repeats = steps;
  if (passes.forward > 0) forward(step);
  step.name = name + " gradient";
  step.bytes = elements * passes.backward * activation_bytes_;
  if (passes.backward > 0) backward(step);
}

void LayerBuilder::softmax_loss(double rows, double classes) {
  elementwise("softmax loss", rows * classes, passes::kSoftmaxLoss);
  keep(rows * classes);
  layer_.work_bytes += rows * classes * kLossWorkBytes;
}

void LayerBuilder::synchronise(double channels) {
  synchronised_bytes_ += 2 * channels * 4;
  ++synchronisations_;
}

void LayerBuilder::add_parameters(double count) { layer_.parameters += count; }

void LayerBuilder::add_replicated_parameters(double count) {
  add_parameters(count);
  layer_.replicated_parameters += count;
}

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
  turn_round(layer.backward_exchanges, layer.backward.size());
  return layer;
}

}  // namespace podsim::workload
