#include "catalog/models/gan_loader.hpp"

#include "catalog/models/model_rules.hpp"
#include "catalog/yaml/rules.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <string>

namespace podsim::catalog {
namespace {

constexpr std::array kGanBlocks = {GanBlock::residual, GanBlock::style};

IntegerRule gan_pixels(int low) {
  return count("an image edge", "give pixels, a power of two, for example 128", low, 1 << 14);
}

void check_power_of_two(const Field& field, int pixels) {
  if (std::has_single_bit(static_cast<unsigned>(pixels))) return;
  field.refuse("an image edge", "it must be a power of two", "give 4 times a power of two, for example 128");
}

std::vector<int> load_channels(const Field& field) {
  std::vector<int> channels;
  for (const Field& element : field.map({"channels"})["channels"].list()) {
    channels.push_back(static_cast<int>(element.integer(width("512"))));
  }
  return channels;
}

/// Resolutions from 4 px to the image.
size_t resolutions(const Gan& model) {
  return static_cast<size_t>(std::bit_width(static_cast<unsigned>(model.image_px / kFirstGanPixels)));
}

void check_channels(const MapReader& map, const Gan& model) {
  const size_t expected = resolutions(model);
  const std::string sizes = fmt::format("4 to {} px are {} resolutions", model.image_px, expected);
  if (model.generator_channels.size() != expected) {
    map["generator"].fail(fmt::format("{} channels are given, and {}", model.generator_channels.size(), sizes),
                          "give the channels at 4 px and after each doubling");
  }
  const size_t given = model.discriminator_channels.size();
  const bool style = model.block == GanBlock::style;
  if (style ? given == expected : given + 1 >= expected) return;
  map["discriminator"].fail(fmt::format("{} channels are given, and {}", given, sizes),
                            style ? "give the channels at each resolution, from the image down"
                                  : "give the channels of each block's output, from the image down to 4 px");
}

void load_residual(const MapReader& map, Gan& model) {
  map.forbid("mapping_layers", "only style blocks have a mapping network", "remove the line, or change blocks");
  model.classes = map.integer_or("classes", count("a count of classes", "give 0 for none", 0), 0);
  if (model.classes > 0) model.class_embedding = map.integer_or("class_embedding", width("128"), 128);
  const auto attention = map.find("attention_px");
  if (!attention) return;
  model.attention_px = static_cast<int>(attention->integer(gan_pixels(2 * kFirstGanPixels)));
  check_power_of_two(*attention, model.attention_px);
  if (model.attention_px > model.image_px / 2) {
    attention->fail("self-attention lies between blocks: at most at half the image", "give fewer pixels");
  }
}

void load_style(const MapReader& map, Gan& model) {
  map.forbid("attention_px", "only residual blocks have self-attention", "remove the line, or change blocks");
  for (const char* key : {"classes", "class_embedding"}) {
    map.forbid(key, "style blocks take no class", "remove the line, or change blocks");
  }
  model.mapping_layers = map.integer_or("mapping_layers", layer_count("8"), 8);
}

}  // namespace

Gan load_gan(const Field& field) {
  const MapReader map = field.map({"kind", "blocks", "image_px", "latent", "classes", "class_embedding",
                                   "mapping_layers", "generator", "discriminator", "attention_px",
                                   "discriminator_steps", "gradient_penalty", "cross_replica_batch_norm"});
  Gan model;
  model.block = kGanBlocks[map["blocks"].choice({"residual", "style"}, "kinds of block")];
  model.image_px = required(map, "image_px", gan_pixels(2 * kFirstGanPixels));
  check_power_of_two(map["image_px"], model.image_px);
  model.latent = required(map, "latent", width("128"));
  model.generator_channels = load_channels(map["generator"]);
  model.discriminator_channels = load_channels(map["discriminator"]);
  if (model.block == GanBlock::residual) load_residual(map, model);
  if (model.block == GanBlock::style) load_style(map, model);
  check_channels(map, model);
  model.discriminator_steps =
      map.integer_or("discriminator_steps", count("a count of updates", "give 1 or more", 1, 1000), 1);
  model.gradient_penalty = map.boolean_or("gradient_penalty", false);
  model.cross_replica_batch_norm = map.boolean_or("cross_replica_batch_norm", false);
  return model;
}

}  // namespace podsim::catalog
