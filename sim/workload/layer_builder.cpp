#include "workload/layer_builder.hpp"

#include <algorithm>
#include <utility>

namespace podsim::workload {

namespace {

Operation matrix(const std::string& name, double batch, double m, double n, double k, double bytes) {
  return {name, OperationKind::matrix, batch, m, n, k, bytes};
}

Operation memory(const std::string& name, double bytes) { return {name, OperationKind::memory, 1, 0, 0, 0, bytes}; }

}  // namespace

LayerBuilder::LayerBuilder(std::string name, const catalog::Stack& stack, const Uses& uses)
    : uses_(uses),
      activation_bytes_(catalog::bytes_of(stack.activation_format)),
      weight_bytes_(catalog::bytes_of(stack.weight_format)),
      gradient_bytes_(catalog::bytes_of(stack.gradient_format)) {
  layer_.name = std::move(name);
}

void LayerBuilder::add(std::vector<Operation>& operations, Operation operation, double uses) const {
  if (uses == 0) return;
  operation.repeats *= uses;
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
  forward(matrix(product.name, groups, product.rows, out, k, reading_bytes));
  weight_gradient(
      matrix(product.name + " wgrad", groups, k, out, product.rows, activations + weights * gradient_bytes_));
  if (product.input_gradient) {
    backward(matrix(product.name + " dgrad", groups, product.rows, in, out * product.taps, reading_bytes));
  }
}

void LayerBuilder::depthwise(const std::string& name, double input_elements, double output_elements, double taps) {
  const double bytes = (input_elements + output_elements) * activation_bytes_;
  const Operation operation{name, OperationKind::memory, 1, output_elements, 1, taps, bytes};
  forward(operation);
  Operation gradient = operation;
  gradient.name = name + " wgrad";
  weight_gradient(gradient);
  gradient.name = name + " dgrad";
  backward(gradient);
}

void LayerBuilder::recurrent(const std::string& name, double steps, double directions, double rows, double in,
                             double out) {
  const double activations = directions * rows * (in + out) * activation_bytes_;
  const double weights = directions * in * out;
  Operation step = matrix(name, directions, rows, out, in, activations + weights * weight_bytes_);
  step.repeats = steps;
  forward(step);
  weight_gradient(
      matrix(name + " wgrad", directions, in, out, steps * rows, steps * activations + weights * gradient_bytes_));
  step = matrix(name + " dgrad", directions, rows, in, out, step.bytes);
  step.repeats = steps;
  backward(step);
}

void LayerBuilder::dense(const std::string& name, double rows, double in, double out) {
  weighted({.name = name, .rows = rows, .in = in, .out = out, .input_rows = rows});
}

double LayerBuilder::product_bytes(double batch, double m, double n, double k) const {
  return batch * (m * k + k * n + m * n) * activation_bytes_;
}

void LayerBuilder::product(const std::string& name, double batch, double m, double n, double k) {
  backward(matrix(name + " left gradient", batch, m, k, n, product_bytes(batch, m, n, k)));
  selection(name, batch, m, n, k);
}

void LayerBuilder::selection(const std::string& name, double batch, double m, double n, double k) {
  forward(matrix(name, batch, m, n, k, product_bytes(batch, m, n, k)));
  backward(matrix(name + " right gradient", batch, k, n, m, product_bytes(batch, m, n, k)));
}

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

void LayerBuilder::add_parameters(double count) { layer_.parameters += count; }

void LayerBuilder::keep(double elements) { layer_.saved_bytes += elements * activation_bytes_; }

void LayerBuilder::keep_mask(double elements) { layer_.saved_bytes += elements; }

Layer LayerBuilder::build() const {
  Layer layer = layer_;
  std::reverse(layer.backward.begin(), layer.backward.end());
  return layer;
}

}  // namespace podsim::workload
