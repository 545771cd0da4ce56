#include "step/code/alike.hpp"

#include <catch2/catch.hpp>

using namespace podsim;

namespace {

/// Three links of 10 B/s and one of 20 B/s.
platform::Network four_links() {
  platform::Network network;
  for (const double rate : {10.0, 10.0, 10.0, 20.0}) network.add_link("", rate);
  return network;
}

/// A collective of one phase whose flows go over these links.
collective::Schedule flows_over(platform::Network& network, const std::vector<std::vector<int>>& links) {
  collective::Phase phase;
  for (const auto& crossed : links) phase.flows.push_back({network.add_route({.links = crossed}), 1});
  return {.phases = {phase}};
}

}  // namespace

TEST_CASE("collectives are alike on other links that are as fast") {
  platform::Network network = four_links();
  const auto are_alike = [&](const std::vector<std::vector<int>>& one, const std::vector<std::vector<int>>& other) {
    const collective::Schedule first = flows_over(network, one);
    const collective::Schedule second = flows_over(network, other);
    return step::alike(network, first, second);
  };
  CHECK(are_alike({{0}}, {{1}}));
  CHECK_FALSE(are_alike({{0}}, {{3}}));
  CHECK(are_alike({{0, 1}}, {{1, 2}}));
  CHECK_FALSE(are_alike({{0, 1}}, {{0, 0}}));
  CHECK_FALSE(are_alike({{0, 0}}, {{0, 1}}));
}

TEST_CASE("flows that share a link are not alike to flows that share none") {
  platform::Network network = four_links();
  const collective::Schedule together = flows_over(network, {{0}, {0}});
  const collective::Schedule apart = flows_over(network, {{0}, {1}});
  CHECK_FALSE(step::alike(network, together, apart));
  CHECK_FALSE(step::alike(network, apart, together));
  CHECK(step::alike(network, apart, flows_over(network, {{2}, {1}})));
}

TEST_CASE("collectives that take longer to begin are not alike") {
  platform::Network network = four_links();
  const collective::Schedule soon = flows_over(network, {{0}});
  collective::Schedule late = flows_over(network, {{1}});
  late.base_seconds = 1e-6;
  CHECK_FALSE(step::alike(network, soon, late));
}
