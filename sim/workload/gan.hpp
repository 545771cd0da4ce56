#pragma once

#include "catalog/spec/stack.hpp"
#include "catalog/spec/workload.hpp"
#include "workload/layer_builder.hpp"
#include "workload/operation.hpp"

#include <vector>

namespace podsim::workload {

/// Generator and discriminator for `examples` images on one rank: one update of the generator and
/// `discriminator_steps` of the discriminator, folded into one forward and one backward sweep.
///
/// With d such steps the generator runs forward d + 1 times and backward once; the discriminator sees
/// d batches of real and d + 1 of generated images. Its weights have no gradient in the generator's
/// update. The R1 penalty (Mescheder et al., arXiv 1801.04406) takes the gradient of the real images and
/// differentiates it again: one more product of each kind for each batch of real images. Kept for the
/// backward pass: the larger of the two updates' activations.
Graph expand_gan(const catalog::Gan& model, const catalog::TrainingPhase& phase, double examples,
                 const catalog::Stack& stack);

/// A GAN at one resolution, with how often its halves run in a step.
struct GanPlan {
  const catalog::Gan& model;
  int image_px = 0;
  double examples = 0;
  Uses generator;
  Uses discriminator;
  const catalog::Stack& stack;
};

/// Half a GAN after the other, in forward order.
struct GanLayers {
  std::vector<Layer> generator;
  std::vector<Layer> discriminator;
};

/// Brock et al. (BigGAN), arXiv 1809.11096, appendix B: residual blocks, batch normalisation conditioned on a
/// part of the latent and the class, spectral normalisation, self-attention (Zhang et al., arXiv 1805.08318).
GanLayers residual_gan(const GanPlan& plan);

/// Karras et al. (StyleGAN), arXiv 1812.04948, with the official code's operations one by one: noise, bias,
/// leaky ReLU, instance normalisation and style after each convolution, blur where the image grows or shrinks.
GanLayers style_gan(const GanPlan& plan);

}  // namespace podsim::workload
