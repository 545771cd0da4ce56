#include "catalog/lookup/catalog.hpp"
#include "workload/architectures.hpp"
#include "workload/expected.hpp"
#include "workload/models/expand.hpp"

#include <catch2/catch.hpp>

using namespace podsim;
using namespace podsim::workload;

namespace {

double parameters(const catalog::Transformer& model) {
  const Graph graph = expand_fused(model, {}, 1, 16);
  return graph.parameters() + graph.expert_parameters();
}

catalog::Transformer qwen(int layers, int hidden, int heads, int kv_heads, int feed_forward) {
  catalog::Transformer model = llama_like(layers, hidden, heads, kv_heads, feed_forward, 152064);
  model.biases = catalog::Biases::qkv;
  return model;
}

catalog::Transformer gemma(int layers, int hidden, int heads, int kv_heads, int feed_forward) {
  catalog::Transformer model = llama_like(layers, hidden, heads, kv_heads, feed_forward, 256000);
  model.head_size = 256;
  model.tied_embeddings = true;
  return model;
}

catalog::Transformer mixtral(int layers, int hidden, int heads, int feed_forward, int vocabulary) {
  catalog::Transformer model = llama_like(layers, hidden, heads, 8, feed_forward, vocabulary);
  model.experts = catalog::Experts{.count = 8, .per_token = 2, .feed_forward = feed_forward};
  return model;
}

}  // namespace

TEST_CASE("parameters of GPT's kind are those of the published models") {
  CHECK(parameters(gpt_like(96, 12288, 96, 50257, 2048)) == 174604259328);  // GPT-3 175B, Brown et al., Table 2.1
  CHECK(parameters(gpt_like(96, 12288, 96, 50272, 2050)) == Approx(174.60e9).epsilon(1e-4));  // OPT-175B
  catalog::Transformer bloom = gpt_like(70, 14336, 112, 250880, 0);
  bloom.norm_after_embedding = true;
  CHECK(parameters(bloom) == 176247271424);  // bigscience/bloom
  catalog::Transformer neox = gpt_like(44, 6144, 64, 50432, 0);
  neox.order = catalog::BlockOrder::parallel;
  neox.rotary_positions = true;
  neox.tied_embeddings = false;
  CHECK(parameters(neox) == 20554567680);  // EleutherAI/gpt-neox-20b
}

TEST_CASE("parameters of Llama's kind are those of the checkpoints") {
  CHECK(parameters(llama_like(80, 8192, 64, 64, 22016, 32000)) == 65285660672);      // Llama 65B
  CHECK(parameters(llama_like(32, 4096, 32, 32, 11008, 32000)) == 6738415616);       // Llama 2 7B
  CHECK(parameters(llama_like(40, 5120, 40, 40, 13824, 32000)) == 13015864320);      // Llama 2 13B
  CHECK(parameters(llama_like(80, 8192, 64, 8, 28672, 32000)) == 68976648192);       // Llama 2 70B
  CHECK(parameters(llama_like(32, 4096, 32, 8, 14336, 128256)) == 8030261248);       // Llama 3 8B
  CHECK(parameters(llama_like(80, 8192, 64, 8, 28672, 128256)) == 70553706496);      // Llama 3 70B
  CHECK(parameters(llama_like(126, 16384, 128, 8, 53248, 128256)) == 405853388800);  // Llama 3.1 405B
  CHECK(parameters(llama_like(32, 4096, 32, 8, 14336, 32000)) == 7241732096);        // Mistral 7B
  catalog::Transformer small = llama_like(16, 2048, 32, 8, 8192, 128256);            // Llama 3.2 1B
  small.tied_embeddings = true;
  CHECK(parameters(small) == 1235814400);
}

TEST_CASE("parameters of Qwen, Gemma and Mixtral are those of the checkpoints") {
  CHECK(parameters(qwen(28, 3584, 28, 4, 18944)) == 7615616512);          // Qwen2.5 7B
  CHECK(parameters(qwen(80, 8192, 64, 8, 29568)) == 72706203648);         // Qwen2.5 72B
  CHECK(parameters(qwen(64, 5120, 40, 8, 27648)) == 32763876352);         // Qwen2.5 32B
  CHECK(parameters(gemma(28, 3072, 16, 16, 24576)) == 8537680896);        // Gemma 7B
  CHECK(parameters(gemma(18, 2048, 8, 1, 16384)) == 2506172416);          // Gemma 2B
  CHECK(parameters(mixtral(32, 4096, 32, 14336, 32000)) == 46702792704);  // Mixtral 8x7B
  CHECK(parameters(mixtral(56, 6144, 48, 16384, 32768)) == Approx(140.63e9).epsilon(1e-4));
  catalog::Transformer qwen3 = llama_like(94, 4096, 64, 4, 12288, 151936);
  qwen3.head_size = 128;
  qwen3.qk_norm = true;
  qwen3.experts = catalog::Experts{.count = 128, .per_token = 8, .feed_forward = 1536};
  CHECK(parameters(qwen3) == Approx(235.09e9).epsilon(1e-4));
}

TEST_CASE("the shipped large models are those of the table") {
  const catalog::Catalog catalog({PODSIM_SOURCE_DIR});
  const auto shipped_parameters = [&](const char* name) {
    const catalog::Workload workload = catalog.workload(name).value;
    return expand(workload, workload.training.phases.back(), 1, mixed_stack()).parameters();
  };
  CHECK(shipped_parameters("gpt-3-175b") == 174604259328);
  CHECK(shipped_parameters("llama-3.1-405b") == 405853388800);
}

TEST_CASE("FLOPs a token with and without what a causal mask hides") {
  const catalog::Transformer model = llama_like(126, 16384, 128, 8, 53248, 128256);  // Llama 3.1 405B
  const Graph at_8192 = expand_fused(model, {}, 1, 8192);
  CHECK(at_8192.model_flops() / 8192 == Approx(2.625e12).epsilon(1e-3));
  CHECK(at_8192.model_flops_causal() / 8192 == Approx(2.524e12).epsilon(1e-3));
  const Graph at_131072 = expand_fused(model, {}, 1, 131072);
  CHECK(at_131072.model_flops() / 131072 == Approx(5.669e12).epsilon(1e-3));
  CHECK(at_131072.model_flops_causal() / 131072 == Approx(4.046e12).epsilon(1e-3));
}

TEST_CASE("the causal half does not depend on how attention runs") {
  catalog::Stack stack = mixed_stack();
  const catalog::Workload workload{
      .name = "", .description = "", .model = gpt_like(2, 64, 4, 100, 32), .training = {}, .published = {}};
  const catalog::TrainingPhase phase{.name = "", .sequence_length = 32};
  const Graph unfused = expand(workload, phase, 2, stack);
  stack.kernels.attention = catalog::Attention::fused;
  const Graph fused = expand(workload, phase, 2, stack);
  CHECK(unfused.model_flops() == fused.model_flops());
  CHECK(unfused.model_flops_causal() == fused.model_flops_causal());
  CHECK(fused.model_flops() - fused.model_flops_causal() == 3 * 2 * 2 * 4.0 * 32 * 32 * 64 / 2);
}

TEST_CASE("Mixtral's active FLOPs are those of two experts a token") {
  const Graph graph = expand_fused(mixtral(32, 4096, 32, 14336, 32000), {}, 1, 4096);
  CHECK(graph.model_flops() / 4096 == Approx(82.9e9).epsilon(2e-3));
}

TEST_CASE("blocks of a model with a final norm begin with their norms") {
  const Graph graph = expand_fused(llama_like(1, 8, 2, 1, 16, 10), {}, 1, 4);
  std::vector<std::string> names;
  for (const Operation& operation : graph.layers[1].forward) names.push_back(operation.name);
  CHECK(names == std::vector<std::string>{"attention RMS norm", "key", "value", "key and value transpose", "query",
                                          "query transpose", "rotary positions", "attention", "context transpose",
                                          "attention output", "attention residual", "feed-forward RMS norm",
                                          "feed-forward gate", "feed-forward in", "gate", "feed-forward out",
                                          "feed-forward residual"});
  CHECK(graph.layers[0].forward.size() == 1);
  CHECK(graph.layers[2].forward[0].name == "final RMS norm");
  CHECK(graph.layers[2].tied_parameters == 0);
  CHECK(graph.layers[1].forward[1].n == 4);  // one head of keys for two of queries
}
