#pragma once

#include <vector>

namespace podsim::catalog {

/// bottleneck: 1x1, 3x3 and 1x1 convolution with a residual; basic: two 3x3 with a residual;
/// plain: one convolution; separable: depthwise and 1x1 convolutions, with a residual or without.
enum class BlockKind { bottleneck, basic, plain, separable };

/// One group of equal blocks.
struct ConvolutionalStage {
  int blocks = 1;
  int width = 0;   ///< filters: of a bottleneck's inner convolution, else of the block's output
  int stride = 1;  ///< of the first block
  BlockKind block = BlockKind::bottleneck;
  int kernel = 3;                    ///< edge of the window
  int groups = 1;                    ///< plain: independent parts of the channels
  bool padded = true;                ///< plain: false takes only windows that lie in the image
  int pool_kernel = 0;               ///< edge of a max pool after the last block, over whole windows; 0: none
  int pool_stride = 0;               ///< of that pool
  bool local_response_norm = false;  ///< after each block (AlexNet)
  int convolutions = 2;              ///< separable: of a block
  int inner_width = 0;               ///< separable: filters of all but the last convolution
  bool residual = true;              ///< separable
};

/// A convolutional network; `workload/convolutional.hpp` expands it.
struct Convolutional {
  int image_px = 224;
  int image_channels = 3;
  int stem_filters = 64;  ///< 0: no stem
  int stem_kernel = 7;
  int stem_stride = 2;
  int stem_pool_stride = 2;
  int expansion = 4;       ///< outer filters of a bottleneck over its width
  bool batch_norm = true;  ///< after each convolution; false: bias and activation
  std::vector<ConvolutionalStage> stages;
  std::vector<int> dense;  ///< hidden dense layers over all pixels; none: average pool
  int classes = 1000;
};

}  // namespace podsim::catalog
