#include "catalog/models/recurrent_loader.hpp"

#include "catalog/models/model_rules.hpp"
#include "catalog/yaml/rules.hpp"

#include <array>
#include <utility>

namespace podsim::catalog {
namespace {

constexpr std::array kRecurrentCells = {RecurrentCell::rnn, RecurrentCell::gru, RecurrentCell::lstm};

std::vector<std::string> layer_keys() {
  return {"cell",           "layers",   "hidden",     "bidirectional_layers",
          "sum_directions", "residual", "batch_norm", "gate_biases"};
}

IntegerRule vocabulary_size() { return count("a count of tokens", "give the vocabulary, for example 32320"); }

RecurrentLayers load_layers(const Field& field) {
  const MapReader map = field.map(layer_keys());
  RecurrentLayers layers;
  if (const auto cell = map.find("cell")) {
    layers.cell = kRecurrentCells[cell->choice({"rnn", "gru", "lstm"}, "kinds of cell")];
  }
  layers.layers = required(map, "layers", layer_count("4"));
  layers.hidden = required(map, "hidden", width("1024"));
  layers.bidirectional_layers = map.integer_or(
      "bidirectional_layers",
      count("a count of layers", "give the layers that read both ways, at most all of them", 0, layers.layers), 0);
  layers.sum_directions = map.boolean_or("sum_directions", false);
  layers.residual = map.boolean_or("residual", false);
  layers.batch_norm = map.boolean_or("batch_norm", false);
  layers.gate_biases = map.integer_or(
      "gate_biases", count("a count of biases", "give the bias vectors of a gate: 1, or 2 as cuDNN has", 1, 2), 1);
  return layers;
}

RecurrentLayers load_decoder(const Field& field) {
  const RecurrentLayers layers = load_layers(field);
  if (layers.bidirectional_layers > 0) {
    field.map(layer_keys())
        .forbid("bidirectional_layers", "a decoder cannot read what it has yet to write", "remove the line");
  }
  return layers;
}

SpectrogramConvolution load_spectrogram_convolution(const Field& field) {
  const MapReader map = field.map({"filters", "kernel", "stride"});
  const IntegerRule edge = count("a side of a window", "give bins and frames, for example [41, 11]", 1, 4096);
  SpectrogramConvolution convolution;
  convolution.filters = required(map, "filters", width("32"));
  const auto kernel = map["kernel"].list_of(2, "frequency bins and frames, for example [41, 11]");
  convolution.kernel_frequency = static_cast<int>(kernel[0].integer(edge));
  convolution.kernel_time = static_cast<int>(kernel[1].integer(edge));
  const auto stride = map["stride"].list_of(2, "frequency bins and frames, for example [2, 1]");
  convolution.stride_frequency = static_cast<int>(stride[0].integer(edge));
  convolution.stride_time = static_cast<int>(stride[1].integer(edge));
  return convolution;
}

void load_speech(const MapReader& map, Recurrent& model) {
  model.features =
      required(map, "features", count("a count of bins", "give the bins of a spectrogram, for example 161"));
  for (const char* key : {"embedding", "source_vocabulary", "shared_embedding"}) {
    map.forbid(key, "a model that reads features has no source tokens", "remove the line, or remove features");
  }
  if (const auto convolutions = map.find("convolutions")) {
    for (const Field& element : convolutions->list()) {
      model.convolutions.push_back(load_spectrogram_convolution(element));
    }
  }
}

void load_tokens(const MapReader& map, Recurrent& model) {
  map.forbid("convolutions", "only a model that reads features has convolutions", "give features, or remove the line");
  model.embedding = required(map, "embedding", width("1024"));
  model.shared_embedding = map.boolean_or("shared_embedding", false);
  if (model.shared_embedding) {
    map.forbid("source_vocabulary", "a shared embedding has one vocabulary", "remove the line");
  }
  model.source_vocabulary = map.integer_or("source_vocabulary", vocabulary_size(), model.vocabulary);
}

/// A decoder alone reads the tokens that it predicts.
Recurrent language_model(const MapReader& map, const Field& decoder, Recurrent model) {
  if (model.features > 0) decoder.fail("a model that reads features has no decoder", "give an encoder instead");
  map.forbid("attention", "a decoder alone has nothing to attend to", "add an encoder, or remove the line");
  map.forbid("source_vocabulary", "a decoder alone reads what it predicts", "remove the line");
  map.forbid("shared_embedding", "a decoder alone has one embedding", "remove the line");
  model.language_model = true;
  model.encoder = load_decoder(decoder);
  return model;
}

}  // namespace

Recurrent load_recurrent(const Field& field) {
  const MapReader map =
      field.map({"kind", "vocabulary", "source_vocabulary", "embedding", "shared_embedding", "features", "convolutions",
                 "encoder", "decoder", "attention", "attention_normalization"});
  Recurrent model;
  model.vocabulary = required(map, "vocabulary", vocabulary_size());
  if (map.find("features")) {
    load_speech(map, model);
  } else {
    load_tokens(map, model);
  }
  const auto decoder = map.find("decoder");
  if (decoder && !map.find("encoder")) return language_model(map, *decoder, std::move(model));
  model.encoder = load_layers(map["encoder"]);
  if (decoder) {
    if (model.features > 0) decoder->fail("a model that reads features has no decoder", "remove it, or features");
    model.decoder = load_decoder(*decoder);
  } else {
    map.forbid("attention", "attention needs a decoder", "add a decoder, or remove the line");
  }
  model.attention = map.boolean_or("attention", false);
  if (!model.attention) map.forbid("attention_normalization", "there is no attention", "add attention: true");
  model.attention_normalization = map.boolean_or("attention_normalization", false);
  return model;
}

}  // namespace podsim::catalog
