#include "step/code/alike.hpp"

#include <algorithm>
#include <unordered_map>

namespace podsim::step {
namespace {

/// Pairs of links, each of which stands for the other.
class Pairs {
 public:
  explicit Pairs(const platform::Network& network) : network_(network) {}

  bool match(int one, int other) {
    const auto rate = [&](int link) { return network_.links[static_cast<size_t>(link)].bytes_per_second; };
    return rate(one) == rate(other) && there_.try_emplace(one, other).first->second == other &&
           back_.try_emplace(other, one).first->second == one;
  }

  bool match(const platform::Route& one, const platform::Route& other) {
    return one.bytes_per_second_cap == other.bytes_per_second_cap &&
           std::equal(one.links.begin(), one.links.end(), other.links.begin(), other.links.end(),
                      [this](int a, int b) { return match(a, b); });
  }

  bool match(const collective::Phase& one, const collective::Phase& other) {
    return one.fill_seconds == other.fill_seconds &&
           std::equal(one.flows.begin(), one.flows.end(), other.flows.begin(), other.flows.end(),
                      [this](const collective::Flow& a, const collective::Flow& b) {
                        return a.share == b.share && match(network_.routes[static_cast<size_t>(a.route)],
                                                           network_.routes[static_cast<size_t>(b.route)]);
                      });
  }

 private:
  const platform::Network& network_;
  std::unordered_map<int, int> there_;
  std::unordered_map<int, int> back_;
};

}  // namespace

bool alike(const platform::Network& network, const collective::Schedule& one, const collective::Schedule& other) {
  Pairs pairs(network);
  return one.base_seconds == other.base_seconds &&
         std::equal(one.phases.begin(), one.phases.end(), other.phases.begin(), other.phases.end(),
                    [&](const collective::Phase& a, const collective::Phase& b) { return pairs.match(a, b); });
}

}  // namespace podsim::step
