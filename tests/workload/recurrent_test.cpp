#include "workload/recurrent.hpp"

#include "workload/expected.hpp"

#include <catch2/catch.hpp>

using namespace podsim;
using namespace podsim::workload;

namespace {

/// Two examples of 3 source and 4 target tokens; one layer both ways below, two above with attention.
catalog::Recurrent translator() {
  catalog::Recurrent model;
  model.vocabulary = 10;
  model.source_vocabulary = 10;
  model.embedding = 6;
  model.shared_embedding = true;
  model.encoder = {catalog::RecurrentCell::lstm, 1, 4, 1, false, false, false};
  model.decoder = {catalog::RecurrentCell::lstm, 2, 4, 0, false, false, false};
  model.attention = true;
  return model;
}

catalog::TrainingPhase pair_phase() { return {.name = "", .sequence_length = 3, .target_length = 4}; }

Graph expand_translator() { return expand_recurrent(translator(), pair_phase(), 2, mixed_stack()); }

}  // namespace

TEST_CASE("a translator is embeddings, encoder, decoder with attention after its first layer, and head") {
  std::vector<std::string> names;
  for (const Layer& layer : expand_translator().layers) names.push_back(layer.name);
  CHECK(names == std::vector<std::string>{"source embedding", "encoder 1", "target embedding", "decoder 1", "attention",
                                          "decoder 2", "head"});
}

TEST_CASE("an LSTM layer has four products of its input and its state, and one bias each") {
  const Graph graph = expand_translator();
  CHECK(graph.layers[0].parameters == 10 * 6);
  CHECK(graph.layers[1].parameters == 2 * 4 * (6 * 4 + 4 * 4 + 4));
  CHECK(graph.layers[2].parameters == 0);
  CHECK(graph.layers[3].parameters == 4 * (6 * 4 + 4 * 4 + 4));
  CHECK(graph.layers[4].parameters == 4 * 4 + 8 * 4 + 4);
  CHECK(graph.layers[5].parameters == 4 * ((4 + 8) * 4 + 4 * 4 + 4));
  CHECK(graph.layers[6].parameters == 4 * 10 + 10);
}

TEST_CASE("cuDNN keeps a second bias for each gate, and a normalised attention a scale and a bias") {
  catalog::Recurrent model = translator();
  model.encoder.gate_biases = model.decoder->gate_biases = 2;
  model.attention_normalization = true;
  const Graph graph = expand_recurrent(model, pair_phase(), 2, mixed_stack());
  const Graph plain = expand_translator();
  CHECK(graph.layers[1].parameters == 2 * 4 * (6 * 4 + 4 * 4 + 4 + 4));
  CHECK(graph.layers[3].parameters == 4 * (6 * 4 + 4 * 4 + 4 + 4));
  CHECK(graph.layers[4].parameters == 4 * 4 + 8 * 4 + 4 + 1 + 4);
  for (size_t i = 0; i < plain.layers.size(); ++i) CHECK(graph.layers[i].forward == plain.layers[i].forward);
}

TEST_CASE("a layer both ways: its input at once, its state step by step, both directions together") {
  const Layer encoder = expand_translator().layers[1];
  check(encoder.forward, {{"input", 1, 6, 32, 6, (36 + 192) * 2 + 192 * 4},
                          {"state", 2, 2, 16, 4, 2 * (2 * (4 + 16) * 2 + 64 * 4)},
                          moves("cell", 2 * 2 * 4 * 15 * 2),
                          moves("dropout", 48 * 5)});
  CHECK(encoder.forward[0].repeats == 1);
  CHECK(encoder.forward[1].repeats == 3);
  CHECK(encoder.forward[2].repeats == 3);
  check(encoder.backward, {moves("dropout gradient", 48 * 5),
                           moves("cell gradient", 2 * 2 * 4 * 12 * 2),
                           {"state dgrad", 2, 2, 4, 16, 2 * (2 * (4 + 16) * 2 + 64 * 4)},
                           {"state wgrad", 2, 4, 16, 6, 3 * 160 + 2 * 64 * 2},
                           {"input dgrad", 1, 6, 6, 32, (36 + 192) * 2 + 192 * 4},
                           {"input wgrad", 1, 6, 32, 6, (36 + 192) * 2 + 192 * 2}});
  CHECK(encoder.backward[2].repeats == 3);
  CHECK(encoder.backward[3].repeats == 1);
}

TEST_CASE("attention joins each target token to each source token") {
  check(expand_translator().layers[4].forward, {{"query", 1, 8, 4, 4, (32 + 32) * 2 + 16 * 4},
                                                {"key", 1, 6, 4, 8, (48 + 24) * 2 + 32 * 4},
                                                moves("tanh of query and key", 2 * 4 * 3 * 4 * 4 * 2),
                                                moves("softmax", 24 * 7 * 2),
                                                {"context", 2, 4, 8, 3, 2 * (12 + 24 + 32) * 2}});
}

TEST_CASE("the products of an LSTM are twice its matrix weights for each token") {
  const Layer encoder = expand_translator().layers[1];
  double flops = 0;
  for (const Operation& operation : encoder.forward) flops += operation.flops();
  CHECK(flops == 2.0 * 2 * 3 * 2 * 4 * (6 * 4 + 4 * 4));
}

TEST_CASE("a GRU has three gates and a simple unit one") {
  catalog::Recurrent model = translator();
  model.encoder.cell = catalog::RecurrentCell::gru;
  CHECK(expand_recurrent(model, pair_phase(), 2, mixed_stack()).layers[1].parameters == 2 * 3 * (6 * 4 + 4 * 4 + 4));
  model.encoder.cell = catalog::RecurrentCell::rnn;
  CHECK(expand_recurrent(model, pair_phase(), 2, mixed_stack()).layers[1].parameters == 2 * 1 * (6 * 4 + 4 * 4 + 4));
}

TEST_CASE("speech goes through convolutions over frequency and time") {
  catalog::Recurrent model;
  model.vocabulary = 5;
  model.features = 9;
  model.convolutions = {{2, 3, 5, 2, 2}};
  model.encoder = {catalog::RecurrentCell::rnn, 1, 4, 1, true, false, true};
  const Graph graph = expand_recurrent(model, {.name = "", .sequence_length = 7}, 1, mixed_stack());
  REQUIRE(graph.layers.size() == 3);
  // 9 x 7 becomes 5 x 4 with 2 filters: 4 frames of 10 features
  CHECK(graph.layers[0].forward[0].m == 20);
  CHECK(graph.layers[0].forward[0].k == 15);
  CHECK(graph.layers[1].forward[0].m == 4);
  CHECK(graph.layers[1].forward[0].k == 10);
  CHECK(graph.layers[2].forward[0].k == 4);  // both directions are added
  CHECK(graph.layers[0].parameters == 3 * 5 * 2 + 4);
}

TEST_CASE("a recurrent model is linear in its examples") {
  const Graph two = expand_translator();
  const Graph six = expand_recurrent(translator(), pair_phase(), 6, mixed_stack());
  CHECK(six.forward_flops() == 3 * two.forward_flops());
  CHECK(six.backward_flops() == 3 * two.backward_flops());
  CHECK(six.saved_bytes() == 3 * two.saved_bytes());
  CHECK(six.parameters() == two.parameters());
}

TEST_CASE("a language model reads what it predicts") {
  catalog::Recurrent model;
  model.vocabulary = model.source_vocabulary = 10;
  model.embedding = 6;
  model.encoder = {catalog::RecurrentCell::lstm, 2, 4, 0, false, false, false};
  model.language_model = true;
  const Graph graph = expand_recurrent(model, {.name = "", .sequence_length = 5}, 2, mixed_stack());
  std::vector<std::string> names;
  for (const Layer& layer : graph.layers) names.push_back(layer.name);
  CHECK(names == std::vector<std::string>{"token embedding", "decoder 1", "decoder 2", "head"});
  CHECK(graph.parameters() == 10 * 6 + 4 * (6 * 4 + 4 * 4 + 4) + 4 * (4 * 4 + 4 * 4 + 4) + 4 * 10 + 10);
}
