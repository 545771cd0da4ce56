#include "catalog/models/convolutional_loader.hpp"

#include "catalog/models/model_rules.hpp"
#include "catalog/yaml/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace podsim::catalog {
namespace {

constexpr std::array kBlockKinds = {BlockKind::bottleneck, BlockKind::basic, BlockKind::plain, BlockKind::separable};

IntegerRule edge(const std::string& noun, const std::string& example) {
  return count(noun, "give pixels, for example " + example, 1, 64);
}

IntegerRule stride() { return count("a stride", "give a whole number of pixels, for example 2", 1, 64); }

void load_stem(const Field& field, Convolutional& model) {
  const MapReader map = field.map({"filters", "kernel", "stride", "pool_stride"});
  model.stem_filters = map.integer_or("filters", width("64"), 64);
  model.stem_kernel = map.integer_or("kernel", edge("a kernel edge", "7"), model.stem_kernel);
  model.stem_stride = map.integer_or("stride", stride(), model.stem_stride);
  model.stem_pool_stride = map.integer_or("pool_stride", stride(), model.stem_pool_stride);
}

BlockKind load_block_kind(const MapReader& map) {
  const auto block = map.find("block");
  if (!block) return BlockKind::bottleneck;
  return kBlockKinds[block->choice({"bottleneck", "basic", "plain", "separable"}, "kinds of block")];
}

void load_plain(const MapReader& map, int channels, ConvolutionalStage& stage) {
  stage.groups = map.integer_or("groups", count("a count of groups", "give 1 for none", 1, 1 << 14), 1);
  stage.padded = map.boolean_or("padded", true);
  const bool divides = channels % stage.groups == 0 && stage.width % stage.groups == 0;
  if (divides) return;
  map["groups"].fail(
      fmt::format("{} channels and {} filters do not both divide into {} groups", channels, stage.width, stage.groups),
      "change groups or width");
}

void load_separable(const MapReader& map, ConvolutionalStage& stage) {
  stage.convolutions = map.integer_or("convolutions", count("a count of convolutions", "give 2 or 3", 1, 64), 2);
  stage.inner_width = map.integer_or("inner_width", width("728"), stage.width);
  stage.residual = map.boolean_or("residual", true);
}

void forbid_others(const MapReader& map, BlockKind block) {
  const auto forbid = [&](std::initializer_list<const char*> keys, const char* problem) {
    for (const char* key : keys) map.forbid(key, problem, "remove the line, or change block");
  };
  if (block != BlockKind::plain) forbid({"groups", "padded"}, "only a plain block has it");
  if (block != BlockKind::separable) {
    forbid({"convolutions", "inner_width", "residual"}, "only a separable block has it");
  }
}

void load_pool(const MapReader& map, ConvolutionalStage& stage) {
  const auto pool = map.find("pool");
  if (!pool) return;
  const MapReader window = pool->map({"kernel", "stride"});
  stage.pool_kernel = required(window, "kernel", edge("a window edge", "3"));
  stage.pool_stride = window.integer_or("stride", stride(), stage.pool_kernel);
}

ConvolutionalStage load_stage(const Field& field, int channels) {
  const MapReader map = field.map({"block", "blocks", "width", "stride", "kernel", "groups", "padded", "pool",
                                   "local_response_norm", "convolutions", "inner_width", "residual"});
  ConvolutionalStage stage;
  stage.block = load_block_kind(map);
  stage.blocks = map.integer_or("blocks", count("a count of blocks", "give a whole number, for example 3", 1, 4096), 1);
  stage.width = required(map, "width", width("64"));
  stage.stride = map.integer_or("stride", stride(), 1);
  stage.kernel = map.integer_or("kernel", edge("a kernel edge", "3"), 3);
  forbid_others(map, stage.block);
  if (stage.block == BlockKind::plain) load_plain(map, channels, stage);
  if (stage.block == BlockKind::separable) load_separable(map, stage);
  load_pool(map, stage);
  stage.local_response_norm = map.boolean_or("local_response_norm", false);
  return stage;
}

/// Product of all strides, at most 2^30.
int64_t all_strides(const Convolutional& model) {
  int64_t total = model.stem_filters > 0 ? int64_t{model.stem_stride} * model.stem_pool_stride : 1;
  for (const ConvolutionalStage& stage : model.stages) total = std::min<int64_t>(total * stage.stride, 1 << 30);
  return total;
}

/// A side after windows that lie wholly in it; 0 where none does.
int64_t whole_windows(int64_t side, int kernel, int step) { return side < kernel ? 0 : (side - kernel) / step + 1; }

int64_t side_after(const ConvolutionalStage& stage, int64_t side) {
  for (int number = 1; number <= stage.blocks && side > 0; ++number) {
    const int step = number == 1 ? stage.stride : 1;
    side = stage.padded ? (side + step - 1) / step : whole_windows(side, stage.kernel, step);
  }
  return stage.pool_kernel > 0 ? whole_windows(side, stage.pool_kernel, stage.pool_stride) : side;
}

void check_image(const MapReader& map, const Convolutional& model) {
  const int64_t strides = all_strides(model);
  if (model.image_px < strides) {
    map["image_px"].fail(
        fmt::format("an image of {} pixels is smaller than all strides together, {}", model.image_px, strides),
        "give larger images or smaller strides");
  }
  if (const auto stage = stage_without_window(model, model.image_px)) {
    map["stages"].list()[*stage].fail("no window of this stage fits into what is left of the image",
                                      "give larger images, a smaller kernel or a smaller pool");
  }
}

void load_stages(const Field& field, Convolutional& model) {
  int channels = model.stem_filters > 0 ? model.stem_filters : model.image_channels;
  for (const Field& element : field.list()) {
    const ConvolutionalStage stage = load_stage(element, channels);
    channels = stage.block == BlockKind::bottleneck ? stage.width * model.expansion : stage.width;
    model.stages.push_back(stage);
  }
}

void load_dense(const MapReader& map, Convolutional& model) {
  const auto dense = map.find("dense");
  if (!dense) return;
  for (const Field& element : dense->list()) model.dense.push_back(static_cast<int>(element.integer(width("4096"))));
}

/// A network whose first block is a plain convolution has a stem only where the file gives one.
bool starts_plain(const MapReader& map) {
  const Field first = map["stages"].list().front();
  if (!first.is_map()) return false;
  const Value* block = first.value().find("block");
  return block != nullptr && block->text == "plain";
}

}  // namespace

std::optional<size_t> stage_without_window(const Convolutional& model, int image_px) {
  int64_t side = image_px;
  if (model.stem_filters > 0) {
    side = (side + model.stem_stride - 1) / model.stem_stride;
    side = (side + model.stem_pool_stride - 1) / model.stem_pool_stride;
  }
  for (size_t i = 0; i < model.stages.size(); ++i) {
    side = side_after(model.stages[i], side);
    if (side == 0) return i;
  }
  return std::nullopt;
}

Convolutional load_convolutional(const Field& field) {
  const MapReader map = field.map(
      {"kind", "image_px", "image_channels", "stem", "expansion", "batch_norm", "stages", "dense", "classes"});
  Convolutional model;
  model.image_px = required(map, "image_px", count("an image edge", "give pixels, for example 224", 1, 1 << 14));
  model.image_channels = map.integer_or("image_channels", count("a count of channels", "give 3 for colour", 1, 1024),
                                        model.image_channels);
  if (starts_plain(map)) model.stem_filters = 0;
  if (const auto stem = map.find("stem")) load_stem(*stem, model);
  model.expansion =
      map.integer_or("expansion", count("a factor", "give a whole number, for example 4", 1, 64), model.expansion);
  model.batch_norm = map.boolean_or("batch_norm", model.batch_norm);
  load_stages(map["stages"], model);
  load_dense(map, model);
  check_image(map, model);
  model.classes = required(map, "classes", count("a count of classes", "give a whole number, for example 1000"));
  return model;
}

}  // namespace podsim::catalog
