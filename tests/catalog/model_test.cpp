#include "catalog/error_text.hpp"
#include "catalog/lookup/catalog.hpp"
#include "catalog/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace podsim::catalog {
namespace {

std::string workload_text(const std::string& model, const std::string& training) {
  return "schema: podsim/workload/1\nname: tiny\ndescription: a model for tests\nmodel: {" + model + "}\ntraining: {" +
         training + "}\n";
}

Workload load_model_text(const std::string& model, const std::string& training) {
  const TemporaryFolder folder;
  return Catalog({}).workload(folder.write("tiny.yaml", workload_text(model, training))).value;
}

/// The message of a bad model without its place.
std::string refused(const std::string& model, const std::string& training) {
  const TemporaryFolder folder;
  const std::string path = folder.write("tiny.yaml", workload_text(model, training));
  const std::string message = error_text([&] { Catalog({}).workload(path); });
  const std::string first = message.substr(0, message.find('\n'));
  return first.substr(first.find(": ") + 2);
}

constexpr const char* kImages = "optimizer: sgd_momentum, global_batch: 32, steps: 10";
constexpr const char* kSentences = "optimizer: adam, global_batch: 32, steps: 10, sequence_length: 7";
constexpr const char* kStyle =
    "kind: gan, blocks: style, image_px: 16, latent: 8, generator: {channels: [8, 4, 2]}, "
    "discriminator: {channels: [2, 4, 8]}";

}  // namespace

TEST_CASE("a network of plain convolutions has no stem, and a pool is as wide as its stride") {
  const Workload workload = load_model_text(
      "kind: convolutional, image_px: 8, stages: [{block: plain, width: 4, pool: {kernel: 2}}], classes: 3", kImages);
  const auto& model = std::get<Convolutional>(workload.model);
  CHECK(model.stem_filters == 0);
  CHECK(model.batch_norm);
  CHECK(model.stages[0].pool_kernel == 2);
  CHECK(model.stages[0].pool_stride == 2);
  CHECK(model.stages[0].padded);
}

TEST_CASE("keys of another kind of block are refused") {
  CHECK(refused("kind: convolutional, image_px: 64, stages: [{width: 4, groups: 2}], classes: 3", kImages) ==
        "model.stages.0.groups: only a plain block has it");
  CHECK(refused("kind: convolutional, image_px: 64, stages: [{block: basic, width: 4, convolutions: 3}], classes: 3",
                kImages) == "model.stages.0.convolutions: only a separable block has it");
  CHECK(refused("kind: convolutional, image_px: 64, image_channels: 3, stages: [{block: plain, width: 4, groups: 2}], "
                "classes: 3",
                kImages) == "model.stages.0.groups: 3 channels and 4 filters do not both divide into 2 groups");
}

TEST_CASE("a window must fit into what is left of the image") {
  CHECK(refused("kind: convolutional, image_px: 8, stages: [{block: plain, width: 4, pool: {kernel: 2}}, "
                "{block: plain, width: 4, kernel: 5, padded: false}], classes: 3",
                kImages) == "model.stages.1: no window of this stage fits into what is left of the image");
}

TEST_CASE("a translator reads and writes, with the source's length for both where one is given") {
  const Workload workload = load_model_text(
      "kind: recurrent, vocabulary: 100, embedding: 8, encoder: {layers: 2, hidden: 8, bidirectional_layers: 1}, "
      "decoder: {cell: gru, layers: 1, hidden: 8}, attention: true",
      kSentences);
  const auto& model = std::get<Recurrent>(workload.model);
  CHECK(model_kind(workload) == "recurrent");
  CHECK(model.source_vocabulary == 100);
  CHECK(model.encoder.cell == RecurrentCell::lstm);
  CHECK(model.decoder->cell == RecurrentCell::gru);
  CHECK(workload.training.input == "text");
  CHECK(workload.training.phases[0].sequence_length == 7);
  CHECK(workload.training.phases[0].target_length == 7);
}

TEST_CASE("a decoder alone is a language model") {
  const std::string decoder = "decoder: {layers: 2, hidden: 8}";
  const Workload workload = load_model_text("kind: recurrent, vocabulary: 100, embedding: 8, " + decoder, kSentences);
  const auto& model = std::get<Recurrent>(workload.model);
  CHECK(model.language_model);
  CHECK(model.encoder.layers == 2);
  CHECK_FALSE(model.decoder);
  CHECK(workload.training.phases[0].target_length == 0);
  CHECK(refused("kind: recurrent, vocabulary: 29, embedding: 8, attention: true, " + decoder, kSentences) ==
        "model.attention: a decoder alone has nothing to attend to");
  CHECK(refused("kind: recurrent, vocabulary: 29, features: 161, " + decoder, kSentences) ==
        "model.decoder: a model that reads features has no decoder");
}

TEST_CASE("speech has features and no source tokens") {
  const std::string encoder = "encoder: {cell: rnn, layers: 1, hidden: 8}";
  CHECK(load_model_text("kind: recurrent, vocabulary: 29, features: 161, " + encoder, kSentences).training.input ==
        "audio");
  CHECK(refused("kind: recurrent, vocabulary: 29, features: 161, embedding: 8, " + encoder, kSentences) ==
        "model.embedding: a model that reads features has no source tokens");
  CHECK(refused("kind: recurrent, vocabulary: 29, embedding: 8, attention: true, " + encoder, kSentences) ==
        "model.attention: attention needs a decoder");
  CHECK(refused("kind: recurrent, vocabulary: 29, embedding: 8, encoder: {layers: 1, hidden: 8, "
                "bidirectional_layers: 2}",
                kSentences) == "model.encoder.bidirectional_layers: 2 is not a count of layers: it must be at most 1");
}

TEST_CASE("a normalised attention needs an attention, and a gate has one bias or two") {
  const std::string words = "kind: recurrent, vocabulary: 29, embedding: 8, ";
  const std::string layers = "encoder: {layers: 1, hidden: 8}, decoder: {layers: 1, hidden: 8, gate_biases: 2}";
  const auto load = [&](const std::string& rest) {
    return std::get<Recurrent>(load_model_text(words + layers + rest, kSentences).model);
  };
  CHECK(load(", attention: true, attention_normalization: true").attention_normalization);
  CHECK_FALSE(load(", attention: true").attention_normalization);
  CHECK(load("").decoder->gate_biases == 2);
  CHECK(load("").encoder.gate_biases == 1);
  CHECK(refused(words + layers + ", attention_normalization: true", kSentences) ==
        "model.attention_normalization: there is no attention");
  CHECK(refused(words + "encoder: {layers: 1, hidden: 8, gate_biases: 3}", kSentences) ==
        "model.encoder.gate_biases: 3 is not a count of biases: it must be at most 2");
}

TEST_CASE("a GAN has channels for each resolution") {
  CHECK(refused("kind: gan, blocks: residual, image_px: 32, latent: 8, generator: {channels: [8, 4, 2]}, "
                "discriminator: {channels: [2, 4, 8]}",
                kImages) == "model.generator: 3 channels are given, and 4 to 32 px are 4 resolutions");
  CHECK(refused("kind: gan, blocks: residual, image_px: 24, latent: 8, generator: {channels: [8, 4, 2]}, "
                "discriminator: {channels: [2, 4, 8]}",
                kImages) == "model.image_px: 24 is not an image edge: it must be a power of two");
}

TEST_CASE("phases by resolution and batch: their examples make the steps and the shares") {
  const Workload workload = load_model_text(
      kStyle,
      "optimizer: adam, global_batch: 4, phases: [{name: small, resolution_px: 8, examples: 80, global_batch: 8}, "
      "{name: large, resolution_px: 16, examples: 40}]");
  const Training& training = workload.training;
  CHECK(training.steps == 20);  // 80 / 8 and 40 / 4
  CHECK(training.phases[0].share_of_steps == 0.5);
  CHECK(training.phases[0].batch_factor == 2);
  CHECK(training.phases[1].batch_factor == 1);
  CHECK(training.mean_batch_factor() == 1.5);
}

TEST_CASE("phases by their steps") {
  const Training training =
      load_model_text(kStyle,
                      "optimizer: adam, global_batch: 4, phases: [{name: small, resolution_px: 8, steps: 30, "
                      "global_batch: 8}, {name: large, resolution_px: 16, steps: 10}]")
          .training;
  CHECK(training.steps == 40);
  CHECK(training.phases[0].share_of_steps == 0.75);
  CHECK(training.mean_batch_factor() == 1.75);
}

TEST_CASE("phases that contradict themselves are refused") {
  const std::string head = "optimizer: adam, global_batch: 4, ";
  CHECK(refused(kStyle, head + "phases: [{name: a, examples: 80, global_batch: 6}]") ==
        "training.phases.0.global_batch: 6 is no multiple of the recipe's batch of 4");
  CHECK(refused(kStyle, head + "steps: 9, phases: [{name: a, examples: 80}]") ==
        "training.steps: stands beside the examples of the phases: the recipe's length is given twice");
  CHECK(refused(kStyle, head + "phases: [{name: a, examples: 80}, {name: b, share_of_steps: 0.5}]") ==
        "training.phases.1.share_of_steps: the first phase gives examples");
  CHECK(refused(kStyle, head + "phases: [{name: a, steps: 80}, {name: b, examples: 80}]") ==
        "training.phases.1.examples: the first phase gives steps");
  CHECK(refused(kStyle, head + "phases: [{name: a, steps: 80, examples: 80}]") ==
        "training.phases.0.steps: the first phase gives examples");
  CHECK(refused(kStyle, head + "steps: 9, phases: [{name: a, steps: 80}]") ==
        "training.steps: stands beside the steps of the phases: the recipe's length is given twice");
  CHECK(refused(kStyle, head + "phases: [{name: a, examples: 80, resolution_px: 12}]") ==
        "training.phases.0.resolution_px: 12 is not a resolution: it must be a power of two, at least 8");
}

}  // namespace podsim::catalog
