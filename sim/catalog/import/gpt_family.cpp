#include "catalog/import/families.hpp"

namespace podsim::catalog {
namespace {

Transformer bert(Config& config) {
  Transformer model = decoder(common_sizes(config));
  model.causal = false;
  model.norm_after_embedding = true;
  model.final_norm = false;
  model.feed_forward = config.count({"intermediate_size"}, "the width of the feed-forward");
  model.positions = config.count({"max_position_embeddings"}, "the positions");
  model.segments = config.count_or("type_vocab_size", "the segments", 2, "model.segments");
  model.dense_before_logits = true;
  model.logits_bias = true;
  config.require("is_decoder", false, "BERT as a decoder is not known");
  return model;
}

}  // namespace

Transformer gpt2(Config& config) {
  Transformer model = decoder({.layers = config.count({"n_layer"}, "the layers"),
                               .hidden = config.count({"n_embd"}, "the width"),
                               .heads = config.count({"n_head"}, "the heads"),
                               .vocabulary = config.count({"vocab_size"}, "the words")});
  if (const auto inner = config.count_if("n_inner", "the width of the feed-forward")) model.feed_forward = *inner;
  model.positions = config.count({"n_positions", "n_ctx"}, "the positions");
  model.tied_embeddings = tied(config, true);
  config.require("add_cross_attention", false, "attention to a source is not known of GPT-2");
  return model;
}

Transformer gpt_neox(Config& config) {
  Transformer model = decoder(common_sizes(config));
  model.feed_forward = config.count({"intermediate_size"}, "the width of the feed-forward");
  model.rotary_positions = true;
  model.tied_embeddings = tied(config, false);
  if (config.yes_or("use_parallel_residual", true, "model.block")) model.order = BlockOrder::parallel;
  config.require("attention_bias", true, "a feed-forward with biases beside an attention without is not known");
  return model;
}

Transformer bloom(Config& config) {
  Transformer model = decoder({.layers = config.count({"n_layer", "num_hidden_layers"}, "the layers"),
                               .hidden = config.count({"hidden_size", "n_embed"}, "the width"),
                               .heads = config.count({"n_head", "num_attention_heads"}, "the heads"),
                               .vocabulary = config.count({"vocab_size"}, "the words")});
  model.norm_after_embedding = true;
  model.tied_embeddings = tied(config, true);
  return model;
}

Transformer opt(Config& config) {
  constexpr int kOffset = 2;  // rows of the table of positions before the first
  Transformer model = decoder(common_sizes(config));
  model.feed_forward = config.count({"ffn_dim"}, "the width of the feed-forward");
  model.positions = config.count({"max_position_embeddings"}, "the positions") + kOffset;
  model.tied_embeddings = tied(config, true);
  if (!config.yes_or("enable_bias", true, "model.biases")) model.biases = Biases::none;
  config.require("do_layer_norm_before", true, "OPT with norms behind its parts is not known");
  const auto projected = config.count_if("word_embed_proj_dim", "a width");
  if (projected && *projected != model.hidden) {
    config.refuse("word_embed_proj_dim", "words of another width than the blocks are not known");
  }
  return model;
}

Transformer falcon(Config& config) {
  Transformer model = decoder({.layers = config.count({"num_hidden_layers", "n_layer"}, "the layers"),
                               .hidden = config.count({"hidden_size"}, "the width"),
                               .heads = config.count({"num_attention_heads", "n_head"}, "the heads"),
                               .vocabulary = config.count({"vocab_size"}, "the words")});
  if (const auto width = config.count_if("ffn_hidden_size", "the width of the feed-forward")) {
    model.feed_forward = *width;
  }
  const bool grouped = config.yes_or("new_decoder_architecture", false, "model.block");
  const bool parallel = grouped || config.yes_or("parallel_attn", true, "model.block");
  model.order = grouped ? BlockOrder::parallel : parallel ? BlockOrder::parallel_one_norm : BlockOrder::sequential;
  if (grouped) {
    load_key_heads(config, config.find("num_kv_heads") ? "num_kv_heads" : "n_head_kv", model);
  } else if (config.yes_or("multi_query", true, "model.kv_heads")) {
    model.kv_heads = 1;
  }
  if (!config.yes_or("bias", false, "model.biases")) model.biases = Biases::none;
  model.rotary_positions = !config.yes_or("alibi", false, "model.rotary_positions");
  model.tied_embeddings = tied(config, true);
  return model;
}

Transformer bert_pre_training(Config& config) {
  Transformer model = bert(config);
  model.pooler = true;
  return model;
}

Transformer bert_masked(Config& config) { return bert(config); }

}  // namespace podsim::catalog
