#include "catalog/import/import.hpp"
#include "catalog/error_text.hpp"
#include "catalog/lookup/catalog.hpp"
#include "catalog/temporary_folder.hpp"
#include "workload/models/expand.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace podsim::catalog {
namespace {

ImportOptions given_recipe() {
  ImportOptions options;
  options.tokens = 1e12;
  options.batch = 1024;
  options.sequence_length = 512;
  return options;
}

std::string config_text(const std::string& architecture, const std::string& keys) {
  return "{\n  \"architectures\": [\"" + architecture + "\"],\n" + keys + "\n}\n";
}

/// The workload that a config.json makes, read from its text as a file.
Workload imported(const std::string& architecture, const std::string& keys) {
  const TemporaryFolder folder;
  const std::string path = folder.write("model/config.json", config_text(architecture, keys));
  return Catalog({}).workload(folder.write("workload.yaml", import_config(path, given_recipe()))).value;
}

double imported_parameters(const std::string& architecture, const std::string& keys) {
  const Workload workload = imported(architecture, keys);
  return workload::expand(workload, workload.training.phases.front(), 1, Stack{}).parameters();
}

/// The message without the path of the temporary folder.
std::string import_refusal(const std::string& text, const ImportOptions& options = given_recipe()) {
  const TemporaryFolder folder;
  const std::string path = folder.write("config.json", text);
  std::string message = error_text([&] { import_config(path, options); });
  for (size_t at = message.find(path); at != std::string::npos; at = message.find(path)) {
    message.replace(at, path.size(), "config.json");
  }
  return message;
}

const std::string kLlama8b =
    R"(  "attention_bias": false, "attention_dropout": 0.0, "bos_token_id": 128000, "hidden_act": "silu", "hidden_size": 4096,
  "intermediate_size": 14336, "max_position_embeddings": 131072, "mlp_bias": false, "model_type": "llama",
  "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8, "rms_norm_eps": 1e-05,
  "rope_scaling": {"factor": 8.0, "rope_type": "llama3"}, "rope_theta": 500000.0, "tie_word_embeddings": false,
  "torch_dtype": "bfloat16", "vocab_size": 128256)";

}  // namespace

TEST_CASE("imported models of Llama's kind have the parameters of their checkpoints") {
  CHECK(imported_parameters("LlamaForCausalLM", kLlama8b) == 8030261248);
  CHECK(imported_parameters("LlamaForCausalLM", R"("hidden_size": 2048, "intermediate_size": 8192, "head_dim": 64,
    "num_attention_heads": 32, "num_hidden_layers": 16, "num_key_value_heads": 8, "tie_word_embeddings": true,
    "vocab_size": 128256)") == 1235814400);
  CHECK(imported_parameters("MistralForCausalLM", R"("hidden_size": 4096, "intermediate_size": 14336,
    "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8, "sliding_window": 4096,
    "tie_word_embeddings": false, "vocab_size": 32000)") == 7241732096);
  CHECK(imported_parameters("MixtralForCausalLM", R"("hidden_size": 4096, "intermediate_size": 14336,
    "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8, "sliding_window": null,
    "num_local_experts": 8, "num_experts_per_tok": 2, "vocab_size": 32000)") == 46702792704);
  CHECK(imported_parameters("Qwen2ForCausalLM", R"("hidden_size": 3584, "intermediate_size": 18944,
    "num_attention_heads": 28, "num_hidden_layers": 28, "num_key_value_heads": 4, "sliding_window": 131072,
    "use_sliding_window": false, "tie_word_embeddings": false, "vocab_size": 152064)") == 7615616512);
  CHECK(imported_parameters("GemmaForCausalLM", R"("hidden_size": 3072, "intermediate_size": 24576, "head_dim": 256,
    "num_attention_heads": 16, "num_hidden_layers": 28, "num_key_value_heads": 16, "vocab_size": 256000)") ==
        8537680896);
  CHECK(imported_parameters("Qwen3MoeForCausalLM", R"("hidden_size": 4096, "intermediate_size": 12288, "head_dim": 128,
    "num_attention_heads": 64, "num_hidden_layers": 94, "num_key_value_heads": 4, "num_experts": 128,
    "num_experts_per_tok": 8, "moe_intermediate_size": 1536, "decoder_sparse_step": 1, "mlp_only_layers": [],
    "tie_word_embeddings": false, "vocab_size": 151936)") == Approx(235.09e9).epsilon(1e-4));
}

TEST_CASE("Gemma 2 and DeepSeek-V3 as imported are those that ship") {
  const Catalog catalog({PODSIM_SOURCE_DIR});
  const auto shipped_parameters = [&](const char* name) {
    const Workload workload = catalog.workload(name).value;
    return workload::expand(workload, workload.training.phases.front(), 1, Stack{}).parameters();
  };
  const std::string gemma = R"("hidden_size": 3584, "intermediate_size": 14336, "head_dim": 256,
    "num_attention_heads": 16, "num_hidden_layers": 42, "num_key_value_heads": 8, "sliding_window": 4096,
    "vocab_size": 256000)";
  CHECK(imported_parameters("Gemma2ForCausalLM", gemma) == shipped_parameters("gemma-2-9b"));
  CHECK(std::get<Transformer>(imported("Gemma2ForCausalLM", gemma).model).global_every == 2);
  const std::string deepseek = R"("hidden_size": 7168, "intermediate_size": 18432, "moe_intermediate_size": 2048,
    "num_attention_heads": 128, "num_key_value_heads": 128, "num_hidden_layers": 61, "first_k_dense_replace": 3,
    "n_routed_experts": 256, "n_shared_experts": 1, "num_experts_per_tok": 8, "n_group": 8, "topk_group": 4,
    "q_lora_rank": 1536, "kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128,
    "num_nextn_predict_layers": 1, "tie_word_embeddings": false, "vocab_size": 129280)";
  CHECK(imported_parameters("DeepseekV3ForCausalLM", deepseek) == 671026404352);
}

TEST_CASE("imported models of GPT's kind have the parameters of their checkpoints") {
  CHECK(imported_parameters("GPT2LMHeadModel", R"("n_layer": 12, "n_embd": 768, "n_head": 12, "n_inner": null,
    "n_positions": 1024, "vocab_size": 50257)") == 124439808);
  CHECK(imported_parameters("GPTNeoXForCausalLM", R"("hidden_size": 6144, "intermediate_size": 24576,
    "num_attention_heads": 64, "num_hidden_layers": 44, "rotary_pct": 0.25, "tie_word_embeddings": false,
    "vocab_size": 50432)") == 20554567680);
  CHECK(imported_parameters("BloomForCausalLM", R"("n_embed": 14336, "n_layer": 70, "num_attention_heads": 112,
    "vocab_size": 250880)") == 176247271424);
  // tiiuae/falcon-7b: 32 x (4544 x 4672 + 4544 x 4544 + 8 x 4544^2 + 2 x 4544) + 65024 x 4544 + 2 x 4544
  CHECK(imported_parameters("FalconForCausalLM", R"("hidden_size": 4544, "num_hidden_layers": 32,
    "num_attention_heads": 71, "multi_query": true, "parallel_attn": true, "bias": false, "alibi": false,
    "new_decoder_architecture": false, "vocab_size": 65024)") == 6921720704);
  // facebook/opt-125m: 12 blocks of 12 x 768^2 + 13 x 768, 50,272 words, 2,050 positions, a norm
  CHECK(imported_parameters("OPTForCausalLM", R"("hidden_size": 768, "ffn_dim": 3072, "num_attention_heads": 12,
    "num_hidden_layers": 12, "max_position_embeddings": 2048, "do_layer_norm_before": true,
    "word_embed_proj_dim": 768, "dropout": 0.1, "vocab_size": 50272)") == 125239296);
  const std::string bert = R"("hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12,
    "num_hidden_layers": 12, "max_position_embeddings": 512, "type_vocab_size": 2, "hidden_dropout_prob": 0.1,
    "vocab_size": 30522)";
  CHECK(imported_parameters("BertForPreTraining", bert) == 110106428);
  CHECK(imported_parameters("BertForMaskedLM", bert) == 110106428 - (768 * 768 + 768 + 2 * 768 + 2));
  CHECK(std::get<Transformer>(imported("BertForMaskedLM", bert).model).dropout);
}

TEST_CASE("what the file does not say stands in the workload as assumed") {
  const TemporaryFolder folder;
  const std::string path = folder.write("my model/config.json", config_text("GPT2LMHeadModel", R"("n_layer": 2,
    "n_embd": 64, "n_head": 4, "n_positions": 1024, "vocab_size": 100)"));
  const std::string text = import_config(folder.path() / "my model", given_recipe());
  CHECK(text ==
        "schema: podsim/workload/1\nname: my-model\ndescription: \"Imported from " + path +
            "\"\n\n# assumed: model.dropout: no key of dropout: none\n"
            "# assumed: model.tied_embeddings: tie_word_embeddings is absent: true, as its class has it\n"
            "# assumed: training.optimizer: AdamW, as large language models are trained\n\n"
            "model:\n  kind: transformer\n  layers: 2\n  hidden: 64\n  heads: 4\n  kv_heads: 4\n"
            "  feed_forward: 256\n  gated: false\n  causal: true\n  dropout: false\n  norm: layer_norm\n"
            "  biases: all\n  block: sequential\n  norm_after_embedding: false\n  final_norm: true\n"
            "  rotary_positions: false\n  positions: 1024\n  tied_embeddings: true\n  vocabulary: 100\n\n"
            "training:\n  optimizer: adamw\n  global_batch: 1024\n  tokens: 1000000000000\n  input: text\n"
            "  sequence_length: 512\n\nsources:\n  model: \"" +
            path +
            "\"\n  model.dropout: \"assumed: no key of dropout: none\"\n"
            "  model.tied_embeddings: \"assumed: tie_word_embeddings is absent: true, as its class has it\"\n"
            "  training.optimizer: \"assumed: AdamW, as large language models are trained\"\n"
            "  training.global_batch: \"given to podsim import\"\n  training.tokens: \"given to podsim import\"\n"
            "  training.sequence_length: \"given to podsim import\"\n");
  ImportOptions named = given_recipe();
  named.name = "mine";
  CHECK(import_config(path, named).find("\nname: mine\n") != std::string::npos);
}

TEST_CASE("an import asks by name for what a recipe needs") {
  CHECK(import_refusal(config_text("LlamaForCausalLM", kLlama8b), {}) ==
        "config.json: tells the model and not how it is trained\n"
        "  way out: add --tokens N (trained on), --batch B (sequences per step), --sequence N (tokens of one)");
  ImportOptions options = given_recipe();
  options.tokens.reset();
  CHECK(import_refusal(config_text("LlamaForCausalLM", kLlama8b), options) ==
        "config.json: tells the model and not how it is trained\n  way out: add --tokens N (trained on)");
  options = given_recipe();
  options.name = "a b";
  CHECK(import_refusal(config_text("LlamaForCausalLM", kLlama8b), options) ==
        "--name a b: is no name of a workload\n"
        "  way out: give 1 to 64 letters, digits, dots, dashes and underscores");
}

TEST_CASE("an import refuses what it does not know, by its key") {
  CHECK(import_refusal("{\"architectures\": [\"LlamaForCausalML\"]}")
            .starts_with("config.json:1:20: architectures.0: LlamaForCausalML is no architecture that podsim imports\n"
                         "    1 | {\"architectures\": [\"LlamaForCausalML\"]}\n"));
  CHECK(import_refusal("{}").starts_with("config.json: architectures: missing\n"));
  CHECK(import_refusal("[1]").starts_with("config.json:1:1: not an object with keys and values\n"));
  CHECK(import_refusal(config_text("LlamaForCausalLM", "\"hidden_size\": 64, \"num_hidden_layers\": null"))
            .starts_with("config.json: num_hidden_layers: missing, the layers that the model has\n"
                         "  way out: add \"num_hidden_layers\": NUMBER"));
  CHECK(import_refusal(config_text("OPTForCausalLM", R"("hidden_size": 1024, "ffn_dim": 4096, "num_attention_heads": 16,
"num_hidden_layers": 24, "max_position_embeddings": 2048, "do_layer_norm_before": false, "vocab_size": 50272)"))
            .starts_with("config.json:4:83: do_layer_norm_before: OPT with norms behind its parts is not known\n"));
  CHECK(import_refusal("{\"architectures\": [\"T5ForConditionalGeneration\"]}").find("is no architecture") !=
        std::string::npos);
}

TEST_CASE("hostile configs are refused in one message") {
  const auto first_line_of = [](const std::string& text) { return first_line(import_refusal(text)); };
  CHECK(first_line_of("{\"a\": }") == "config.json:1:7: not JSON from here on");
  CHECK(first_line_of("{\n  \"a\": 1,\n  \"a\": 2}") == "config.json:3:3: a: duplicate key");
  CHECK(first_line_of(std::string(100, '[') + std::string(100, ']')) ==
        "config.json:1:33: nested more than 32 levels deep");
  const auto with_layers = [&](const std::string& value) {
    return first_line_of("{\"architectures\": [\"GPT2LMHeadModel\"],\n\"n_layer\": " + value + "}");
  };
  for (const char* value : {"\"12\"", "12.5", "-1", "0", "1e3", "true", "[12]", "{\"a\": 1}", "99999999999999999999"}) {
    CAPTURE(value);
    CHECK(with_layers(value).starts_with("config.json:2:12: n_layer: "));
  }
  CHECK(first_line_of("{\"architectures\": \"GPT2LMHeadModel\"}").starts_with("config.json:1:19: architectures: "));
  CHECK(first_line_of("{\"architectures\": []}").starts_with("config.json:1:19: architectures: "));
  CHECK(first_line_of("{\"architectures\": [7]}").find("architectures.0") != std::string::npos);
  CHECK(first_line_of("") == "config.json:1:1: not JSON from here on");
  CHECK(first_line_of("{\"a\": \"\xff\"}").find("is not part of UTF-8 text") != std::string::npos);
  CHECK(first_line(error_text([] { import_config("/nowhere/config.json", given_recipe()); })) ==
        "/nowhere/config.json: there is no such file");
  CHECK(import_refusal(config_text("GPT2LMHeadModel",
                                   "\"n_layer\": 1, \"n_embd\": 10, \"n_head\": 3, "
                                   "\"n_positions\": 1024, \"vocab_size\": 9"))
            .find("config.json as a workload:") == 0);
}

TEST_CASE("tabs between the values of a config are no error") {
  const TemporaryFolder folder;
  const std::string path =
      folder.write("config.json",
                   "{\n\t\"architectures\":\t[\"GPT2LMHeadModel\"],\n\t\"n_layer\": 2, \"n_embd\": 64, "
                   "\"n_head\": 4, \"n_positions\": 1024,\n\t\"vocab_size\": 100\n}\n");
  CHECK(import_config(path, given_recipe()).find("layers: 2") != std::string::npos);
}

}  // namespace podsim::catalog
