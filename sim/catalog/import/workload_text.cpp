#include "catalog/import/workload_text.hpp"

#include <fmt/format.h>

#include <map>

namespace podsim::catalog {
namespace {

/// Lines of a map, in order.
class Lines {
 public:
  template <typename Value>
  void add(const char* key, const Value& value) {
    text_ += fmt::format("  {}: {}\n", key, value);
  }
  void add_some(const char* key, int value) {
    if (value > 0) add(key, value);
  }
  void add_set(const char* key, bool value) {
    if (value) add(key, "true");
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

const char* name_of(Biases biases) {
  if (biases == Biases::qkv) return "qkv";
  return biases == Biases::all ? "all" : "none";
}

const char* name_of(BlockOrder order) {
  if (order == BlockOrder::parallel) return "parallel";
  return order == BlockOrder::sequential ? "sequential" : "parallel_one_norm";
}

std::string experts_text(const Experts& experts) {
  const std::string shared =
      experts.shared_feed_forward > 0 ? fmt::format(", shared_feed_forward: {}", experts.shared_feed_forward) : "";
  return fmt::format("{{count: {}, per_token: {}, feed_forward: {}{}, dense_layers: {}, node_limit: {}}}",
                     experts.count, experts.per_token, experts.feed_forward, shared, experts.dense_layers,
                     experts.node_limit);
}

std::string latent_text(const LatentAttention& latent) {
  return fmt::format("{{query_rank: {}, key_value_rank: {}, plain: {}, rotary: {}, value: {}}}", latent.query_rank,
                     latent.key_value_rank, latent.plain_size, latent.rotary_size, latent.value_size);
}

void add_attention(const Transformer& model, Lines& lines) {
  lines.add("heads", model.heads);
  if (model.latent) {
    lines.add("latent_attention", latent_text(*model.latent));
  } else {
    lines.add("kv_heads", model.key_heads());
    lines.add_some("head_size", model.head_size);
  }
  lines.add_some("window", model.window);
  lines.add_some("global_every", model.global_every);
}

std::string model_text(const Transformer& model) {
  Lines lines;
  lines.add("kind", "transformer");
  lines.add("layers", model.layers);
  lines.add("hidden", model.hidden);
  add_attention(model, lines);
  lines.add("feed_forward", model.feed_forward);
  lines.add("gated", model.gated);
  lines.add("causal", model.causal);
  lines.add("dropout", model.dropout);
  lines.add("norm", model.norm == Norm::rms_norm ? "rms_norm" : "layer_norm");
  lines.add("biases", name_of(model.biases));
  lines.add("block", name_of(model.order));
  lines.add("norm_after_embedding", model.norm_after_embedding);
  lines.add("final_norm", model.final_norm);
  lines.add("rotary_positions", model.rotary_positions);
  lines.add_some("positions", model.positions);
  lines.add_some("segments", model.segments);
  lines.add_set("qk_norm", model.qk_norm);
  lines.add_set("output_norms", model.output_norms);
  lines.add_set("pooler", model.pooler);
  lines.add_set("dense_before_logits", model.dense_before_logits);
  lines.add_set("logits_bias", model.logits_bias);
  lines.add("tied_embeddings", model.tied_embeddings);
  lines.add("vocabulary", model.vocabulary);
  if (model.experts) lines.add("experts", experts_text(*model.experts));
  return lines.text();
}

std::string training_text(const ImportedRecipe& recipe) {
  Lines lines;
  lines.add("optimizer", "adamw");
  lines.add("global_batch", recipe.batch);
  lines.add("tokens", fmt::format("{:.0f}", recipe.tokens));
  lines.add("input", "text");
  lines.add("sequence_length", recipe.sequence_length);
  return lines.text();
}

/// Assumptions by their keys, those of one key together.
std::map<std::string, std::string> by_key(const std::vector<Assumption>& assumptions) {
  std::map<std::string, std::string> texts;
  for (const Assumption& assumption : assumptions) {
    std::string& text = texts[assumption.key];
    text += (text.empty() ? "" : "; ") + assumption.text;
  }
  return texts;
}

/// In double quotes, as YAML and JSON escape them.
std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') result += '\\';
    result += letter;
  }
  return result + '"';
}

}  // namespace

std::string workload_text(const std::string& name, const std::string& config_file, const Transformer& model,
                          const ImportedRecipe& recipe, const std::vector<Assumption>& assumptions) {
  std::map<std::string, std::string> assumed = by_key(assumptions);
  assumed["training.optimizer"] = "AdamW, as large language models are trained";
  std::string comments;
  std::string sources;
  assumed.try_emplace("model");
  for (const auto& [key, text] : assumed) {
    const std::string assumption = text.empty() ? "" : "assumed: " + text;
    if (!text.empty()) comments += fmt::format("# assumed: {}: {}\n", key, text);
    const std::string of_model = key == "model" ? config_file + (text.empty() ? "" : "; ") : "";
    sources += fmt::format("  {}: {}\n", key, quoted(of_model + assumption));
  }
  for (const char* key : {"global_batch", "tokens", "sequence_length"}) {
    sources += fmt::format("  training.{}: \"given to podsim import\"\n", key);
  }
  return fmt::format(
      "schema: podsim/workload/1\nname: {}\ndescription: {}\n\n{}\nmodel:\n{}\ntraining:\n{}\nsources:\n{}", name,
      quoted("Imported from " + config_file), comments, model_text(model), training_text(recipe), sources);
}

}  // namespace podsim::catalog
