#pragma once

#include "catalog/import/config.hpp"
#include "catalog/spec/transformer.hpp"

#include <string_view>

namespace podsim::catalog {

/// One architecture of Hugging Face transformers by the name of its class, and what makes a model of its keys.
struct Architecture {
  std::string_view name;
  Transformer (*model)(Config&);
};

/// What every config has, under one name or another.
struct Sizes {
  int layers = 0;
  int hidden = 0;
  int heads = 0;
  int vocabulary = 0;
};

/// Under the names of most classes.
Sizes common_sizes(const Config& config);

/// A causal model whose blocks begin with their norms; the rest is each architecture's.
Transformer decoder(const Sizes& sizes);

/// The size of a head where the file has it, and of keys and values.
void load_head_size(const Config& config, Transformer& model);
void load_key_heads(const Config& config, const char* name, Transformer& model);

/// Whether the logits read the table of words; `by_class` where the file does not say it.
bool tied(Config& config, bool by_class);

/// True if one of the keys of dropout that the file has is above 0.
bool has_dropout(Config& config);

// Gates, RMS norms and rotary positions.
Transformer llama(Config& config);
Transformer mistral(Config& config);
Transformer mixtral(Config& config);
Transformer qwen2(Config& config);
Transformer qwen2_moe(Config& config);
Transformer qwen3(Config& config);
Transformer qwen3_moe(Config& config);
Transformer gemma(Config& config);
Transformer gemma2(Config& config);
Transformer deepseek_v3(Config& config);

// Layer norms and biases.
Transformer gpt2(Config& config);
Transformer gpt_neox(Config& config);
Transformer bloom(Config& config);
Transformer opt(Config& config);
Transformer falcon(Config& config);
Transformer bert_pre_training(Config& config);
Transformer bert_masked(Config& config);

}  // namespace podsim::catalog
