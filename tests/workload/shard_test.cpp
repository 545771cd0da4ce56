#include "workload/shard.hpp"

#include "catalog/text/error.hpp"
#include "workload/architectures.hpp"
#include "workload/expected.hpp"
#include "workload/models/expand.hpp"

#include <catch2/catch.hpp>

using namespace podsim;
using namespace podsim::workload;

namespace {

/// "KEY: RULE; WAY OUT" of each problem.
std::vector<std::string> problems(const catalog::Model& model, const Shard& shard, int length = 4096) {
  std::vector<std::string> result;
  for (const ShardProblem& problem : shard_problems(model, {.name = "", .sequence_length = length}, shard)) {
    result.push_back(problem.key + ": " + problem.rule + "; " + problem.way_out);
  }
  return result;
}

using Problems = std::vector<std::string>;

catalog::Transformer llama_8b() { return llama_like(32, 4096, 32, 8, 14336, 128256); }

catalog::Transformer with_experts(int count) {
  catalog::Transformer model = llama_8b();
  model.experts = catalog::Experts{.count = count, .per_token = 2, .feed_forward = 14336};
  return model;
}

}  // namespace

TEST_CASE("a shard that divides heads, widths and tokens has no problem") {
  CHECK(problems(llama_8b(), {.tensor = 8, .sequence = true}).empty());
  CHECK(problems(llama_8b(), {.tensor = 16}).empty());  // two ranks have the same head of keys
  CHECK(problems(llama_8b(), {.tensor = 2, .sequence = true, .context = 8}).empty());
  CHECK(problems(with_experts(8), {.tensor = 2, .sequence = true, .expert = 8}).empty());
}

TEST_CASE("heads divide over the tensor group, with the nearest degrees that do") {
  CHECK(problems(llama_8b(), {.tensor = 12}) ==
        Problems{"tp: 32 heads do not divide over 12 ranks; take --tp 8 or 16",
                 "tp: 8 heads of keys and values neither divide over 12 ranks nor repeat evenly on them; take --tp 8 "
                 "or 16",
                 "tp: 14336 elements of the feed-forward do not divide over 12 ranks; take --tp 8 or 14"});
  CHECK(problems(llama_8b(), {.tensor = 64}).front() == "tp: 32 heads do not divide over 64 ranks; take --tp 32");
}

TEST_CASE("tokens divide into two pieces a rank where the model is causal") {
  CHECK(problems(llama_8b(), {.context = 3}, 4096) ==
        Problems{"cp: 4096 tokens do not divide into 6 pieces, 2 for each of 3 ranks (an early and a late one); "
                 "take --cp 2 or 4"});
  catalog::Transformer both_ways = llama_8b();
  both_ways.causal = false;
  CHECK(problems(both_ways, {.context = 3}, 4096) ==
        Problems{"cp: 4096 tokens do not divide into 3 pieces, 1 for each of 3 ranks; take --cp 2 or 4"});
  CHECK(problems(both_ways, {.context = 3}, 4095).empty());
  CHECK(problems(llama_8b(), {.context = 4}, 4100).front().starts_with("cp: 4100 tokens"));
  CHECK(problems(llama_8b(), {.context = 4, .method = ContextMethod::all_to_all}, 4100).empty());
  both_ways.pooler = true;
  CHECK(problems(both_ways, {.context = 2}) ==
        Problems{"cp: a classifier reads the first token of a sequence, which one of the ranks has alone; take --cp "
                 "1, or workload.model.pooler=false"});
}

TEST_CASE("heads divide over a context group that exchanges them") {
  CHECK(problems(llama_8b(), {.context = 16, .method = ContextMethod::all_to_all}).empty());
  CHECK(problems(llama_8b(), {.tensor = 4, .context = 16, .method = ContextMethod::all_to_all}) ==
        Problems{"cp: 8 heads of a tensor rank do not divide over 16 ranks that exchange tokens for heads; take --cp "
                 "8"});
}

TEST_CASE("tokens of a rank divide over the tensor group that shares the sequence") {
  CHECK(problems(llama_8b(), {.tensor = 8, .sequence = true}, 4100) ==
        Problems{"tp: 4100 tokens of a rank do not divide over 8 ranks that share the sequence; take --tp 5 or 10"});
}

TEST_CASE("experts divide over their ranks and need sequence parallelism beside a tensor group") {
  CHECK(problems(with_experts(8), {.expert = 6}) ==
        Problems{"ep: 8 experts do not divide over 6 ranks; take --ep 4 or 8"});
  CHECK(problems(with_experts(8), {.tensor = 2}) ==
        Problems{"sp: experts with tensor parallelism need sequence parallelism: else each rank has all tokens; take "
                 "--sequence-parallel, or --tp 1"});
  CHECK(problems(llama_8b(), {.expert = 2}) == Problems{"ep: the model has no experts; take 1 for ep and etp"});
  CHECK(problems(with_experts(8), {.expert_tensor = 3}) ==
        Problems{"etp: 14336 elements of an expert's feed-forward do not divide over 3 ranks; take --etp 2 or 4"});
}

TEST_CASE("only the layers of a transformer of like blocks are cut") {
  CHECK(problems(catalog::Convolutional{}, {}).empty());
  CHECK(problems(catalog::Convolutional{}, {.tensor = 2}) ==
        Problems{"tp: only the layers of a transformer are cut; take 1 for tp, cp, ep and etp"});
  CHECK(problems(catalog::Convolutional{}, {.expert = 4}) ==
        Problems{"ep: only the layers of a transformer are cut; take 1 for tp, cp, ep and etp"});
  catalog::Transformer translator = llama_8b();
  translator.decoder_layers = 6;
  CHECK(problems(translator, {.tensor = 2}) ==
        Problems{"tp: a transformer with an encoder and a decoder is not cut; take 1 for tp, cp, ep and etp"});
  catalog::Transformer xlnet = llama_8b();
  xlnet.relative_positions = true;
  CHECK(problems(xlnet, {.context = 2}).front() ==
        "cp: a transformer of XLNet's kind (relative positions, memory or two streams) is not cut; take 1 for tp, cp, "
        "ep and etp");
}

TEST_CASE("a shard that is none is refused with its way out") {
  const catalog::Workload workload{.name = "", .description = "", .model = llama_8b(), .training = {}, .published = {}};
  const catalog::TrainingPhase phase{.name = "", .sequence_length = 4096};
  std::string message;
  try {
    expand(workload, phase, 1, mixed_stack(), {.tensor = 64});
  } catch (const catalog::InputError& error) {
    message = error.what();
  }
  CHECK(message == "32 heads do not divide over 64 ranks\n  way out: take --tp 32");
}
