#include "catalog/import/families.hpp"

namespace podsim::catalog {
namespace {

/// What all of them have under the same names.
Transformer gated_decoder(const Config& config) {
  Transformer model = decoder(common_sizes(config));
  model.feed_forward = config.count({"intermediate_size"}, "the width of the feed-forward");
  model.gated = true;
  model.norm = Norm::rms_norm;
  model.biases = Biases::none;
  model.rotary_positions = true;
  load_head_size(config, model);
  load_key_heads(config, "num_key_value_heads", model);
  return model;
}

/// Biases of an attention whose class may have them all.
void load_biases(Config& config, Transformer& model) {
  const bool attention = config.yes_or("attention_bias", false, "model.biases");
  if (!attention) return;
  model.biases = Biases::qkv;
  config.assume("model.biases", "the bias of the attention's output, hidden elements a layer, is left out");
}

Experts experts_of(const Config& config, const char* count) {
  Experts experts;
  experts.count = config.count({count}, "the experts of a layer");
  experts.per_token = config.count({"num_experts_per_tok"}, "the experts of a token");
  return experts;
}

/// The experts of Qwen, which all layers must have.
Experts qwen_experts(const Config& config) {
  Experts experts = experts_of(config, "num_experts");
  experts.feed_forward = config.count({"moe_intermediate_size"}, "the width of an expert");
  const auto step = config.count_if("decoder_sparse_step", "layers");
  if (step && *step != 1) config.refuse("decoder_sparse_step", "experts in some layers alone are not known");
  const auto dense = config.find("mlp_only_layers");
  if (dense && !dense->value().elements.empty()) {
    config.refuse("mlp_only_layers", "layers without experts among those that have them are not known");
  }
  return experts;
}

}  // namespace

Transformer llama(Config& config) {
  Transformer model = gated_decoder(config);
  model.tied_embeddings = tied(config, false);
  load_biases(config, model);
  config.require("mlp_bias", false, "biases of a gated feed-forward alone are not known");
  return model;
}

Transformer mistral(Config& config) {
  Transformer model = gated_decoder(config);
  model.tied_embeddings = tied(config, false);
  const auto window = config.count_if("sliding_window", "the tokens of a window");
  if (!window) config.assume("model", "no sliding_window: a token attends to all before it");
  model.window = window.value_or(0);
  return model;
}

Transformer mixtral(Config& config) {
  Transformer model = mistral(config);
  model.experts = experts_of(config, "num_local_experts");
  model.experts->feed_forward = model.feed_forward;
  return model;
}

Transformer qwen2(Config& config) {
  Transformer model = gated_decoder(config);
  model.biases = Biases::qkv;
  model.tied_embeddings = tied(config, false);
  config.require("use_sliding_window", false, "windows in the upper layers alone are not known");
  return model;
}

Transformer qwen2_moe(Config& config) {
  Transformer model = qwen2(config);
  model.experts = qwen_experts(config);
  model.experts->shared_feed_forward =
      config.count({"shared_expert_intermediate_size"}, "the width of the shared expert");
  config.assume("model.experts", "the gate of the shared expert, hidden elements a layer, is left out");
  return model;
}

Transformer qwen3(Config& config) {
  Transformer model = gated_decoder(config);
  model.qk_norm = true;
  model.tied_embeddings = tied(config, false);
  load_biases(config, model);
  config.require("use_sliding_window", false, "windows in the upper layers alone are not known");
  return model;
}

Transformer qwen3_moe(Config& config) {
  Transformer model = qwen3(config);
  model.experts = qwen_experts(config);
  return model;
}

Transformer gemma(Config& config) {
  Transformer model = gated_decoder(config);
  if (!config.find("head_dim")) {
    model.head_size = 256;
    config.assume("model.head_size", "head_dim is absent: 256, as its class has it");
  }
  model.tied_embeddings = tied(config, true);
  return model;
}

Transformer gemma2(Config& config) {
  Transformer model = gemma(config);
  model.output_norms = true;
  model.window = config.count_or("sliding_window", "the tokens of a window", 4096, "model.window");
  model.global_every = 2;
  return model;
}

Transformer deepseek_v3(Config& config) {
  Transformer model = gated_decoder(config);
  model.kv_heads = model.head_size = 0;
  LatentAttention latent;
  latent.query_rank = config.count_if("q_lora_rank", "a rank").value_or(0);
  latent.key_value_rank = config.count({"kv_lora_rank"}, "the rank");
  latent.plain_size = config.count({"qk_nope_head_dim"}, "the elements of a head");
  latent.rotary_size = config.count({"qk_rope_head_dim"}, "the elements of a head");
  latent.value_size = config.count({"v_head_dim"}, "the elements of a head");
  model.latent = latent;
  Experts experts = experts_of(config, "n_routed_experts");
  experts.feed_forward = config.count({"moe_intermediate_size"}, "the width of an expert");
  experts.shared_feed_forward = experts.feed_forward * config.count({"n_shared_experts"}, "the shared experts");
  if (const auto dense = config.find("first_k_dense_replace")) {
    experts.dense_layers =
        static_cast<int>(dense->integer({"a count of layers", "give 0 for none", 0, model.layers - 1}));
  }
  experts.node_limit = config.count_if("topk_group", "the groups of a token").value_or(0);
  if (experts.node_limit > 0)
    config.assume("model.experts.node_limit", "topk_group: a group of experts lies on a node");
  model.experts = experts;
  model.tied_embeddings = tied(config, false);
  if (config.find("num_nextn_predict_layers")) {
    config.assume("model.layers", "num_nextn_predict_layers: layers that predict further tokens are left out");
  }
  return model;
}

}  // namespace podsim::catalog
