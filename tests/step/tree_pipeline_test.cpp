#include "collective/plan.hpp"
#include "collective/tree.hpp"
#include "collective/visits.hpp"
#include "platform/switched_boxes.hpp"
#include "step/chunk_pipeline.hpp"
#include "step/collective_run.hpp"
#include "step/isolated.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

using namespace podsim;

namespace {

constexpr double kTreeChunk = 16384;
constexpr double kTreeChipHop = 1e-6;
constexpr double kTreeNetworkHop = 5e-6;

catalog::Library library_of_trees() {
  catalog::Library library = tests::paper_library();
  library.algorithms["tree"][catalog::Protocol::simple] = {
      .chip_hop_seconds = kTreeChipHop, .network_hop_seconds = kTreeNetworkHop, .chunk_bytes = kTreeChunk};
  return library;
}

/// One tree through one card, message by message: a chain of chips in each box, the tree between boxes.
class TreeByChunks {
 public:
  TreeByChunks(const platform::SwitchedBoxesNetwork& boxes, platform::Network& network,
               std::vector<tests::ChunkEdge>& edges)
      : boxes_(boxes), network_(network), edges_(edges) {}

  void add(const collective::CardPath& path, bool second) {
    const std::vector<int> parents = collective::tree_parents(boxes_.slice_nodes(), second);
    int root = 0;
    for (int node = 0; node < boxes_.slice_nodes(); ++node) {
      if (parents[node] < 0) root = node;
    }
    down(path, parents, root, up(path, parents, root));
  }

 private:
  int edge(std::vector<int> links, double latency, std::vector<int> after) {
    edges_.push_back({network_.add_route({.links = std::move(links)}), latency, std::move(after)});
    return static_cast<int>(edges_.size()) - 1;
  }

  /// Edges that bring a node's sum to its card's chip.
  std::vector<int> up(const collective::CardPath& path, const std::vector<int>& parents, int node) {
    std::vector<int> sum;
    for (size_t i = path.visit.size(); i-- > 1;) {
      sum = {edge(boxes_.chip_route(node, path.visit[i], path.visit[i - 1]), kTreeChipHop, sum)};
    }
    for (int child = 0; child < boxes_.slice_nodes(); ++child) {
      if (parents[child] != node) continue;
      const std::vector<int> of_child = up(path, parents, child);
      sum.push_back(edge(boxes_.network_route(child, node, path.card, 0, 0), kTreeNetworkHop, of_child));
    }
    return sum;
  }

  void down(const collective::CardPath& path, const std::vector<int>& parents, int node,
            const std::vector<int>& result) {
    std::vector<int> at = result;
    for (size_t i = 1; i < path.visit.size(); ++i) {
      at = {edge(boxes_.chip_route(node, path.visit[i - 1], path.visit[i]), kTreeChipHop, at)};
    }
    for (int child = 0; child < boxes_.slice_nodes(); ++child) {
      if (parents[child] != node) continue;
      down(path, parents, child, {edge(boxes_.network_route(node, child, path.card, 0, 0), kTreeNetworkHop, result)});
    }
  }

  const platform::SwitchedBoxesNetwork& boxes_;
  platform::Network& network_;
  std::vector<tests::ChunkEdge>& edges_;
};

double trees_by_chunks(const catalog::Platform& machine, const platform::Slice& slice, double bytes) {
  const platform::SwitchedBoxesNetwork boxes(machine, slice, false);
  platform::Network network{.links = boxes.links(), .routes = {}};
  std::vector<tests::ChunkEdge> edges;
  TreeByChunks builder(boxes, network, edges);
  const auto paths = collective::paths_between_cards(boxes, {0, 1, 2, 3});
  for (const auto& path : paths) {
    for (const bool second : {false, true}) builder.add(path, second);
  }
  const int chunks = static_cast<int>(bytes / 2 / static_cast<double>(paths.size()) / kTreeChunk);
  return tests::isolated([&] { return std::vector{tests::pipeline_seconds(network, edges, chunks, kTreeChunk)}; })
      .front();
}

double trees_as_flows(const catalog::Platform& platform, const platform::Slice& slice, double bytes) {
  return tests::isolated([&] {
           collective::Machine machine(platform, slice, false);
           const collective::Demand demand{
               collective::Operation::all_reduce, {.size = slice.chips, .stride = 1}, bytes};
           const auto schedule =
               collective::plan(machine, demand, library_of_trees(), collective::Choice{.algorithm = "tree"});
           return std::vector{step::simulate_collectives(machine.network(), {{schedule, bytes}}).front().seconds};
         })
      .front();
}

}  // namespace

TEST_CASE("double binary trees as flows are within 3 % of chunk by chunk") {
  const auto machine = tests::switched_machine(4, 2);
  for (const int chips : {8, 16, 32}) {
    const auto slice = platform::choose_slice(machine, chips, {});
    for (const double bytes : {1048576.0, 8388608.0}) {
      CAPTURE(chips, bytes);
      CHECK(trees_as_flows(machine, slice, bytes) == Approx(trees_by_chunks(machine, slice, bytes)).epsilon(0.03));
    }
  }
}
