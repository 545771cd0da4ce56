#include "catalog/lookup/catalog.hpp"
#include "workload/expected.hpp"
#include "workload/models/expand.hpp"

#include <catch2/catch.hpp>

using namespace podsim;
using namespace podsim::workload;

namespace {

catalog::Workload shipped(const std::string& name) {
  return catalog::Catalog({PODSIM_SOURCE_DIR}).workload(name).value;
}

Graph expand_shipped(const std::string& name, double examples, size_t phase = 0) {
  const catalog::Workload workload = shipped(name);
  return expand(workload, workload.training.phases.at(phase), examples, mixed_stack());
}

/// Six operations per weight and token in the blocks, and the attention's own: Narayanan et al.,
/// arXiv 2104.04473, section 5.1, without recomputation.
double block_flops(double layers, double tokens, double sequence, double hidden) {
  return 72 * tokens * layers * hidden * hidden * (1 + sequence / (6 * hidden));
}

}  // namespace

TEST_CASE("parameters are those that the papers and their code give") {
  CHECK(expand_shipped("bert-large-500k", 1).parameters() == 336226108);
  CHECK(expand_shipped("bert-large", 1).parameters() == 336226108);
  CHECK(expand_shipped("bert-base", 1).parameters() == 110106428);
  CHECK(expand_shipped("xlnet-large", 1).parameters() == 360300800);
  // openai/gpt-2: 50,257 + 1,024 rows of 1,600, 48 blocks of 12 x 1600^2 + 13 x 1600, and the last layer norm
  CHECK(expand_shipped("gpt-2", 1).parameters() == 1557611200);
  // openai/finetune-transformer-lm: 116,534,784, and a layer norm after the embedding that podsim counts there
  CHECK(expand_shipped("gpt", 1).parameters() == 116534784 + 2 * 768);
  // mlperf/training rnn_translator with 32,320 tokens: 46,178,304 in the encoder, 46,170,112 in the decoder, 2,099,201
  // in the attention, 33,095,680 in the embedding and 33,128,000 in the classifier
  CHECK(expand_shipped("gnmt", 1).parameters() == 160671297);
  CHECK(expand_shipped("resnet-50", 1).parameters() == 25557032);
  // torchvision's counts for ResNet-152 and VGG-16, Caffe's for AlexNet, Keras' trainable ones for Xception
  CHECK(expand_shipped("resnet-152", 1).parameters() == 60192808);
  CHECK(expand_shipped("vgg-16", 1).parameters() == 138357544);
  CHECK(expand_shipped("alexnet", 1).parameters() == 60965224);
  CHECK(expand_shipped("xception", 1).parameters() == 22855952);
}

TEST_CASE("parameters are within the rounding of the papers") {
  struct Paper {
    const char* workload;
    double parameters;
    double tolerance;  // what the paper rounds away, or counts otherwise
  };
  const Paper papers[] = {
      {"seq2seq-lstm", 384e6, 0.005},    // Sutskever et al., section 3.4: 384M
      {"deepspeech-2", 100e6, 0.02},     // Amodei et al., Table 10: 100M
      {"transformer-base", 65e6, 0.03},  // Vaswani et al., Table 3
      {"transformer-big", 213e6, 0.01},  // Vaswani et al., Table 3
      {"biggan-128", 158.3e6, 0.005},    // Brock et al., Table 1
      {"stylegan-1024", 49.3e6, 0.01}    // Karras et al., section 2 and code: 26.2M and 23.1M
  };
  for (const Paper& paper : papers) {
    CAPTURE(paper.workload);
    const size_t last = shipped(paper.workload).training.phases.size() - 1;
    CHECK(expand_shipped(paper.workload, 1, last).parameters() == Approx(paper.parameters).epsilon(paper.tolerance));
  }
}

TEST_CASE("GPT-2 of nanoGPT is the small GPT-2 with its vocabulary padded by 47 words") {
  const auto path = std::string(PODSIM_SOURCE_DIR) + "/tests/published/workloads/gpt-2-124m.yaml";
  const catalog::Workload workload = catalog::Catalog({PODSIM_SOURCE_DIR}).workload(path).value;
  CHECK(expand(workload, workload.training.phases.at(0), 1, mixed_stack()).parameters() == 124439808 + 47 * 768);
}

TEST_CASE("multiply-adds forward per image are those of the papers") {
  struct Paper {
    const char* workload;
    double multiply_adds;
    double tolerance;
  };
  const Paper papers[] = {
      {"resnet-152", 11.3e9, 0.03},  // He et al., Table 1, stride in the 1x1 convolutions
      {"vgg-16", 15.5e9, 0.01},      // He et al., arXiv 1512.03385, section 3.3: VGG-16 of 15.3 to 15.5 x 10^9
      {"alexnet", 0.72e9, 0.02},     // Canziani et al., arXiv 1605.07678: about 0.7 x 10^9
      {"xception", 8.4e9, 0.01},     // Zoph et al., arXiv 1707.07012, Table 2
      {"dqn", 2970112, 0}            // 20x20x16x256 + 9x9x32x256 + 2592x256 + 256x18; "AI and Compute" has 2.55 x 10^6
  };
  for (const Paper& paper : papers) {
    CAPTURE(paper.workload);
    CHECK(expand_shipped(paper.workload, 1).forward_flops() / 2 ==
          Approx(paper.multiply_adds).epsilon(paper.tolerance));
  }
}

TEST_CASE("parameters do not depend on the phase") {
  CHECK(expand_shipped("bert-large", 1, 0).parameters() == expand_shipped("bert-large", 1, 1).parameters());
}

TEST_CASE("ResNet-50 takes 4.09 billion multiply-adds per image forward") {
  const double multiply_adds = expand_shipped("resnet-50", 1).forward_flops() / 2;
  CHECK(multiply_adds > 4.08e9);
  CHECK(multiply_adds < 4.12e9);
}

TEST_CASE("the blocks of BERT-Large take the operations of the closed formula") {
  const catalog::Workload workload = shipped("bert-large");
  for (const catalog::TrainingPhase& phase : workload.training.phases) {
    const Graph graph = expand(workload, phase, 4, mixed_stack());
    double flops = 0;
    for (size_t i = 1; i + 1 < graph.layers.size(); ++i) {
      for (const Operation& operation : graph.layers[i].forward) flops += operation.flops();
      for (const Operation& operation : graph.layers[i].backward) flops += operation.flops();
    }
    const double length = phase.sequence_length;
    CHECK(flops == Approx(block_flops(24, 4 * length, length, 1024)).epsilon(1e-12));
  }
}

TEST_CASE("the head of BERT-Large multiplies predicted tokens with the vocabulary") {
  const Graph graph = expand_shipped("bert-large", 4, 1);
  double flops = 0;
  for (const Operation& operation : graph.layers.back().forward) flops += operation.flops();
  const double predictions = 4 * 77;
  const double pooler = 4 * 2.0 * 1024 * (1024 + 2);
  CHECK(flops == predictions * 2.0 * 1024 * (1024 + 30522) + pooler);
}

TEST_CASE("XLNet-Large attends to 896 tokens over 1408 relative positions") {
  const Layer block = expand_shipped("xlnet-large", 2).layers[1];
  CHECK(block.forward[0].m == 2 * 896);
  CHECK(block.forward[2].name == "positions");
  CHECK(block.forward[2].m == 2 * 1408);
}

TEST_CASE("published local batches fit their chips") {
  SECTION("16 sequences of 512 on a 16 GiB core") {
    CHECK(expand_shipped("bert-large-500k", 16, 1).saved_bytes() < 10e9);
  }
  SECTION("256 images on a 16 GB card") { CHECK(expand_shipped("resnet-50", 256).saved_bytes() < 14e9); }
}

TEST_CASE("recipes are the published ones") {
  const catalog::Training training = shipped("bert-large-500k").training;
  CHECK(training.optimizer == catalog::Optimizer::lamb);
  CHECK(training.global_batch == 1024);
  CHECK(training.steps == 500000);
  REQUIRE(training.phases.size() == 2);
  CHECK(training.phases[0].share_of_steps == 0.9);
  CHECK(training.phases[1].predictions_per_example == 77);
  CHECK(shipped("resnet-50").training.epochs == 61);
  CHECK(shipped("xlnet-large").published.at(0).hours == 60);
}
