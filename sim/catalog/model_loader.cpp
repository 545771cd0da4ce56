#include "catalog/model_loader.hpp"

#include "catalog/names.hpp"
#include "catalog/rules.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace podsim::catalog {
namespace {

IntegerRule width(const std::string& example) {
  return count("a width", "give a count of elements, for example " + example, 1, 1 << 20);
}

IntegerRule tokens() { return count("a count of tokens", "give a whole number, 0 for none", 0, 1 << 24); }

int required(const MapReader& map, std::string_view key, const IntegerRule& rule) {
  return static_cast<int>(map[key].integer(rule));
}

void check_heads(const MapReader& map, const Transformer& model) {
  if (model.hidden % model.heads == 0) return;
  map["heads"].fail(fmt::format("hidden {} is not divisible by {} heads", model.hidden, model.heads),
                    "change heads or hidden: each head has hidden / heads elements");
}

Transformer load_transformer(const Field& field) {
  const MapReader map =
      field.map({"kind", "layers", "hidden", "heads", "feed_forward", "vocabulary", "positions", "segments", "pooler",
                 "dense_before_logits", "causal", "relative_positions", "memory_tokens", "query_stream"});
  Transformer model;
  model.layers = required(map, "layers", count("a count of layers", "give a whole number, for example 24", 1, 1 << 14));
  model.hidden = required(map, "hidden", width("1024"));
  model.heads = required(map, "heads", count("a count of heads", "give a whole number, for example 16", 1, 1 << 14));
  check_heads(map, model);
  model.feed_forward = map.integer_or("feed_forward", width("4096"), 4 * model.hidden);
  model.vocabulary = required(map, "vocabulary", count("a count of tokens", "give the vocabulary, for example 30522"));
  model.positions = map.integer_or("positions", tokens(), model.positions);
  model.segments =
      map.integer_or("segments", count("a count of segments", "give 0 for none", 0, 1 << 16), model.segments);
  model.pooler = map.boolean_or("pooler", model.pooler);
  model.dense_before_logits = map.boolean_or("dense_before_logits", model.dense_before_logits);
  model.causal = map.boolean_or("causal", model.causal);
  model.relative_positions = map.boolean_or("relative_positions", model.relative_positions);
  model.memory_tokens = map.integer_or("memory_tokens", tokens(), model.memory_tokens);
  model.query_stream = map.boolean_or("query_stream", model.query_stream);
  return model;
}

IntegerRule stride() { return count("a stride", "give a whole number of pixels, for example 2", 1, 64); }

void load_stem(const Field& field, Convolutional& model) {
  const MapReader map = field.map({"filters", "kernel", "stride", "pool_stride"});
  model.stem_filters = map.integer_or("filters", width("64"), model.stem_filters);
  model.stem_kernel =
      map.integer_or("kernel", count("a kernel edge", "give pixels, for example 7", 1, 64), model.stem_kernel);
  model.stem_stride = map.integer_or("stride", stride(), model.stem_stride);
  model.stem_pool_stride = map.integer_or("pool_stride", stride(), model.stem_pool_stride);
}

void check_image(const MapReader& map, const Convolutional& model) {
  int64_t total = int64_t{model.stem_stride} * model.stem_pool_stride;
  for (const ConvolutionalStage& stage : model.stages) total = std::min<int64_t>(total * stage.stride, 1 << 30);
  if (model.image_px >= total) return;
  map["image_px"].fail(
      fmt::format("an image of {} pixels is smaller than all strides together, {}", model.image_px, total),
      "give larger images or smaller strides");
}

Convolutional load_convolutional(const Field& field) {
  const MapReader map = field.map({"kind", "image_px", "image_channels", "stem", "expansion", "stages", "classes"});
  Convolutional model;
  model.image_px = required(map, "image_px", count("an image edge", "give pixels, for example 224", 1, 1 << 14));
  model.image_channels = map.integer_or("image_channels", count("a count of channels", "give 3 for colour", 1, 1024),
                                        model.image_channels);
  if (const auto stem = map.find("stem")) load_stem(*stem, model);
  model.expansion =
      map.integer_or("expansion", count("a factor", "give a whole number, for example 4", 1, 64), model.expansion);
  for (const Field& element : map["stages"].list()) {
    const MapReader stage = element.map({"blocks", "width", "stride"});
    model.stages.push_back(
        {.blocks = required(stage, "blocks", count("a count of blocks", "give a whole number, for example 3", 1, 4096)),
         .width = required(stage, "width", width("64")),
         .stride = stage.integer_or("stride", stride(), 1)});
  }
  check_image(map, model);
  model.classes = required(map, "classes", count("a count of classes", "give a whole number, for example 1000"));
  return model;
}

}  // namespace

std::variant<Transformer, Convolutional> load_model(const Field& field) {
  if (field.variant("kind", model_kinds(), "kinds of model") == 0) return load_transformer(field);
  return load_convolutional(field);
}

}  // namespace podsim::catalog
