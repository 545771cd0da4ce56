#include "collective/all_reduce.hpp"
#include "collective/visits.hpp"
#include "platform/nvlink_boxes.hpp"
#include "platform/torus.hpp"
#include "step/chunk_reference.hpp"
#include "step/isolated.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

#include <numeric>

using namespace podsim;

namespace {

double fluid(const catalog::Platform& machine, const platform::Slice& slice, const catalog::Library& library,
             double bytes) {
  const auto all_reduce = collective::all_reduce(machine, slice, library, {bytes}, false);
  return tests::isolated([&] { return tests::simulate_all_reduces({all_reduce}, {1}, bytes); }).front();
}

/// A closed axis: chunks go both ways round to the far side, which gets half of its chunk from either.
void add_closed_axis(const platform::TorusNetwork& torus, platform::Network& network, int axis, int stride, int first,
                     double chunk_bytes, tests::ChunkPhase& rings) {
  const int size = torus.axes()[axis].size;
  for (const int step : {1, -1}) {
    tests::ChunkRing ring{
        .hops = {}, .rounds = size / 2, .chunk_bytes = chunk_bytes, .last_chunk_bytes = chunk_bytes / 2};
    for (int i = 0; i < size; ++i) {
      const int at = step > 0 ? i : (size - i) % size;
      const int link_of = step > 0 ? at : (at + size - 1) % size;
      ring.hops.push_back({network.add_route({.links = torus.ring_hop(first + link_of * stride, axis)}), 1e-6});
    }
    rings.push_back(std::move(ring));
  }
}

/// All rings of one axis in which every chip passes chunks of `chunk_bytes` on.
tests::ChunkPhase axis_rings(const platform::TorusNetwork& torus, platform::Network& network, int axis, int stride,
                             double chunk_bytes) {
  const int size = torus.axes()[axis].size;
  tests::ChunkPhase rings;
  for (int first = 0; first < torus.chips(); ++first) {
    if (first / stride % size != 0) continue;
    if (torus.axes()[axis].wraps) {
      add_closed_axis(torus, network, axis, stride, first, chunk_bytes, rings);
      continue;
    }
    tests::ChunkRing ring{.hops = {}, .rounds = size - 1, .chunk_bytes = chunk_bytes};
    // Up over the even positions, back over the odd ones.
    for (int i = 0; i < size; ++i) {
      const int evens = (size + 1) / 2;
      const int position = i < evens ? 2 * i : 2 * (size - i) - 1;
      const auto links = torus.ring_hop(first + position * stride, axis);
      ring.hops.push_back({network.add_route({.links = links}), static_cast<double>(links.size()) * 1e-6});
    }
    rings.push_back(std::move(ring));
  }
  return rings;
}

/// The two-axis algorithm written down a second time, message by message.
double torus_by_chunks(const catalog::Platform& machine, const platform::Slice& slice, double bytes) {
  const platform::TorusNetwork torus(machine, slice, false);
  const int x = slice.shape[0];
  const int y = slice.shape[1];
  const double x_rate = torus.axes()[0].ring_bytes_per_second * x / (x - 1);
  const double y_rate = torus.axes()[1].ring_bytes_per_second * y / (y - 1);
  const double from_x = bytes * x_rate / (x_rate + y_rate);
  const double from_y = bytes - from_x;
  platform::Network network{.links = torus.links(), .routes = {}};
  const auto phase = [&](double x_chunk, double y_chunk) {
    tests::ChunkPhase rings = axis_rings(torus, network, 0, 1, x_chunk);
    for (auto& ring : axis_rings(torus, network, 1, x, y_chunk)) rings.push_back(std::move(ring));
    return rings;
  };
  const auto first = phase(from_x / x, from_y / y);
  const auto second = phase(from_y / y / x, from_x / x / y);
  const std::vector<tests::ChunkPhase> phases{first, second, second, first};
  return tests::isolated([&] { return std::vector{tests::chunk_by_chunk_seconds(network, phases)}; }).front();
}

/// One NVLink between two chips.
platform::Route nvlink(const platform::NvlinkBoxesNetwork& boxes, int node, int from, int to) {
  return {.links = {boxes.nvlink(node, from, to)}, .bytes_per_second_cap = 20e9};
}

/// The ring algorithm over boxes written down a second time, message by message.
double boxes_by_chunks(const catalog::Platform& machine, const platform::Slice& slice,
                       const catalog::AlgorithmTiming& latency, double bytes) {
  const platform::NvlinkBoxesNetwork boxes(machine, slice, false);
  const int nodes = slice.shape[0];
  const int ranks = slice.chips;
  platform::Network network{.links = boxes.links(), .routes = {}};
  std::vector<int> members(static_cast<size_t>(slice.shape[1]));
  std::iota(members.begin(), members.end(), 0);
  std::vector<collective::Visit> visits;
  if (nodes == 1) visits = collective::rings_in_box(boxes, members);
  for (const auto& path : collective::paths_between_cards(boxes, members)) {
    if (nodes > 1) visits.push_back(path.visit);
  }
  tests::ChunkPhase rings;
  for (size_t i = 0; i < visits.size(); ++i) {
    const auto& visit = visits[i];
    tests::ChunkRing ring{
        .hops = {}, .rounds = 2 * (ranks - 1), .chunk_bytes = bytes / ranks / static_cast<double>(visits.size())};
    for (int node = 0; node < nodes; ++node) {
      for (size_t at = 0; at + 1 < visit.size(); ++at) {
        ring.hops.push_back(
            {network.add_route(nvlink(boxes, node, visit[at], visit[at + 1])), latency.chip_hop_seconds});
      }
      const auto closing =
          nodes > 1 ? platform::Route{.links = boxes.network_route(node, (node + 1) % nodes, static_cast<int>(i),
                                                                   visit.back(), visit.front())}
                    : nvlink(boxes, node, visit.back(), visit.front());
      ring.hops.push_back(
          {network.add_route(closing), nodes > 1 ? latency.network_hop_seconds : latency.chip_hop_seconds});
    }
    rings.push_back(std::move(ring));
  }
  return tests::isolated([&] { return std::vector{tests::chunk_by_chunk_seconds(network, {rings})}; }).front();
}

}  // namespace

TEST_CASE("fluid phases of tori and meshes are within 3 % of chunk by chunk") {
  for (const auto& [pod, shape] : {std::pair{std::vector{32, 32}, std::vector{4, 4}},
                                   {std::vector{32, 32}, std::vector{8, 8}},
                                   {std::vector{32, 32}, std::vector{4, 8}},
                                   {std::vector{8, 8}, std::vector{8, 8}},
                                   {std::vector{32, 8}, std::vector{4, 8}}}) {
    auto machine = tests::torus_machine(pod, {shape});
    std::get<catalog::Torus>(machine.interconnect).link_bytes_per_second = 70e9;
    const auto slice = platform::smallest_slice(machine);
    for (const double bytes : {1e6, 16e6, 256e6}) {
      CAPTURE(slice.label, pod[0], bytes);
      CHECK(fluid(machine, slice, tests::paper_library(0, 1e-6), bytes) ==
            Approx(torus_by_chunks(machine, slice, bytes)).epsilon(0.03));
    }
  }
}

TEST_CASE("fluid phases of boxes are within 3 % of chunk by chunk") {
  const auto machine = tests::dgx_1v();
  for (const int chips : {4, 8, 16, 32, 64}) {
    const auto slice = platform::choose_slice(machine, chips, {});
    for (const double bytes : {1e6, 16e6, 256e6}) {
      const auto library = tests::paper_library(0, 3.4e-6, 9.6e-6);
      const auto& latency = library.algorithms.at("ring").at(catalog::Protocol::simple);
      CAPTURE(chips, bytes);
      CHECK(fluid(machine, slice, library, bytes) ==
            Approx(boxes_by_chunks(machine, slice, latency, bytes)).epsilon(0.03));
    }
  }
}
