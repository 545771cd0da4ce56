#include "workload/gan.hpp"

#include "workload/expected.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace podsim;
using namespace podsim::workload;

namespace {

/// 8 px images of 2 classes: one block up, one down and one at 4 px.
catalog::Gan residual_model() {
  catalog::Gan model;
  model.image_px = 8;
  model.latent = 6;
  model.classes = 2;
  model.class_embedding = 5;
  model.generator_channels = {4, 2};
  model.discriminator_channels = {2, 4};
  return model;
}

catalog::Gan style_model() {
  catalog::Gan model;
  model.block = catalog::GanBlock::style;
  model.image_px = 16;
  model.latent = 6;
  model.mapping_layers = 2;
  model.generator_channels = {8, 4, 2};
  model.discriminator_channels = {2, 4, 8};
  return model;
}

Graph expand_of(const catalog::Gan& model, double examples = 2, int resolution_px = 0) {
  return expand_gan(model, {.name = "", .resolution_px = resolution_px}, examples, mixed_stack());
}

const Operation& operation_of(const std::vector<Operation>& operations, const std::string& name) {
  for (const Operation& operation : operations) {
    if (operation.name == name) return operation;
  }
  FAIL("no operation " << name);
  throw std::logic_error(name);
}

const Layer& layer_of(const Graph& graph, const std::string& name) {
  for (const Layer& layer : graph.layers) {
    if (layer.name == name) return layer;
  }
  FAIL("no layer " << name);
  throw std::logic_error(name);
}

}  // namespace

TEST_CASE("the parameters of a small residual GAN are those counted on paper") {
  const Graph graph = expand_of(residual_model());
  CHECK(layer_of(graph, "latent").parameters == 3 * 64 + 64 + 2 * 5);
  const double condition = (3 + 5) * 2;  // for each channel, scale and offset
  CHECK(layer_of(graph, "generator block 1").parameters ==
        condition * 4 + condition * 2 + (9 * 4 * 2 + 2) + (9 * 2 * 2 + 2) + (4 * 2 + 2));
  CHECK(layer_of(graph, "generator image").parameters == 2 * 2 + 9 * 2 * 3 + 3);
  CHECK(layer_of(graph, "discriminator block 1").parameters == (27 * 2 + 2) + (36 + 2) + (6 + 2));
  CHECK(layer_of(graph, "discriminator block 2").parameters == (72 + 4) + (144 + 4) + (8 + 4));
  CHECK(layer_of(graph, "discriminator verdict").parameters == 4 + 1 + 2 * 4);
}

TEST_CASE("with two discriminator steps the generator runs three times and learns once") {
  catalog::Gan model = residual_model();
  model.discriminator_steps = 2;
  const Layer generator = layer_of(expand_of(model), "generator block 1");
  CHECK(operation_of(generator.forward, "conv 1").repeats == 3);
  CHECK(operation_of(generator.backward, "conv 1 wgrad").repeats == 1);
  CHECK(generator.updates == 1);
  const Layer discriminator = layer_of(expand_of(model), "discriminator block 1");
  CHECK(operation_of(discriminator.forward, "conv 1").repeats == 5);
  CHECK(operation_of(discriminator.backward, "conv 1 dgrad").repeats == 5);
  CHECK(operation_of(discriminator.backward, "conv 1 wgrad").repeats == 4);
  CHECK(discriminator.updates == 2);
}

TEST_CASE("cross-replica normalisation reduces two sums a channel in each pass of each normalisation") {
  catalog::Gan model = residual_model();
  model.discriminator_steps = 2;
  CHECK(layer_of(expand_of(model), "generator block 1").synchronisation == Synchronisation{});
  model.cross_replica_batch_norm = true;
  const Synchronisation block = layer_of(expand_of(model), "generator block 1").synchronisation;
  CHECK(block.bytes == (2 * 4 * 4 + 2 * 2 * 4) / 2);  // of 4 and of 2 channels, in fp32
  CHECK(block.forward == 2 * 3);
  CHECK(block.backward == 2);
  CHECK(layer_of(expand_of(model), "discriminator block 1").synchronisation == Synchronisation{});
}

TEST_CASE("the gradient penalty is one more product of each kind for each batch of real images") {
  catalog::Gan model = residual_model();
  model.gradient_penalty = true;
  const Layer discriminator = layer_of(expand_of(model), "discriminator block 1");
  CHECK(operation_of(discriminator.forward, "conv 1").repeats == 4);
  CHECK(operation_of(discriminator.backward, "conv 1 dgrad").repeats == 4);
  CHECK(operation_of(discriminator.backward, "conv 1 wgrad").repeats == 3);
}

TEST_CASE("each update counts in the parameters that are reduced and optimised") {
  catalog::Gan model = residual_model();
  model.discriminator_steps = 3;
  const Graph graph = expand_of(model);
  double generator = 0;
  double discriminator = 0;
  for (const Layer& layer : graph.layers) (layer.updates == 1 ? generator : discriminator) += layer.parameters;
  CHECK(graph.parameters() == generator + discriminator);
  CHECK(graph.updated_parameters() == generator + 3 * discriminator);
}

TEST_CASE("self-attention of 8 px keys a quarter of the positions") {
  catalog::Gan model = residual_model();
  model.image_px = 16;
  model.generator_channels = {8, 8, 8};
  model.discriminator_channels = {8, 8, 8};
  model.attention_px = 8;
  const Layer attention = layer_of(expand_of(model, 1), "generator self-attention");
  CHECK(attention.parameters == 2 * 8 * 1 + 2 * 8 * 4 + 1);
  const Operation scores = operation_of(attention.forward, "scores");
  CHECK(scores.m == 64);
  CHECK(scores.n == 16);
  CHECK(scores.k == 1);
  CHECK_NOTHROW(layer_of(expand_of(model, 1), "discriminator self-attention"));
}

TEST_CASE("the parameters of a small style GAN are those counted on paper") {
  const Graph graph = expand_of(style_model());
  CHECK(layer_of(graph, "mapping").parameters == 2 * (36 + 6));
  const auto styles = [](double channels) { return 2 * (2 * channels + 7 * 2 * channels); };
  CHECK(layer_of(graph, "generator 4 px").parameters == 16 * 8 + 9 * 64 + styles(8));
  CHECK(layer_of(graph, "generator 8 px").parameters == 9 * 8 * 4 + 9 * 16 + styles(4));
  CHECK(layer_of(graph, "to RGB").parameters == 2 * 3 + 3);
  CHECK(layer_of(graph, "from RGB").parameters == 3 * 2 + 2);
  CHECK(layer_of(graph, "discriminator 16 px").parameters == (9 * 4 + 2) + (9 * 8 + 4));
  CHECK(layer_of(graph, "discriminator 4 px").parameters == (9 * 9 * 8 + 8) + (128 * 8 + 8) + (8 + 1));
}

TEST_CASE("a growing GAN begins with the blocks of its smallest images") {
  const Graph small = expand_of(style_model(), 2, 8);
  CHECK(small.layers.size() == expand_of(style_model(), 2).layers.size() - 2);
  CHECK(layer_of(small, "from RGB").parameters == 3 * 4 + 4);
  CHECK(small.parameters() < expand_of(style_model(), 2).parameters());
}

TEST_CASE("above 128 px a resizing convolution takes 16 products for each pixel of the smaller map, below 36") {
  catalog::Gan model = style_model();
  model.image_px = 128;
  model.generator_channels = {8, 8, 8, 8, 8, 8};
  model.discriminator_channels = {8, 8, 8, 8, 8, 8};
  const Graph graph = expand_of(model, 1);
  const double flops_up_128 = operation_of(layer_of(graph, "generator 128 px").forward, "conv up").flops();
  const double flops_up_64 = operation_of(layer_of(graph, "generator 64 px").forward, "conv up").flops();
  CHECK(flops_up_128 == 2 * 2.0 * 64 * 64 * 16 * 64);  // the generator runs twice
  CHECK(flops_up_64 == 2 * 2.0 * 32 * 32 * 36 * 64);
}

TEST_CASE("a GAN is linear in its images") {
  const Graph two = expand_of(style_model(), 2);
  const Graph six = expand_of(style_model(), 6);
  CHECK(six.forward_flops() == Approx(3 * two.forward_flops()));
  CHECK(six.saved_bytes() == Approx(3 * two.saved_bytes()));
}
