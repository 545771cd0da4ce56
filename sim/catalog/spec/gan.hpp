#pragma once

#include <vector>

namespace podsim::catalog {

/// residual: blocks of BigGAN; style: StyleGAN's generator and the plain discriminator of progressive growing.
enum class GanBlock { residual, style };

/// Generator and discriminator, blocks by resolution; `workload/gan.hpp` expands them.
struct Gan {
  GanBlock block = GanBlock::residual;
  int image_px = 128;
  int latent = 128;         ///< elements of the random input
  int classes = 0;          ///< residual: 0: not conditioned on a class
  int class_embedding = 0;  ///< residual: elements of the embedding of a class that all blocks share
  int mapping_layers = 0;   ///< style: dense layers before the generator
  /// From 4 px up, each twice as large: filters at 4 px, then of each block's output.
  std::vector<int> generator_channels;
  /// From the image down. residual: of each block's output; style: filters at each resolution.
  std::vector<int> discriminator_channels;
  int attention_px = 0;                   ///< residual: resolution of the self-attention; 0: none
  int discriminator_steps = 1;            ///< updates of the discriminator for each of the generator
  bool gradient_penalty = false;          ///< R1: the discriminator's gradient on real images is penalised
  bool cross_replica_batch_norm = false;  ///< statistics over all ranks
};

constexpr int kFirstGanPixels = 4;

}  // namespace podsim::catalog
