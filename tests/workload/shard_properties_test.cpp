#include "catalog/lookup/catalog.hpp"
#include "workload/expected.hpp"
#include "workload/models/expand.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace podsim;
using namespace podsim::workload;

namespace {

/// Every cut of 1 to 16 ranks a side that the model allows.
std::vector<Shard> legal_shards(const catalog::Workload& workload, const catalog::TrainingPhase& phase) {
  std::vector<Shard> shards;
  for (const int tensor : {1, 2, 4, 16}) {
    for (const bool sequence : {false, true}) {
      for (const int context : {1, 2, 8}) {
        for (const auto method : {ContextMethod::ring, ContextMethod::all_gather, ContextMethod::all_to_all}) {
          const Shard shard{.tensor = tensor, .sequence = sequence, .context = context, .method = method};
          if (shard_problems(workload.model, phase, shard).empty()) shards.push_back(shard);
        }
      }
    }
  }
  return shards;
}

bool by_start(const Exchange& a, const Exchange& b) { return a.start < b.start; }

void check_places(const std::vector<Exchange>& exchanges, size_t operations) {
  CHECK(std::is_sorted(exchanges.begin(), exchanges.end(), by_start));
  for (const Exchange& exchange : exchanges) {
    CAPTURE(exchange.name);
    CHECK(exchange.start <= exchange.await);
    CHECK(exchange.await <= operations);
    CHECK(exchange.bytes > 0);
  }
}

/// Of the products that `rank` has too much or too little of, as a share of the whole model's.
void check_shares(const Graph& whole, const Graph& rank, const Shard& shard) {
  const double ranks = shard.tensor * shard.context;
  CHECK(rank.layers.size() == whole.layers.size());
  CHECK(ranks * rank.model_flops() >= whole.model_flops() * (1 - 1e-12));
  CHECK(ranks * rank.saved_bytes() >= whole.saved_bytes() * (1 - 1e-12));
  CHECK(shard.tensor * rank.parameters() + rank.expert_parameters() >= whole.parameters());
  for (size_t i = 0; i < rank.layers.size(); ++i) {
    const Layer& layer = rank.layers[i];
    if (i > 0 && layer.same_work(rank.layers[i - 1])) continue;
    check_places(layer.forward_exchanges, layer.forward.size());
    check_places(layer.backward_exchanges, layer.backward.size());
    CHECK(layer.replicated_parameters <= layer.parameters);
    CHECK(layer.core_saved_bytes <= layer.saved_bytes);
  }
}

}  // namespace

TEST_CASE("every legal cut of every shipped transformer is consistent and loses nothing") {
  const catalog::Catalog catalog({PODSIM_SOURCE_DIR});
  int cut = 0;
  for (const char* name :
       {"bert-large-500k", "gpt-2", "gpt", "gpt-3-175b", "llama-3.1-405b", "gemma-2-9b", "deepseek-v3"}) {
    const catalog::Workload workload = catalog.workload(name).value;
    for (const char* stack_name : {"megatron", "pytorch-2", "generic"}) {
      const catalog::Stack stack = catalog.stack(stack_name).value;
      const catalog::TrainingPhase& phase = workload.training.phases.back();
      const Graph whole = expand(workload, phase, 2, stack);
      for (const Shard& shard : legal_shards(workload, phase)) {
        CAPTURE(name, stack_name, shard.tensor, shard.sequence, shard.context, int(shard.method));
        const Graph rank = expand(workload, phase, 2, stack, shard);
        check_shares(whole, rank, shard);
        const size_t middle = rank.layers.size() / 2;
        CHECK(rank.layers[middle].same_work(rank.layers[middle + 2]));  // windows take turns in Gemma 2
        ++cut;
      }
    }
  }
  CHECK(cut > 100);
}
