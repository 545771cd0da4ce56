#include "parallel/plan/plan.hpp"
#include "platform/impossible.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace podsim;
using parallel::PlanChoice;
using pipeline::ScheduleKind;

namespace {

constexpr int64_t kRing = 0;

/// 24 blocks of 16 heads, 4 of keys, 1,024 wide, 512 tokens; 64 examples a step.
catalog::Workload recipe(bool experts = false) {
  catalog::Transformer model;
  model.layers = 24;
  model.hidden = 1024;
  model.heads = 16;
  model.kv_heads = 4;
  model.feed_forward = 4096;
  model.vocabulary = 16384;
  model.causal = true;
  if (experts) model.experts = catalog::Experts{.count = 8, .per_token = 2, .feed_forward = 1024};
  catalog::Workload workload{.name = "paper", .description = "", .model = model, .training = {}, .published = {}};
  workload.training.global_batch = 64;
  workload.training.steps = 1000;
  workload.training.phases = {{.name = "", .sequence_length = 512}};
  return workload;
}

/// 32 ranks in boxes of 8.
parallel::Plan plan(const PlanChoice& choice, const catalog::Workload& workload = recipe()) {
  const auto boxes = tests::switched_machine(8, 8);
  return parallel::make_plan(workload, boxes, {}, platform::choose_slice(boxes, 32, {}), choice);
}

std::string refusal(const PlanChoice& choice, const catalog::Workload& workload = recipe()) {
  try {
    plan(choice, workload);
  } catch (const platform::Impossible& impossible) {
    return impossible.what();
  }
  return "";
}

int64_t number(ScheduleKind kind) { return static_cast<int64_t>(kind); }

PlanChoice scheduled(ScheduleKind kind, int64_t pipeline, int64_t batch, std::optional<int64_t> virtual_stages = {}) {
  return {.global_batch = batch,
          .tensor = 32 / pipeline,
          .pipeline = pipeline,
          .schedule = number(kind),
          .virtual_stages = virtual_stages};
}

}  // namespace

TEST_CASE("a pipeline has at most a million micro-batches") {
  CHECK(refusal({.global_batch = 8'000'064, .micro_batch = 1, .tensor = 2, .pipeline = 2}) ==
        "--micro-batch 1: 1000008 micro-batches a step are more than the 1000000 that a pipeline can have here\n"
        "  way out: take a larger --micro-batch, or at most --batch 8000000");
  CHECK(refusal({.global_batch = 8'000'000, .micro_batch = 1, .tensor = 2, .pipeline = 2}).empty());
}

TEST_CASE("degrees divide the ranks, the innermost first") {
  CHECK(refusal({.tensor = 3}) ==
        "--tp 3: does not divide the 32 ranks of 32 chips (4 nodes of 8)\n  way out: take --tp 2 or --tp 4");
  CHECK(refusal({.tensor = 64}) ==
        "--tp 64: does not divide the 32 ranks of 32 chips (4 nodes of 8)\n  way out: take --tp 32");
  CHECK(refusal({.tensor = 8, .pipeline = 3}) ==
        "--pp 3: does not divide the 4 ranks that the other degrees leave of the 32 of 32 chips (4 nodes of 8)\n"
        "  way out: take --pp 2 or --pp 4");
  CHECK(refusal({.tensor = 16, .pipeline = 2, .context = 4}) ==
        "--cp 4: does not divide the 2 ranks that the other degrees leave of the 32 of 32 chips (4 nodes of 8)\n"
        "  way out: take --cp 2");
  CHECK_NOTHROW(plan({.tensor = 2}));
  CHECK_NOTHROW(plan({.tensor = 4}));
  CHECK_NOTHROW(plan({.tensor = 8, .pipeline = 2}));
  CHECK_NOTHROW(plan({.tensor = 8, .pipeline = 4}));
}

TEST_CASE("heads and widths divide over the tensor group, with the nearest degrees that do") {
  auto odd = recipe();
  std::get<catalog::Transformer>(odd.model).heads = 24;
  std::get<catalog::Transformer>(odd.model).kv_heads = 24;
  CHECK(refusal({.tensor = 16}, odd) == "--tp: 24 heads do not divide over 16 ranks\n  way out: take --tp 12 or 24");
  std::get<catalog::Transformer>(odd.model).heads = 16;
  std::get<catalog::Transformer>(odd.model).kv_heads = 3;
  CHECK(refusal({.tensor = 4}, odd) ==
        "--tp: 3 heads of keys and values neither divide over 4 ranks nor repeat evenly on them\n  way out: take --tp "
        "1");
  auto narrow = recipe();
  std::get<catalog::Transformer>(narrow.model).feed_forward = 1000;
  CHECK(refusal({.tensor = 16}, narrow) ==
        "--tp: 1000 elements of the feed-forward do not divide over 16 ranks\n  way out: take --tp 10 or 20");
}

TEST_CASE("what needs another option says so, and with it works") {
  CHECK(refusal({.sequence_parallel = 1}) ==
        "--sequence-parallel: it shares the tokens among the ranks of a tensor group, and there is none\n"
        "  way out: give --tp too, or leave --sequence-parallel away");
  CHECK_NOTHROW(plan({.tensor = 2, .sequence_parallel = 1}));
  CHECK_NOTHROW(plan({.sequence_parallel = 0}));
  CHECK(refusal({.context_method = kRing}) ==
        "--context-method: nobody shares the tokens of a sequence\n  way out: give --cp too, or leave it away");
  CHECK_NOTHROW(plan({.context = 2, .context_method = kRing}));
  CHECK(refusal({.schedule = number(ScheduleKind::gpipe)}) ==
        "--schedule: there is no pipeline\n  way out: give --pp too, or leave --schedule away");
  CHECK(refusal({.virtual_stages = 2}) ==
        "--virtual-stages: there is no pipeline\n  way out: give --pp too, or leave --virtual-stages away");
  CHECK(refusal({.split = std::vector{12, 12}}) ==
        "--split: there is no pipeline\n  way out: give --pp too, or leave --split away");
  CHECK(refusal({.order = 1}) == "--order: there is no pipeline\n  way out: give --pp too, or leave --order away");
  for (const PlanChoice& choice :
       {PlanChoice{.pipeline = 2, .schedule = number(ScheduleKind::gpipe)},
        PlanChoice{.pipeline = 2, .virtual_stages = 2}, PlanChoice{.pipeline = 2, .split = std::vector{12, 12}},
        PlanChoice{.pipeline = 2, .order = 1}}) {
    CHECK_NOTHROW(plan(choice));
  }
}

TEST_CASE("experts are cut from the ranks of a stage, with the nearest numbers that divide them") {
  const auto experts = recipe(true);
  CHECK(refusal({.expert = 3}, experts) ==
        "--ep 3: experts are cut from the 32 ranks of a stage, which 3 does not divide\n"
        "  way out: take --ep 2 or --ep 4");
  CHECK(refusal({.expert = 8, .expert_tensor = 8}, experts) ==
        "--ep 8 --etp 8: experts are cut from the 32 ranks of a stage, which 64 does not divide\n"
        "  way out: take --ep 4");
  CHECK(refusal({.expert_tensor = 3}, experts) ==
        "--ep 1 --etp 3: experts are cut from the 32 ranks of a stage, which 3 does not divide\n"
        "  way out: take --etp 2 or --etp 4");
  // The product does not fit into 32 bits.
  CHECK(
      refusal({.expert = 1 << 21, .expert_tensor = 1 << 21}, experts) ==
      "--ep 2097152 --etp 2097152: experts are cut from the 32 ranks of a stage, which 4398046511104 does not divide\n"
      "  way out: take --etp 32");
  CHECK(refusal({.expert = 16}, experts) == "--ep: 8 experts do not divide over 16 ranks\n  way out: take --ep 8");
  CHECK(refusal({.expert = 2}) == "--ep: the model has no experts\n  way out: take 1 for ep and etp");
  CHECK(
      refusal({.tensor = 2}, experts) ==
      "--sequence-parallel: experts with tensor parallelism need sequence parallelism: else each rank has all tokens\n"
      "  way out: take --sequence-parallel, or --tp 1");
  CHECK_NOTHROW(plan({.expert = 4}, experts));
  CHECK_NOTHROW(plan({.expert = 4, .expert_tensor = 8}, experts));
  CHECK_NOTHROW(plan({.expert_tensor = 2}, experts));
  CHECK_NOTHROW(plan({.tensor = 2, .sequence_parallel = 1}, experts));
}

TEST_CASE("replicas outside the stages part context and experts from data") {
  CHECK(refusal({.pipeline = 2, .context = 2, .order = 1}) ==
        "--order tp-cp-ep-pp-dp with --cp 2: gradients are summed over context and data together, which stages would "
        "part\n  way out: take --order tp-cp-ep-dp-pp");
  CHECK(refusal({.pipeline = 2, .expert = 2, .order = 1}, recipe(true)) ==
        "--order tp-cp-ep-pp-dp with --ep 2: gradients are summed over context and data together, which stages would "
        "part\n  way out: take --order tp-cp-ep-dp-pp");
  // Each of two tensor ranks has all experts: their gradients are summed over both, and over the replicas.
  CHECK(refusal({.tensor = 2, .pipeline = 2, .sequence_parallel = 1, .order = 1}, recipe(true)) ==
        "--order tp-cp-ep-pp-dp with --tp 2 --etp 1: gradients of experts are summed over tensor and data together, "
        "which stages would part\n  way out: take --etp 2, or --order tp-cp-ep-dp-pp");
  CHECK_NOTHROW(
      plan({.tensor = 2, .pipeline = 2, .expert_tensor = 2, .sequence_parallel = 1, .order = 1}, recipe(true)));
  CHECK_NOTHROW(plan({.tensor = 2, .pipeline = 2, .sequence_parallel = 1, .order = 0}, recipe(true)));
  CHECK_NOTHROW(plan({.pipeline = 2, .order = 1}, recipe(true)));
  CHECK_NOTHROW(plan({.pipeline = 2, .context = 2, .order = 0}));
}

TEST_CASE("ZeRO shares among ranks that have the same weights") {
  CHECK(refusal({.zero = 3, .pipeline = 2}) ==
        "--zero 3 with --pp 2: every micro-batch would gather the weights of its stage again\n"
        "  way out: take --zero 1, or 2 to share the gradients too");
  CHECK_NOTHROW(plan({.zero = 1, .pipeline = 2}));
  CHECK_NOTHROW(plan({.zero = 2, .pipeline = 2}));
  CHECK(refusal({.hybrid_shard = 4}) == "--hybrid-shard 4: nothing is shared\n  way out: give --zero 1, 2 or 3 too");
  CHECK(refusal({.zero = 3, .hybrid_shard = 12}) ==
        "--hybrid-shard 12: does not divide the 32 ranks that have the same weights\n"
        "  way out: take --hybrid-shard 8 or --hybrid-shard 16");
  CHECK(refusal({.zero = 1, .tensor = 16, .pipeline = 2, .hybrid_shard = 2}) ==
        "--hybrid-shard 2: no two ranks have the same weights\n  way out: leave --hybrid-shard away");
  CHECK_NOTHROW(plan({.zero = 3, .hybrid_shard = 8}));
  CHECK(plan({.zero = 3, .hybrid_shard = 16}).update_shards == 16);
}

TEST_CASE("blocks of the stages add up to the model's") {
  const auto split = [](std::vector<int> blocks) {
    return refusal({.tensor = 8, .pipeline = 4, .split = std::move(blocks)});
  };
  CHECK(split({8, 8, 8}) ==
        "--split 8,8,8: 3 numbers for 4 stages of the model\n  way out: give the blocks of each stage, in their order");
  CHECK(
      split({6, 6, 6, 7}) ==
      "--split 6,6,6,7: these are 25 blocks, and the model has 24\n  way out: give the blocks of each stage, in their "
      "order");
  CHECK(split({5, 7, 7, 5}).empty());
  CHECK(refusal({.global_batch = 64, .pipeline = 8, .virtual_stages = 4}) ==
        "--pp 8: 32 stages of the model, and only 24 blocks\n"
        "  way out: take at most 24 stages: ranks of the pipeline times --virtual-stages");
  CHECK(refusal({.global_batch = 64, .pipeline = 8, .virtual_stages = 3}).empty());
  // 16 stages are possible, though the ends then have no fewer blocks than the others.
  CHECK(plan({.pipeline = 16}).split == std::vector<int>{1, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1});
}

TEST_CASE("schedules name the batches that they can have, and these work") {
  // 16 replicas' worth of one pipeline of 4: ten examples of one replica, one a micro-batch.
  CHECK(refusal(scheduled(ScheduleKind::interleaved, 4, 10)) ==
        "--schedule interleaved: interleaved goes in rounds of 4 micro-batches, and 10 are none (10 micro-batches: 10 "
        "examples of a replica in parts of 1)\n  way out: take --batch 8 or --batch 12 with --micro-batch 1");
  CHECK(refusal(scheduled(ScheduleKind::interleaved, 4, 2)) ==
        "--schedule interleaved: interleaved goes in rounds of 4 micro-batches, and 2 are none (2 micro-batches: 2 "
        "examples of a replica in parts of 1)\n  way out: take --batch 4 with --micro-batch 1");
  for (const int64_t batch : {4, 8, 12}) CHECK(refusal(scheduled(ScheduleKind::interleaved, 4, batch)).empty());
  CHECK(refusal(scheduled(ScheduleKind::dualpipe, 4, 6)) ==
        "--schedule dualpipe: dualpipe needs an even number of micro-batches, at least 8 (6 micro-batches: 6 examples "
        "of a replica in parts of 1)\n  way out: take --batch 8 with --micro-batch 1");
  CHECK(refusal(scheduled(ScheduleKind::dualpipe, 4, 9)) ==
        "--schedule dualpipe: dualpipe needs an even number of micro-batches, at least 8 (9 micro-batches: 9 examples "
        "of a replica in parts of 1)\n  way out: take --batch 8 or --batch 10 with --micro-batch 1");
  for (const int64_t batch : {8, 10}) CHECK(refusal(scheduled(ScheduleKind::dualpipe, 4, batch)).empty());
  // Two replicas with micro-batches of two examples.
  CHECK(refusal({.global_batch = 24, .micro_batch = 2, .tensor = 4, .pipeline = 4, .virtual_stages = 2}) ==
        "--schedule interleaved: interleaved goes in rounds of 4 micro-batches, and 6 are none (6 micro-batches: 12 "
        "examples of a replica in parts of 2)\n  way out: take --batch 16 or --batch 32 with --micro-batch 2");
  for (const int64_t batch : {16, 32}) {
    CHECK_NOTHROW(plan({.global_batch = batch, .micro_batch = 2, .tensor = 4, .pipeline = 4, .virtual_stages = 2}));
  }
}

TEST_CASE("schedules have their number of chunks") {
  const auto chunks = [](ScheduleKind kind, int64_t virtual_stages) {
    const std::string text = refusal(scheduled(kind, 4, 16, virtual_stages));
    return text.substr(0, text.find(" (")) + text.substr(std::min(text.size(), text.find('\n')));
  };
  CHECK(chunks(ScheduleKind::one_f_one_b, 2) ==
        "--schedule 1f1b: 1f1b has 1 chunk on each rank, not 2\n  way out: take --virtual-stages 1");
  CHECK(chunks(ScheduleKind::zb_v, 3) ==
        "--schedule zb-v: zb-v has 2 chunks on each rank, not 3\n  way out: take --virtual-stages 2");
  CHECK(chunks(ScheduleKind::interleaved, 1) ==
        "--schedule interleaved: interleaved needs at least two chunks\n  way out: take --virtual-stages 2 or more");
  CHECK(refusal(scheduled(ScheduleKind::one_f_one_b, 4, 16, 1)).empty());
  CHECK(refusal(scheduled(ScheduleKind::zb_v, 4, 16, 2)).empty());
  CHECK(refusal(scheduled(ScheduleKind::interleaved, 4, 16, 2)).empty());
}

TEST_CASE("only a stack of equal blocks is cut into stages") {
  auto translator = recipe();
  std::get<catalog::Transformer>(translator.model).decoder_layers = 6;
  CHECK(refusal({.pipeline = 2}, translator) ==
        "--pp 2: paper is no stack of equal blocks with one stream, and only such are cut into stages\n"
        "  way out: leave --pp away");
}

TEST_CASE("a layout taken as a choice leads to the same layout") {
  for (const PlanChoice& choice :
       {PlanChoice{.zero = 1, .hybrid_shard = 4}, PlanChoice{.zero = 3, .hybrid_shard = 8},
        PlanChoice{.zero = 2, .tensor = 2, .pipeline = 4, .sequence_parallel = 1, .virtual_stages = 2, .order = 1},
        PlanChoice{.tensor = 2, .context = 2, .context_method = 2}}) {
    const parallel::Plan first = plan(choice);
    const parallel::Plan again = plan(parallel::settled(first));
    CHECK(parallel::settled(again) == parallel::settled(first));
    CHECK(again.update_shards == first.update_shards);
    CHECK(again.degrees == first.degrees);
    CHECK(again.split == first.split);
    CHECK(again.shard == first.shard);
  }
}
