#pragma once

#include <string>
#include <vector>

namespace podsim::workload {

/// matrix: a batched product of m x k by k x n on the matrix unit.
/// memory: bound by the bytes that it moves; products on the way (depthwise convolution) only count.
enum class OperationKind { matrix, memory };

/// One operation on one rank for one micro-batch.
struct Operation {
  std::string name;
  OperationKind kind = OperationKind::memory;
  double batch = 1;    ///< independent products
  double m = 0;        ///< rows (tokens, pixels) of one product
  double n = 0;        ///< columns (output features)
  double k = 0;        ///< inner dimension
  double bytes = 0;    ///< moved to and from memory by one repetition, unfused
  double repeats = 1;  ///< times that it runs, one after the other: the time steps of a recurrent layer

  /// Multiply and add count as two operations.
  double flops() const { return 2.0 * batch * m * n * k * repeats; }
  double moved_bytes() const { return bytes * repeats; }
};

/// A layer as the training step sees it: forward and backward operations, the
/// parameters whose gradients are ready when its backward pass ends, and what
/// it keeps from the forward to the backward pass.
struct Layer {
  std::string name;
  double parameters = 0;
  std::vector<Operation> forward;
  std::vector<Operation> backward;
  double saved_bytes = 0;
  double updates = 1;  ///< times that the parameters are updated in one step of the run (a GAN's discriminator)
};

/// A model on one rank for one micro-batch, layers in forward order.
struct Graph {
  std::vector<Layer> layers;

  double parameters() const;
  double updated_parameters() const;  ///< each as often as it is updated in one step of the run
  double forward_flops() const;       ///< multiplications and additions of products
  double backward_flops() const;
  double saved_bytes() const;
};

}  // namespace podsim::workload
