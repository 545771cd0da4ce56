#include "workload/convolutional.hpp"

#include "workload/expected.hpp"

#include <catch2/catch.hpp>

using namespace podsim;
using namespace podsim::workload;

namespace {

/// 8 px images with 2 channels, a stem of 4 filters that halves twice, one block of width 3 that halves again.
Graph expand_small(double examples = 2) {
  catalog::Convolutional model;
  model.image_px = 8;
  model.image_channels = 2;
  model.stem_filters = 4;
  model.stem_kernel = 3;
  model.expansion = 2;
  model.stages = {{1, 3, 2}};
  model.classes = 5;
  return expand_convolutional(model, examples, mixed_stack());
}

}  // namespace

TEST_CASE("a convolutional network is stem, blocks and classifier") {
  const Graph graph = expand_small();
  REQUIRE(graph.layers.size() == 3);
  CHECK(graph.layers[0].name == "stem");
  CHECK(graph.layers[1].name == "stage 1 block 1");
  CHECK(graph.layers[2].name == "classifier");
}

TEST_CASE("the parameters of a small network are those counted on paper") {
  const Graph graph = expand_small();
  CHECK(graph.layers[0].parameters == 3 * 3 * 2 * 4 + 2 * 4);
  CHECK(graph.layers[1].parameters == (4 * 3 + 6) + (9 * 3 * 3 + 6) + (3 * 6 + 12) + (4 * 6 + 12));
  CHECK(graph.layers[2].parameters == 6 * 5 + 5);
}

TEST_CASE("the stem has the operations counted on paper and no gradient of the image") {
  const Layer stem = expand_small().layers[0];
  check(stem.forward, {{"stem", 1, 32, 4, 18, (128 * 2 + 32 * 4) * 2 + 72 * 4},
                       moves("stem batch norm", 128 * 6),
                       moves("max pool", (128 + 32) * 2)});
  check(stem.backward, {moves("max pool gradient", (128 + 32) * 4),
                        moves("stem batch norm gradient", 128 * 10),
                        {"stem wgrad", 1, 18, 4, 32, (256 + 128) * 2 + 72 * 2}});
}

TEST_CASE("a block with a projection has the operations counted on paper") {
  const Layer block = expand_small().layers[1];
  check(block.forward, {{"reduce 1x1", 1, 8, 3, 4, (32 + 24) * 2 + 12 * 4},
                        moves("reduce 1x1 batch norm", 24 * 6),
                        {"conv 3x3", 1, 2, 3, 27, (24 + 6) * 2 + 81 * 4},
                        moves("conv 3x3 batch norm", 6 * 6),
                        {"expand 1x1", 1, 2, 6, 3, (6 + 12) * 2 + 18 * 4},
                        moves("expand 1x1 batch norm", 12 * 6),
                        {"projection 1x1", 1, 2, 6, 4, (32 + 12) * 2 + 24 * 4},
                        moves("projection 1x1 batch norm", 12 * 6),
                        moves("residual and ReLU", 12 * 6)});
  check(block.backward, {moves("residual and ReLU gradient", 12 * 6),
                         moves("projection 1x1 batch norm gradient", 12 * 10),
                         {"projection 1x1 dgrad", 1, 2, 4, 6, 184},
                         {"projection 1x1 wgrad", 1, 4, 6, 2, (32 + 12) * 2 + 24 * 2},
                         moves("expand 1x1 batch norm gradient", 12 * 10),
                         {"expand 1x1 dgrad", 1, 2, 3, 6, 108},
                         {"expand 1x1 wgrad", 1, 3, 6, 2, (6 + 12) * 2 + 18 * 2},
                         moves("conv 3x3 batch norm gradient", 6 * 10),
                         {"conv 3x3 dgrad", 1, 2, 3, 27, 384},
                         {"conv 3x3 wgrad", 1, 27, 3, 2, (24 + 6) * 2 + 81 * 2},
                         moves("reduce 1x1 batch norm gradient", 24 * 10),
                         {"reduce 1x1 dgrad", 1, 8, 4, 3, 160},
                         {"reduce 1x1 wgrad", 1, 4, 3, 8, (32 + 24) * 2 + 12 * 2},
                         moves("fork gradient", 32 * 6)});
}

TEST_CASE("the classifier pools, multiplies and takes the loss") {
  check(expand_small().layers[2].forward, {moves("average pool", 12 * 2),
                                           {"classifier", 1, 2, 5, 6, (12 + 10) * 2 + 30 * 4},
                                           moves("softmax loss", 10 * 30)});
}

TEST_CASE("a network keeps input and output of each convolution") {
  const Graph graph = expand_small();
  CHECK(graph.layers[0].saved_bytes == (256 + 128 + 128 + 32) * 2);
  CHECK(graph.layers[1].saved_bytes == (2 * 24 + 2 * 6 + 12 + 12 + 12) * 2);
  CHECK(graph.layers[2].saved_bytes == (12 + 10) * 2);
}

TEST_CASE("backward takes twice the products of forward but for the image's gradient") {
  const Graph graph = expand_small();
  const double stem = 2.0 * 32 * 4 * 18;
  CHECK(graph.backward_flops() == 2 * graph.forward_flops() - stem);
}

TEST_CASE("products and kept bytes of a network are linear in the images") {
  const Graph two = expand_small(2);
  const Graph six = expand_small(6);
  CHECK(six.forward_flops() == 3 * two.forward_flops());
  CHECK(six.saved_bytes() == 3 * two.saved_bytes());
  CHECK(six.parameters() == two.parameters());
}

TEST_CASE("an odd image is padded, not cut") {
  catalog::Convolutional model;
  model.image_px = 9;
  model.stages = {{1, 4, 2}};
  const Graph graph = expand_convolutional(model, 1, mixed_stack());
  CHECK(graph.layers[0].forward[0].m == 5 * 5);
  CHECK(graph.layers[1].forward[0].m == 3 * 3);
  CHECK(graph.layers[1].forward[2].m == 2 * 2);
}
