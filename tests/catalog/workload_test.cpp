#include "catalog/lookup/catalog.hpp"
#include "catalog/temporary_folder.hpp"

#include <catch2/catch.hpp>

namespace podsim::catalog {
namespace {

constexpr const char* kTransformer = R"(schema: podsim/workload/1
name: tiny
description: the shortest transformer
model: {kind: transformer, layers: 2, hidden: 64, heads: 4, vocabulary: 1000}
training: {optimizer: adam, global_batch: 32, steps: 100, sequence_length: 16}
)";

constexpr const char* kConvolutional = R"(schema: podsim/workload/1
name: tiny
description: the shortest convolutional network
model: {kind: convolutional, image_px: 32, stages: [{blocks: 1, width: 8}, {blocks: 2, width: 16, stride: 2}], classes: 10}
training: {optimizer: sgd_momentum, global_batch: 32, epochs: 1.5, examples_per_epoch: 1000}
)";

Workload load(const char* text, const std::vector<Override>& overrides = {}) {
  const TemporaryFolder folder;
  return Catalog({}).workload(folder.write("tiny.yaml", text), overrides).value;
}

}  // namespace

TEST_CASE("a transformer is five lines, the rest has defaults") {
  const Workload workload = load(kTransformer);
  const auto& model = std::get<Transformer>(workload.model);
  CHECK(model_kind(workload) == "transformer");
  CHECK(model.feed_forward == 4 * 64);
  CHECK(model.positions == 0);
  CHECK(model.segments == 0);
  CHECK_FALSE(model.pooler);
  CHECK(workload.training.input == catalog::Input::text);
  CHECK(workload.training.steps == 100);
  CHECK_FALSE(workload.training.epochs.has_value());
  REQUIRE(workload.training.phases.size() == 1);
  CHECK(workload.training.phases[0].share_of_steps == 1.0);
  CHECK(workload.training.phases[0].sequence_length == 16);
  CHECK(workload.training.phases[0].predictions_per_example == 0);
  CHECK(workload.published.empty());
}

TEST_CASE("a convolutional network is five lines, the stem is ResNet's") {
  const Workload workload = load(kConvolutional);
  const auto& model = std::get<Convolutional>(workload.model);
  CHECK(model_kind(workload) == "convolutional");
  CHECK(model.image_channels == 3);
  CHECK(model.stem_filters == 64);
  CHECK(model.stem_kernel == 7);
  CHECK(model.stem_stride == 2);
  CHECK(model.stem_pool_stride == 2);
  CHECK(model.expansion == 4);
  REQUIRE(model.stages.size() == 2);
  CHECK(model.stages[0].stride == 1);
  CHECK(model.stages[1].stride == 2);
  CHECK(workload.training.input == catalog::Input::image);
  CHECK(workload.training.epochs == 1.5);
  CHECK(workload.training.examples_per_epoch == 1000);
  REQUIRE(workload.training.phases.size() == 1);
  CHECK(workload.training.phases[0].sequence_length == 0);
}

TEST_CASE("an override by --set reaches the elements of lists in a workload") {
  const Workload workload = load(kConvolutional, {parse_override("workload.model.stages.1.width=32"),
                                                  parse_override("workload.training.epochs=90")});
  const auto& model = std::get<Convolutional>(workload.model);
  CHECK(model.stages[0].width == 8);
  CHECK(model.stages[1].width == 32);
  CHECK(workload.training.epochs == 90);
}

}  // namespace podsim::catalog
