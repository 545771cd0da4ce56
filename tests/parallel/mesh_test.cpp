#include "parallel/plan/mesh.hpp"
#include "parallel/plan/fold.hpp"
#include "parallel/plan/layout.hpp"
#include "parallel/plan/split.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

#include <numeric>
#include <vector>

using namespace podsim;
using parallel::Degrees;
using parallel::Mesh;

namespace {

using Ranks = std::vector<int>;

/// The ranks that share a group with `rank`, where the groups of a stage's ranks are meant.
Ranks members(const Mesh& mesh, const collective::Group& group, int rank) {
  const int first = collective::first_rank({.group = group, .place = mesh.stage(mesh.stage_of(rank))}, rank);
  Ranks ranks;
  for (int i = 0; i < group.size; ++i) ranks.push_back(first + i * group.stride);
  return ranks;
}

/// The ranks of all stages that pass micro-batches to each other.
Ranks pipeline_of(const Mesh& mesh, int rank) {
  Ranks ranks;
  for (int stage = 0; stage < mesh.degrees().pipeline; ++stage) {
    ranks.push_back(rank + mesh.hop(mesh.stage_of(rank), stage).stride);
  }
  return ranks;
}

/// Megatron's example: four tensor ranks, two of context, two replicas, two stages.
Degrees example(bool data_outer = false) {
  return {.tensor = 4, .context = data_outer ? 1 : 2, .data = 2, .pipeline = 2, .data_outer = data_outer};
}

/// Every rank is in one group of the kind, and shares it with ranks of its own stage.
void check_partition(const Mesh& mesh, const collective::Group& group) {
  std::vector<int> found(static_cast<size_t>(mesh.degrees().ranks()), 0);
  for (int rank = 0; rank < mesh.degrees().ranks(); ++rank) {
    const Ranks ranks = members(mesh, group, rank);
    CHECK(std::find(ranks.begin(), ranks.end(), rank) != ranks.end());
    for (const int other : ranks) {
      REQUIRE(other >= 0);
      REQUIRE(other < mesh.degrees().ranks());
      CHECK(mesh.stage_of(other) == mesh.stage_of(rank));
      ++found[static_cast<size_t>(other)];
    }
  }
  for (const int times : found) CHECK(times == group.size);
}

}  // namespace

TEST_CASE("the groups of rank 13 of 32, as Megatron numbers them") {
  const Mesh mesh(example());
  CHECK(members(mesh, mesh.tensor(), 13) == Ranks{12, 13, 14, 15});
  CHECK(members(mesh, mesh.context(), 13) == Ranks{9, 13});
  CHECK(members(mesh, mesh.replicas(), 13) == Ranks{1, 5, 9, 13});
  CHECK(pipeline_of(mesh, 13) == Ranks{13, 29});
  CHECK(mesh.stage_of(13) == 0);
  CHECK(mesh.stage_of(29) == 1);
  CHECK(members(mesh, mesh.replicas(), 29) == Ranks{17, 21, 25, 29});
  // Shares in pairs: neighbours of the same weights first, then one of each pair.
  CHECK(members(mesh, mesh.shards(2), 13) == Ranks{9, 13});
  CHECK(members(mesh, mesh.across_shards(2), 13) == Ranks{5, 13});
}

TEST_CASE("the groups of rank 13 where the replicas lie outside the stages, as Llama 3 numbers them") {
  // [TP, CP, PP, DP] without context: ranks 0-3 and 4-7 are the stages of the first replica.
  const Mesh mesh(example(true));
  CHECK(members(mesh, mesh.tensor(), 13) == Ranks{12, 13, 14, 15});
  CHECK(pipeline_of(mesh, 13) == Ranks{9, 13});
  CHECK(members(mesh, mesh.replicas(), 13) == Ranks{5, 13});
  CHECK(mesh.stage_of(13) == 1);
  CHECK(mesh.stage_of(9) == 0);
}

TEST_CASE("experts are cut from the ranks of a stage") {
  // 16 ranks of two tensor ranks and eight replicas: four ranks with two experts' parts each, twice over.
  const Mesh mesh(Degrees{.tensor = 2, .data = 8, .expert = 4, .expert_tensor = 2});
  CHECK(members(mesh, mesh.expert_tensor(), 13) == Ranks{12, 13});
  CHECK(members(mesh, mesh.expert(), 13) == Ranks{9, 11, 13, 15});
  CHECK(members(mesh, mesh.expert_replicas(), 13) == Ranks{5, 13});
  // DeepSeek-V3 on 1,024 ranks: EP 64 does not multiply the world of TP 2 and PP 16 (32 replicas).
  const Mesh large(Degrees{.tensor = 2, .data = 32, .pipeline = 16, .expert = 64});
  CHECK(large.degrees().ranks() == 1024);
  CHECK(large.expert_replicas().size == 1);
}

TEST_CASE("every rank is in one group of each kind, with ranks of its own stage") {
  for (const bool outer : {false, true}) {
    for (const int expert_tensor : {1, 4}) {
      Degrees degrees = example(outer);
      degrees.expert_tensor = expert_tensor;
      if (!outer) degrees.expert = 2;
      if (outer && expert_tensor == 1) continue;  // refused: experts would be summed over tensor and data
      const Mesh mesh(degrees);
      CAPTURE(outer, expert_tensor);
      for (const auto& group : {mesh.tensor(), mesh.context(), mesh.replicas(), mesh.expert(), mesh.expert_tensor(),
                                mesh.expert_replicas(), mesh.shards(2), mesh.across_shards(2)}) {
        CAPTURE(group.size, group.stride);
        check_partition(mesh, group);
      }
    }
  }
}

TEST_CASE("blocks are split evenly, or the ends count as a block each") {
  CHECK(parallel::balanced_split(32, 4) == Ranks{8, 8, 8, 8});
  // Llama 3 405B: 126 blocks on 16 stages, one less at the ends. BLOOM: (70 + 2) / 12.
  Ranks llama(16, 8);
  llama.front() = llama.back() = 7;
  CHECK(parallel::balanced_split(126, 16) == llama);
  Ranks bloom(12, 6);
  bloom.front() = bloom.back() = 5;
  CHECK(parallel::balanced_split(70, 12) == bloom);
  // 26 units on 4: the first of the inner stages have one more.
  CHECK(parallel::balanced_split(24 - 2 + 4, 4) == Ranks{6, 7, 7, 6});
  CHECK(parallel::balanced_split(25, 4) == Ranks{5, 7, 7, 6});
}

TEST_CASE("as many stages as blocks can be, and no more") {
  CHECK(parallel::balanced_split(4, 4) == Ranks{1, 1, 1, 1});
  CHECK(parallel::balanced_split(5, 4) == Ranks{1, 2, 1, 1});
  CHECK(parallel::balanced_split(3, 2) == Ranks{1, 2});
  CHECK(parallel::balanced_split(3, 4).empty());
  for (int blocks = 1; blocks <= 40; ++blocks) {
    for (int stages = 1; stages <= blocks; ++stages) {
      const Ranks split = parallel::balanced_split(blocks, stages);
      CAPTURE(blocks, stages);
      REQUIRE(static_cast<int>(split.size()) == stages);
      CHECK(std::accumulate(split.begin(), split.end(), 0) == blocks);
      const auto [least, most] = std::minmax_element(split.begin(), split.end());
      CHECK(*least >= 1);
      CHECK(*most - *least <= 2);
    }
  }
}

namespace {

parallel::Fold fold(const catalog::Platform& platform, int chips, const Degrees& degrees) {
  parallel::Plan plan;
  plan.ranks = chips * platform.chip.ranks;
  const auto slice = platform::choose_slice(platform, chips, {});
  plan.ranks_per_node = platform::chips_per_node(platform, slice) * platform.chip.ranks;
  plan.degrees = degrees;
  return parallel::fold_of(plan, platform, slice);
}

}  // namespace

TEST_CASE("nodes that hold ranks of the same stages do the same") {
  const auto boxes = tests::switched_machine(8, 8);
  const auto none = platform::NodeFold::none();
  // Each stage fills two nodes of 8: one node stands for the two.
  const auto stages = fold(boxes, 32, {.tensor = 8, .data = 2, .pipeline = 2});
  CHECK(stages.ranks);
  CHECK(stages.nodes == platform::NodeFold{.stride = 1, .count = 2});
  CHECK(stages.reason == "one rank of each of 2 stages stands for the 16 that do the same");
  // Each replica fills two nodes: one replica's nodes stand for those of both.
  CHECK(fold(boxes, 32, {.tensor = 8, .data = 2, .pipeline = 2, .data_outer = true}).nodes ==
        platform::NodeFold{.stride = 2, .count = 2});
  // Each node holds one replica, or several, or all ranks do the same.
  CHECK(fold(boxes, 32, {.tensor = 4, .data = 4, .pipeline = 2, .data_outer = true}).nodes ==
        platform::NodeFold{.stride = 1, .count = 4});
  CHECK(fold(boxes, 32, {.tensor = 2, .data = 8, .pipeline = 2, .data_outer = true}).nodes ==
        platform::NodeFold::all());
  CHECK(fold(boxes, 32, {.tensor = 4, .data = 8}).nodes == platform::NodeFold::all());
  // Nodes of several stages: nothing stands for anything.
  CHECK(fold(boxes, 32, {.data = 4, .pipeline = 8}).nodes == none);
}

TEST_CASE("a torus is folded where groups fill axes, and simulated rank by rank where they do not") {
  const auto pod = tests::torus_machine({4, 4, 4}, {{4, 4, 4}});
  CHECK(fold(pod, 64, {.tensor = 4, .data = 16}).ranks);
  CHECK(fold(pod, 64, {.tensor = 16, .data = 4}).nodes == platform::NodeFold::all());
  CHECK_FALSE(fold(pod, 64, {.tensor = 8, .data = 8}).ranks);
  CHECK_FALSE(fold(pod, 64, {.tensor = 2, .data = 32}).ranks);
  const auto stages = fold(pod, 64, {.tensor = 4, .data = 4, .pipeline = 4});
  CHECK(stages.ranks);
  CHECK(stages.nodes == platform::NodeFold::none());
}
