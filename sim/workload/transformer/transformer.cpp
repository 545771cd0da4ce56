#include "workload/transformer/transformer.hpp"

#include "workload/transformer/block.hpp"
#include "workload/transformer/ends.hpp"

#include <map>
#include <string>
#include <utility>

namespace podsim::workload {

namespace {

/// Appends the decoder and returns the shape of its tokens.
TransformerShape decode(Graph& graph, const catalog::Transformer& model, const catalog::TrainingPhase& phase,
                        const TransformerShape& source, const catalog::Stack& stack) {
  TransformerShape target = source;
  target.queries = target.keys = target.predictions = phase.target_length;
  graph.layers.push_back(target_embedding(target, stack));
  Layer repeated = decoder_block(model, target, source.queries, stack);
  for (int number = 1; number <= model.decoder_layers; ++number) {
    repeated.name = "decoder block " + std::to_string(number);
    graph.layers.push_back(repeated);
  }
  return target;
}

/// The blocks of the first or only stack.
void add_blocks(Graph& graph, const catalog::Transformer& model, const TransformerShape& shape,
                const catalog::Stack& stack) {
  const int dense_layers = model.experts ? model.experts->dense_layers : model.layers;
  std::map<std::pair<bool, bool>, Layer> kinds;  // blocks of a kind are alike
  for (int number = 1; number <= model.layers; ++number) {
    const bool dense = number <= dense_layers;
    const bool global = model.window == 0 || (model.global_every > 0 && number % model.global_every == 0);
    auto kind = kinds.find({dense, global});
    if (kind == kinds.end()) {
      const TransformerShape block = with_window(shape, global ? 0 : model.window);
      kind = kinds.emplace(std::pair(dense, global), transformer_block(model, block, stack, dense)).first;
    }
    graph.layers.push_back(kind->second);
    graph.layers.back().name = "block " + std::to_string(number);
  }
}

}  // namespace

Graph expand_transformer(const catalog::Transformer& model, const catalog::TrainingPhase& phase, double examples,
                         const catalog::Stack& stack, const Shard& shard) {
  const TransformerShape shape = shape_of(model, phase, examples, stack, shard);
  Graph graph;
  graph.layers.push_back(transformer_embedding(model, shape, stack));
  add_blocks(graph, model, shape, stack);
  graph.layers.push_back(
      transformer_head(model, model.decoder_layers > 0 ? decode(graph, model, phase, shape, stack) : shape, stack));
  return graph;
}

}  // namespace podsim::workload
