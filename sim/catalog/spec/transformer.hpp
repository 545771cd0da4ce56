#pragma once

#include <optional>

namespace podsim::catalog {

enum class Norm { layer_norm, rms_norm };

/// all: every dense layer has one; qkv: queries, keys and values alone (Qwen); none: no dense layer (Llama).
enum class Biases { all, none, qkv };

/// sequential: attention, then feed-forward; parallel: side by side from one input, each with a norm of its own
/// (GPT-NeoX); parallel_one_norm: from one normalised input (GPT-J, PaLM, Falcon).
enum class BlockOrder { sequential, parallel, parallel_one_norm };

/// A feed-forward layer of many experts, of which each token is sent to a few.
struct Experts {
  int count = 0;
  int per_token = 0;
  int feed_forward = 0;         ///< width of one expert
  int shared_feed_forward = 0;  ///< width of the experts that see all tokens, together; 0: none
  int dense_layers = 0;         ///< first layers that have the model's own feed-forward instead (DeepSeek)
  /// Rows of each expert are padded or dropped to so many times their mean (GShard); absent: no row is dropped.
  std::optional<double> capacity_factor{};
  /// Rows of the busiest expert over the mean; absent: that of random routing. Of no account with a capacity.
  std::optional<double> imbalance{};
  int node_limit = 0;  ///< most nodes that a token's experts lie on; 0: no limit
};

/// Queries, keys and values that come from vectors of a lower rank, of which one part of the queries and keys, alike in
/// all heads of keys, is turned by its position (DeepSeek-V2, arXiv 2405.04434, section 2.1).
struct LatentAttention {
  int query_rank = 0;      ///< elements of the vector that a token's queries come from; 0: from its activations
  int key_value_rank = 0;  ///< elements of the one that its keys and values come from
  int plain_size = 0;      ///< elements of a head of queries and keys that are not turned
  int rotary_size = 0;     ///< those that are turned
  int value_size = 0;      ///< elements of a head of values

  int query_size() const { return plain_size + rotary_size; }
};

/// A transformer by its parameters; `workload/transformer/transformer.hpp` expands it.
struct Transformer {
  int layers = 0;
  int hidden = 0;
  int heads = 0;
  int feed_forward = 0;
  int vocabulary = 0;
  int positions = 0;                 ///< learned position embeddings; 0 if none
  int segments = 0;                  ///< segment embeddings; 0 if none
  bool pooler = false;               ///< dense layer on the first token and a two-way classifier (BERT)
  bool dense_before_logits = false;  ///< hidden x hidden layer before the tied vocabulary product (BERT)
  bool logits_bias = false;          ///< a bias for each word of the vocabulary (BERT, XLNet); GPT-2 has none
  bool relative_positions = false;   ///< Transformer-XL attention (XLNet): one more h x h matrix a layer
  int memory_tokens = 0;             ///< keys and values from the segment before (XLNet)
  int decoder_layers = 0;            ///< of a second stack that writes a target and attends to the first (translation)
  bool causal = false;               ///< no token attends to later ones (GPT)
  bool dropout = true;               ///< after the embedding, the softmax, the attention and the feed-forward
  bool query_stream = false;         ///< second stream over the predicted tokens (XLNet two-stream)
  int kv_heads = 0;                  ///< heads of keys and values, each for several of the queries'; 0: as many
  int head_size = 0;                 ///< elements of a head; 0: hidden / heads
  bool gated = false;                ///< a gate beside the first feed-forward product (SwiGLU, GeGLU)
  Norm norm = Norm::layer_norm;
  Biases biases = Biases::all;
  BlockOrder order = BlockOrder::sequential;
  bool tied_embeddings = true;       ///< the logits read the table of words; false: they have one of their own
  bool norm_after_embedding = true;  ///< BERT, BLOOM; false: GPT, Llama
  bool final_norm = false;           ///< before the head, of blocks that begin with their norms (GPT-2 and later)
  bool rotary_positions = false;     ///< queries and keys are turned by their positions
  bool qk_norm = false;              ///< a norm of each head's queries and keys (Qwen3)
  bool output_norms = false;         ///< also of what attention and feed-forward give, before it is added (Gemma 2)
  int window = 0;                    ///< tokens that a token attends to, the last ones and itself; 0: all
  int global_every = 0;              ///< with a window: each so many-th layer has none; 0: all have it
  std::optional<Experts> experts{};
  std::optional<LatentAttention> latent{};

  int key_heads() const { return kv_heads > 0 ? kv_heads : heads; }
  int head_elements() const { return head_size > 0 ? head_size : hidden / heads; }
};

}  // namespace podsim::catalog
