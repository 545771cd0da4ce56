#include "platform/bottlenecks.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <random>

using namespace podsim;
using platform::Network;
using platform::Route;

namespace {

constexpr double kFree = std::numeric_limits<double>::infinity();

/// Max-min fair rates by filling: all flows grow together until a link or a cap holds some of them. `flows`: on each route.
std::vector<double> fair_rates(const Network& network, const std::vector<int>& flows) {
  std::vector<double> rates(network.routes.size(), 0);
  std::vector<bool> fixed(network.routes.size(), false);
  for (size_t i = 0; i < flows.size(); ++i) fixed[i] = flows[i] == 0;
  while (std::find(fixed.begin(), fixed.end(), false) != fixed.end()) {
    // What each route may reach; the slowest are held there.
    std::vector<double> left(network.links.size());
    std::vector<double> growing(network.links.size(), 0);
    for (size_t link = 0; link < left.size(); ++link) left[link] = network.links[link].bytes_per_second;
    for (size_t i = 0; i < flows.size(); ++i) {
      for (const int link : network.routes[i].links)
        (fixed[i] ? left[link] -= flows[i] * rates[i] : growing[link] += flows[i]);
    }
    std::vector<double> reach(network.routes.size(), kFree);
    for (size_t i = 0; i < flows.size(); ++i) {
      if (fixed[i]) continue;
      reach[i] = network.routes[i].bytes_per_second_cap / flows[i];
      for (const int link : network.routes[i].links) reach[i] = std::min(reach[i], left[link] / growing[link]);
    }
    const double slowest = *std::min_element(reach.begin(), reach.end());
    for (size_t i = 0; i < flows.size(); ++i) {
      if (fixed[i] || reach[i] > slowest * (1 + 1e-12)) continue;
      rates[i] = slowest;
      fixed[i] = true;
    }
  }
  return rates;
}

}  // namespace

TEST_CASE("of links that the same routes cross equally often the slowest stands for all, on paper") {
  Network network;
  const int wide = network.add_link("wide", 8);
  const int narrow = network.add_link("narrow", 4);
  const int twice = network.add_link("twice", 6);
  const int own = network.add_link("own", 5);
  const int often = network.add_link("often", 9);
  network.add_link("unused", 1);
  network.add_route({.links = {wide, own, narrow, twice, twice, often, often, often}});
  network.add_route({.links = {narrow, wide, twice, twice}, .bytes_per_second_cap = 2});
  network.add_route({.links = {own, own, wide, narrow, twice, twice, often}});
  const Network few = platform::bottlenecks(network);
  // All routes cross `wide` and `narrow` once and `twice` twice, which is a link of 3 crossed once: the narrowest.
  // The first and third cross `own` once and twice, `often` three times and once.
  REQUIRE(few.links.size() == 3);
  CHECK(few.links[0] == platform::Link{"twice", 3});
  CHECK(few.links[1] == platform::Link{"own", 5});
  CHECK(few.links[2] == platform::Link{"often", 9});
  CHECK(few.routes == std::vector<Route>{{.links = {0, 1, 2, 2, 2}},
                                         {.links = {0}, .bytes_per_second_cap = 2},
                                         {.links = {1, 1, 0, 2}}});
}

TEST_CASE("links of one route are its cap") {
  Network network;
  for (const double rate : {7.0, 3.0, 5.0}) network.add_link("link", rate);
  network.add_route({.links = {0, 1, 2}});
  network.add_route({.links = {}, .bytes_per_second_cap = 2});
  const auto caps_of = [](const Network& of) {
    std::vector<double> caps;
    for (const Route& route : of.routes) caps.push_back(route.bytes_per_second_cap);
    return caps;
  };
  CHECK(caps_of(platform::bottlenecks(network)) == std::vector<double>{3, 2});
  CHECK(platform::bottlenecks(network).links.empty());
  // Twice over a link of 7: 3.5.
  network.routes = {{.links = {0, 0}}};
  CHECK(caps_of(platform::bottlenecks(network)) == std::vector<double>{3.5});
}

TEST_CASE("whatever flows are on drawn networks, they go as fast over the bottlenecks") {
  std::mt19937 random(7);
  const auto one_of = [&](int count) { return std::uniform_int_distribution<int>(0, count - 1)(random); };
  size_t links = 0;
  size_t kept = 0;
  for (int i = 0; i < 300; ++i) {
    Network network;
    // Routes over groups of links, so that many are alike.
    std::vector<std::vector<int>> groups(static_cast<size_t>(1 + one_of(5)));
    for (auto& group : groups) {
      for (int link = one_of(6); link >= 0; --link) group.push_back(network.add_link("link", 1 + one_of(9)));
    }
    for (int route = one_of(8); route >= 0; --route) {
      Route added;
      for (int part = one_of(4); part >= 0; --part) {
        const auto& group = groups[static_cast<size_t>(one_of(static_cast<int>(groups.size())))];
        added.links.insert(added.links.end(), group.begin(), group.end());
      }
      if (one_of(3) == 0) added.bytes_per_second_cap = 1 + one_of(9);
      network.add_route(std::move(added));
    }
    const Network few = platform::bottlenecks(network);
    links += network.links.size();
    kept += few.links.size();
    for (int pattern = 0; pattern < 5; ++pattern) {
      std::vector<int> flows;
      for (size_t route = 0; route < network.routes.size(); ++route) flows.push_back(one_of(3));
      const auto before = fair_rates(network, flows);
      const auto after = fair_rates(few, flows);
      for (size_t route = 0; route < flows.size(); ++route) CHECK(after[route] == Approx(before[route]).epsilon(1e-9));
    }
  }
  CHECK(kept * 3 < links);
}
