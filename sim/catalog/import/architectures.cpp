#include "catalog/import/architectures.hpp"

#include "catalog/import/families.hpp"
#include "catalog/text/nearest.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

namespace podsim::catalog {
namespace {

constexpr std::array kArchitectures = {
    Architecture{"LlamaForCausalLM", llama},        Architecture{"MistralForCausalLM", mistral},
    Architecture{"MixtralForCausalLM", mixtral},    Architecture{"Qwen2ForCausalLM", qwen2},
    Architecture{"Qwen2MoeForCausalLM", qwen2_moe}, Architecture{"Qwen3ForCausalLM", qwen3},
    Architecture{"Qwen3MoeForCausalLM", qwen3_moe}, Architecture{"GemmaForCausalLM", gemma},
    Architecture{"Gemma2ForCausalLM", gemma2},      Architecture{"DeepseekV3ForCausalLM", deepseek_v3},
    Architecture{"GPT2LMHeadModel", gpt2},          Architecture{"GPTNeoXForCausalLM", gpt_neox},
    Architecture{"BloomForCausalLM", bloom},        Architecture{"OPTForCausalLM", opt},
    Architecture{"FalconForCausalLM", falcon},      Architecture{"BertForPreTraining", bert_pre_training},
    Architecture{"BertForMaskedLM", bert_masked}};

}  // namespace

Transformer model_of(Config& config) {
  const std::vector<Field> written = config.architectures();
  const std::string name = written.front().text();
  std::vector<std::string> names;
  for (const Architecture& architecture : kArchitectures) {
    if (architecture.name == name) {
      Transformer model = architecture.model(config);
      model.dropout = has_dropout(config);
      return model;
    }
    names.emplace_back(architecture.name);
  }
  written.front().fail(
      fmt::format("{} is no architecture that podsim imports", shortened(name)),
      suggestion(name, names, "those that it does") + "; or write the workload by hand: docs/models.md has every key");
}

Sizes common_sizes(const Config& config) {
  return {.layers = config.count({"num_hidden_layers"}, "the layers"),
          .hidden = config.count({"hidden_size"}, "the width"),
          .heads = config.count({"num_attention_heads"}, "the heads"),
          .vocabulary = config.count({"vocab_size"}, "the words")};
}

Transformer decoder(const Sizes& sizes) {
  Transformer model;
  model.layers = sizes.layers;
  model.hidden = sizes.hidden;
  model.heads = sizes.heads;
  model.feed_forward = 4 * sizes.hidden;
  model.vocabulary = sizes.vocabulary;
  model.causal = true;
  model.norm_after_embedding = false;
  model.final_norm = true;
  return model;
}

void load_head_size(const Config& config, Transformer& model) {
  const auto size = config.count_if("head_dim", "the elements of a head");
  if (size && *size * model.heads != model.hidden) model.head_size = *size;
}

void load_key_heads(const Config& config, const char* name, Transformer& model) {
  const auto heads = config.count_if(name, "the heads of keys and values");
  if (heads && *heads != model.heads) model.kv_heads = *heads;
}

bool tied(Config& config, bool by_class) {
  return config.yes_or("tie_word_embeddings", by_class, "model.tied_embeddings");
}

bool has_dropout(Config& config) {
  constexpr std::array kKeys = {"attention_dropout", "hidden_dropout", "dropout",
                                "attn_pdrop",        "resid_pdrop",    "hidden_dropout_prob",
                                "embd_pdrop",        "embed_pdrop",    "attention_probs_dropout_prob"};
  bool said = false;
  for (const char* key : kKeys) {
    const auto share = config.find(key);
    if (!share) continue;
    said = true;
    if (share->number({.noun = "a share", .way_out = "give for example 0.1", .low_allowed = true, .high = 1}) > 0) {
      return true;
    }
  }
  if (!said) config.assume("model.dropout", "no key of dropout: none");
  return false;
}

}  // namespace podsim::catalog
