#include "catalog/lookup/catalog.hpp"
#include "workload/architectures.hpp"
#include "workload/expected.hpp"
#include "workload/models/expand.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace podsim;
using namespace podsim::workload;

namespace {

catalog::Workload shipped_model(const std::string& name) {
  return catalog::Catalog({PODSIM_SOURCE_DIR}).workload(name).value;
}

double shipped_parameters(const std::string& name) {
  const catalog::Workload workload = shipped_model(name);
  return expand(workload, workload.training.phases.back(), 1, mixed_stack()).parameters();
}

/// Model FLOPs a token of a sequence of `length`.
Graph shipped_sequence(const std::string& name, int length) {
  const catalog::Workload workload = shipped_model(name);
  return expand_fused(std::get<catalog::Transformer>(workload.model), {}, 1, length);
}

struct Printed {
  const char* name;
  double billions;
};

}  // namespace

TEST_CASE("shipped language models have the parameters of their checkpoints") {
  CHECK(shipped_parameters("gpt-3-175b") == 174604259328);
  CHECK(shipped_parameters("bloom-176b") == 176247271424);
  CHECK(shipped_parameters("gpt-neox-20b") == 20554567680);
  CHECK(shipped_parameters("llama-2-7b") == 6738415616);
  CHECK(shipped_parameters("llama-2-13b") == 13015864320);
  CHECK(shipped_parameters("llama-2-70b") == 68976648192);
  CHECK(shipped_parameters("llama-3.1-8b") == 8030261248);
  CHECK(shipped_parameters("llama-3.1-70b") == 70553706496);
  CHECK(shipped_parameters("llama-3.1-405b") == 405853388800);
  CHECK(shipped_parameters("mistral-7b") == 7241732096);
  CHECK(shipped_parameters("mixtral-8x7b") == 46702792704);
  CHECK(shipped_parameters("qwen-2.5-7b") == 7615616512);
  CHECK(shipped_parameters("qwen-2.5-32b") == 32763876352);
  CHECK(shipped_parameters("qwen-2.5-72b") == 72706203648);
  CHECK(shipped_parameters("gemma-7b") == 8537680896);
  // A block of Gemma 2 9B: 3584 x 256 x (16 + 8 + 8 + 16) + 3 x 3584 x 14336 + 4 x 3584, 42 of them, the table, a norm
  CHECK(shipped_parameters("gemma-2-9b") == 42.0 * (3584 * 256 * 48 + 3 * 3584 * 14336 + 4 * 3584) + 256001.0 * 3584);
  // Of DeepSeek-V3 each layer: 7168 x 1536 + 1536 + 1536 x 24576 + 7168 x 576 + 512 + 512 x 32768 + 16384 x 7168 and
  // two norms; three layers of 3 x 7168 x 18432; 58 of 257 experts of 3 x 7168 x 2048 and a router; two tables, a norm
  const double attention = 7168.0 * 1536 + 1536 + 1536 * 24576 + 7168 * 576 + 512 + 512 * 32768 + 16384.0 * 7168;
  const double experts = 257.0 * 3 * 7168 * 2048 + 7168 * 256;
  CHECK(shipped_parameters("deepseek-v3") ==
        61 * (attention + 2 * 7168) + 3 * 3.0 * 7168 * 18432 + 58 * experts + 2.0 * 129280 * 7168 + 7168);
  CHECK(shipped_parameters("deepseek-v3") == 671026404352);
}

TEST_CASE("shipped language models have the parameters that their papers print") {
  const Printed papers[] = {{"megatron-1.7b", 1.7},   {"megatron-3.6b", 3.6},   {"megatron-7.5b", 7.5},
                            {"megatron-18b", 18.4},   {"megatron-39b", 39.1},   {"megatron-76b", 76.1},
                            {"megatron-145b", 145.6}, {"megatron-310b", 310.1}, {"megatron-530b", 529.6},
                            {"megatron-1t", 1008.0}};
  for (const Printed& paper : papers) {
    CAPTURE(paper.name);
    CHECK(std::round(shipped_parameters(paper.name) / 1e8) == std::round(paper.billions * 10));
  }
  CHECK(shipped_parameters("opt-175b") == Approx(174.60e9).epsilon(1e-4));
  CHECK(shipped_parameters("palm-540b") == Approx(540.35e9).epsilon(2e-5));
  CHECK(shipped_parameters("mt-nlg-530b") == Approx(530e9).epsilon(1e-3));
  CHECK(shipped_parameters("mixtral-8x22b") == Approx(140.63e9).epsilon(1e-4));
  CHECK(shipped_parameters("gemma-2-27b") == Approx(27.23e9).epsilon(1e-3));
}

TEST_CASE("operations a token of the shipped models") {
  const Graph at_8192 = shipped_sequence("llama-3.1-405b", 8192);
  CHECK(at_8192.model_flops() / 8192 == Approx(2.625e12).epsilon(1e-3));
  CHECK(at_8192.model_flops_causal() / 8192 == Approx(2.524e12).epsilon(1e-3));
  const Graph at_131072 = shipped_sequence("llama-3.1-405b", 131072);
  CHECK(at_131072.model_flops() / 131072 == Approx(5.669e12).epsilon(1e-3));
  CHECK(at_131072.model_flops_causal() / 131072 == Approx(4.046e12).epsilon(1e-3));
  CHECK(shipped_sequence("mixtral-8x7b", 4096).model_flops() / 4096 == Approx(82.9e9).epsilon(2e-3));
  const Graph deepseek = shipped_sequence("deepseek-v3", 4096);
  CHECK(deepseek.model_flops() / 4096 == Approx(281e9).epsilon(2e-3));
  CHECK(deepseek.model_flops_causal() / 4096 == Approx(250e9).epsilon(4e-3));
}

TEST_CASE("tokens of the phases of PaLM are those of the paper") {
  const catalog::Training training = shipped_model("palm-540b").training;
  double seen = 0;
  for (const catalog::TrainingPhase& phase : training.phases) {
    seen += phase.share_of_steps * double(*training.steps) * double(training.global_batch * phase.batch_factor) * 2048;
  }
  CHECK(seen == Approx(780e9).epsilon(1e-5));
}

TEST_CASE("a window leaves a token so many keys, and all where it is longer than the sequence") {
  catalog::Transformer model = llama_like(1, 8, 2, 2, 16, 10);
  const Graph full = expand_fused(model, {}, 3, 8);
  model.window = 2;
  const Graph windowed = expand_fused(model, {}, 3, 8);
  // 4 x tokens x keys x hidden, three times: 8 keys of a token, and 2 of a token but for the first one, which has one
  CHECK(full.model_flops() - windowed.model_flops() == 3 * 4.0 * 3 * 8 * (8 - 2) * 8);
  CHECK(full.model_flops_causal() - windowed.model_flops_causal() == 3 * 4.0 * 3 * (8 * 8 / 2.0 - (2 * 8 - 2.0)) * 8);
  model.window = 8;
  CHECK(expand_fused(model, {}, 3, 8).layers[1].same_work(full.layers[1]));
  model.window = 100;
  CHECK(expand_fused(model, {}, 3, 8).layers[1].same_work(full.layers[1]));
}

TEST_CASE("a window counts alike however attention runs and is shared") {
  catalog::Workload workload{.name = "", .description = "", .model = {}, .training = {}, .published = {}};
  catalog::Transformer model = llama_like(2, 64, 4, 4, 128, 100);
  model.window = 4;
  workload.model = model;
  const catalog::TrainingPhase phase{.name = "", .sequence_length = 32};
  catalog::Stack stack = mixed_stack();
  const Graph unfused = expand(workload, phase, 2, stack);
  stack.kernels.attention = catalog::Attention::fused;
  const Graph fused = expand(workload, phase, 2, stack);
  CHECK(unfused.model_flops() == Approx(fused.model_flops()).epsilon(1e-12));
  CHECK(unfused.model_flops_causal() == Approx(fused.model_flops_causal()).epsilon(1e-12));
  CHECK(fused.forward_flops() < unfused.forward_flops());
  for (const ContextMethod method : {ContextMethod::ring, ContextMethod::all_gather, ContextMethod::all_to_all}) {
    const Graph shared = expand(workload, phase, 2, stack, {.context = 4, .method = method});
    CHECK(4 * shared.model_flops() == Approx(fused.model_flops()).epsilon(1e-12));
    CHECK(4 * shared.model_flops_causal() == Approx(fused.model_flops_causal()).epsilon(1e-12));
  }
}

TEST_CASE("layers with and without a window take turns") {
  const Graph graph = shipped_sequence("gemma-2-9b", 8192);
  REQUIRE(graph.layers.size() == 44);
  CHECK(graph.layers[1].same_work(graph.layers[3]));
  CHECK(graph.layers[2].same_work(graph.layers[42]));
  CHECK_FALSE(graph.layers[1].same_work(graph.layers[2]));
  const auto keys = [&](size_t layer) {
    for (const Operation& operation : graph.layers[layer].forward) {
      if (operation.name == "attention") return operation.flops() * operation.model_flops_factor / operation.m;
    }
    return 0.0;
  };
  CHECK(keys(2) / keys(1) == 2);
  std::vector<std::string> norms;
  for (const Operation& operation : graph.layers[1].forward) {
    if (operation.name.ends_with("RMS norm")) norms.push_back(operation.name);
  }
  CHECK(norms == std::vector<std::string>{"attention RMS norm", "attention output RMS norm", "feed-forward RMS norm",
                                          "feed-forward output RMS norm"});
}

TEST_CASE("latent attention goes through its vectors, whose products every tensor rank has") {
  catalog::Transformer model = llama_like(1, 64, 4, 4, 128, 100);
  model.latent = catalog::LatentAttention{
      .query_rank = 24, .key_value_rank = 16, .plain_size = 8, .rotary_size = 4, .value_size = 8};
  const Layer whole = expand_fused(model, {}, 1, 32).layers[1];
  std::vector<std::string> names;
  for (const Operation& operation : whole.forward) names.push_back(operation.name);
  names.resize(13);
  CHECK(names == std::vector<std::string>{"attention RMS norm", "key and value down", "key and value RMS norm",
                                          "key and value up", "key and value transpose", "query down", "query RMS norm",
                                          "query up", "query transpose", "rotary positions", "attention",
                                          "context transpose", "attention output"});
  // down to 16 + 4, up to 4 x (8 + 8); down to 24, up to 4 x 12; out of 4 x 8
  CHECK(whole.forward[1].n == 20);
  CHECK(whole.forward[3].n == 64);
  CHECK(whole.forward[5].n == 24);
  CHECK(whole.forward[7].n == 48);
  CHECK(whole.forward[12].k == 32);
  const double down = 64 * (20 + 24) + 16 + 24;
  const double up = 16 * 64 + 24 * 48 + 32 * 64;
  CHECK(whole.parameters == down + up + 2 * 64 + 3 * 64 * 128);
  const Layer half = expand_fused(model, {.tensor = 2}, 1, 32).layers[1];
  CHECK(half.parameters == down + up / 2 + 2 * 64 + 3 * 64 * 64);
  CHECK(half.replicated_parameters == down + 2 * 64);
  // scores of 12 and context of 8 elements a head
  for (const Operation& operation : whole.forward) {
    if (operation.name != "attention") continue;
    CHECK(operation.flops() * operation.model_flops_factor == 4 * 32.0 * 32 * (2 * 12 + 2 * 8));
  }
}
