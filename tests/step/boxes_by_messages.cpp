#include "step/boxes_by_messages.hpp"

#include <algorithm>
#include <cmath>

namespace podsim::tests {

BoxesByMessages::BoxesByMessages(const platform::BoxesNetwork& boxes, const catalog::AlgorithmTiming& timing,
                                 double bytes)
    : boxes_(boxes),
      timing_(timing),
      bytes_(bytes),
      nodes_(boxes.slice_nodes()),
      chips_(boxes.chips_per_node()),
      messages_(boxes.links()) {}

int BoxesByMessages::hop(Member from, Member to, int card, bool one_link) {
  if (from.node != to.node) {
    const int through = card < 0 ? boxes_.card_of(from.chip) : card;
    return messages_.queue(boxes_.network_route(from.node, to.node, through, from.chip, to.chip),
                           timing_.network_hop_seconds);
  }
  std::vector<int> links = boxes_.chip_route(from.node, from.chip, to.chip);
  const int direct = boxes_.direct_links(from.chip, to.chip);
  const double latency = direct > 0 ? timing_.chip_hop_seconds : timing_.pcie_hop_seconds;
  const double rate = boxes_.links()[links.front()].bytes_per_second;
  if (one_link && direct > 1) return messages_.queue(std::move(links), latency, rate / direct);
  return messages_.queue(std::move(links), latency);
}

int BoxesByMessages::straight(Member from, Member to) {
  if (from.node == to.node) return hop(from, to);
  const auto out = boxes_.network_route(from.node, to.node, boxes_.card_of(from.chip), from.chip, from.chip);
  const auto in = boxes_.network_route(from.node, to.node, boxes_.card_of(to.chip), to.chip, to.chip);
  std::vector<int> links(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(out.size() / 2));
  links.insert(links.end(), in.begin() + static_cast<std::ptrdiff_t>(in.size() / 2), in.end());
  return messages_.queue(std::move(links), timing_.network_hop_seconds);
}

std::vector<After> BoxesByMessages::waiting_for_nothing(double bytes) const {
  return std::vector<After>(static_cast<size_t>(std::max(1.0, std::round(bytes / timing_.chunk_bytes))));
}

std::vector<After> BoxesByMessages::chunks(int queue, double bytes, const std::vector<After>& after) {
  std::vector<After> sent;
  for (const After& before : after) {
    sent.push_back({messages_.send(queue, bytes / static_cast<double>(after.size()), before)});
  }
  return sent;
}

std::vector<After> BoxesByMessages::ring(const std::vector<Member>& members, int rounds, double block_bytes, int card,
                                         const std::vector<After>& starts) {
  const size_t size = members.size();
  std::vector<int> hops;
  for (size_t i = 0; i < size; ++i) hops.push_back(hop(members[i], members[(i + 1) % size], card, true));
  std::vector<After> got = starts.empty() ? std::vector<After>(size) : starts;
  for (int round = 0; round < rounds; ++round) {
    std::vector<After> next(size);
    for (size_t i = 0; i < size; ++i) next[(i + 1) % size] = {messages_.send(hops[i], block_bytes, got[i])};
    got = std::move(next);
  }
  return got;
}

void BoxesByMessages::chain_broadcast(const std::vector<Member>& members, double bytes, int card) {
  std::vector<After> there = waiting_for_nothing(bytes);
  for (size_t i = 0; i + 1 < members.size(); ++i) {
    there = chunks(hop(members[i], members[i + 1], card, true), bytes, there);
  }
}

void BoxesByMessages::hierarchical(const std::vector<std::vector<int>>& rings_in_box) {
  const auto rings = static_cast<double>(rings_in_box.size());
  const auto in_box = [&](const std::vector<std::vector<After>>& starts) {
    std::vector<std::vector<After>> got(static_cast<size_t>(chips_), std::vector<After>(static_cast<size_t>(nodes_)));
    for (int node = 0; node < nodes_; ++node) {
      for (const auto& visit : rings_in_box) {
        std::vector<Member> members;
        std::vector<After> first;
        for (const int chip : visit) {
          members.push_back({node, chip});
          first.push_back(starts.empty() ? After{} : starts[chip][node]);
        }
        const auto last = ring(members, chips_ - 1, bytes_ / chips_ / rings, -1, first);
        for (size_t i = 0; i < visit.size(); ++i) {
          After& all = got[visit[i]][node];
          all.insert(all.end(), last[i].begin(), last[i].end());
        }
      }
    }
    return got;
  };
  auto got = in_box({});
  for (int chip = 0; chip < chips_; ++chip) {
    std::vector<Member> members;
    for (int node = 0; node < nodes_; ++node) members.push_back({node, chip});
    got[chip] = ring(members, 2 * (nodes_ - 1), bytes_ / chips_ / nodes_, -1, got[chip]);
  }
  in_box(got);
}

void BoxesByMessages::halving_doubling(bool scatter, bool gather) {
  struct Swap {
    int nodes;
    int chips;
    double bytes;
  };
  std::vector<Swap> swaps;
  double bytes = bytes_ / 2;
  for (int distance = 1; distance < chips_; distance *= 2, bytes /= 2) swaps.push_back({0, distance, bytes});
  for (int distance = 1; distance < nodes_; distance *= 2, bytes /= 2) swaps.push_back({distance, 0, bytes});
  std::vector<Swap> steps;
  if (scatter) steps = swaps;
  if (gather) steps.insert(steps.end(), swaps.rbegin(), swaps.rend());
  const auto place = [&](const Member& member) { return static_cast<size_t>(member.node * chips_ + member.chip); };
  // A step starts when both messages of the step before are there.
  std::vector<After> done(static_cast<size_t>(nodes_ * chips_));
  for (const Swap& swap : steps) {
    std::vector<After> next(done.size());
    for (int node = 0; node < nodes_; ++node) {
      for (int chip = 0; chip < chips_; ++chip) {
        const Member self{node, chip};
        const Member partner{node ^ swap.nodes, chip ^ swap.chips};
        const int message = messages_.send(hop(self, partner), swap.bytes, done[place(self)]);
        next[place(self)].push_back(message);
        next[place(partner)].push_back(message);
      }
    }
    done = std::move(next);
  }
}

void BoxesByMessages::all_to_all() {
  const int ranks = nodes_ * chips_;
  for (int from = 0; from < ranks; ++from) {
    for (int to = 0; to < ranks; ++to) {
      if (from == to) continue;
      messages_.send(straight({from / chips_, from % chips_}, {to / chips_, to % chips_}), bytes_ / ranks);
    }
  }
}

void BoxesByMessages::send_receive() {
  const int ranks = nodes_ * chips_;
  for (int from = 0; from < ranks; ++from) {
    const int to = (from + 1) % ranks;
    messages_.send(straight({from / chips_, from % chips_}, {to / chips_, to % chips_}), bytes_);
  }
}

std::vector<After> BoxesByMessages::up(const InBox& box, const std::vector<int>& parents, int node, int card, int chip,
                                       double bytes) {
  std::vector<After> sum = box.sum(node);
  for (int child = 0; child < nodes_; ++child) {
    if (parents[child] != node) continue;
    const auto of_child = up(box, parents, child, card, chip, bytes);
    const auto sent = chunks(hop({child, chip}, {node, chip}, card), bytes, of_child);
    for (size_t i = 0; i < sum.size(); ++i) sum[i].push_back(sent[i].front());
  }
  return sum;
}

void BoxesByMessages::down(const InBox& box, const std::vector<int>& parents, int node, int card, int chip,
                           double bytes, const std::vector<After>& result) {
  box.spread(node, result);
  for (int child = 0; child < nodes_; ++child) {
    if (parents[child] != node) continue;
    const auto sent = chunks(hop({node, chip}, {child, chip}, card), bytes, result);
    down(box, parents, child, card, chip, bytes, sent);
  }
}

void BoxesByMessages::up_and_down(const InBox& box, const std::vector<int>& parents, int card, int chip, double bytes) {
  const auto root = static_cast<int>(std::find(parents.begin(), parents.end(), -1) - parents.begin());
  down(box, parents, root, card, chip, bytes, up(box, parents, root, card, chip, bytes));
}

void BoxesByMessages::tree(const std::vector<int>& chain, int card, const std::vector<int>& parents, double bytes) {
  const InBox box{.sum =
                      [&](int node) {
                        std::vector<After> sum = waiting_for_nothing(bytes);
                        for (size_t i = chain.size(); i-- > 1;) {
                          sum = chunks(hop({node, chain[i]}, {node, chain[i - 1]}, -1, true), bytes, sum);
                        }
                        return sum;
                      },
                  .spread =
                      [&](int node, const std::vector<After>& result) {
                        std::vector<After> there = result;
                        for (size_t i = 1; i < chain.size(); ++i) {
                          there = chunks(hop({node, chain[i - 1]}, {node, chain[i]}, -1, true), bytes, there);
                        }
                      }};
  up_and_down(box, parents, card, chain.front(), bytes);
}

std::vector<After> BoxesByMessages::pull(Member adder, double bytes) {
  std::vector<int> links;
  for (int chip = 0; chip < chips_; ++chip) {
    links.push_back(boxes_.chip_route(adder.node, chip, adder.chip).front());
  }
  links.push_back(boxes_.chip_route(adder.node, 0, adder.chip).back());
  return chunks(messages_.queue(std::move(links), 0), bytes, waiting_for_nothing(bytes));
}

void BoxesByMessages::push(Member adder, double bytes, const std::vector<After>& after) {
  std::vector<int> links{boxes_.chip_route(adder.node, adder.chip, 0).front()};
  for (int chip = 0; chip < chips_; ++chip) links.push_back(boxes_.chip_route(adder.node, adder.chip, chip).back());
  // One hop of the library is the way to the switch and back.
  chunks(messages_.queue(std::move(links), timing_.chip_hop_seconds), bytes, after);
}

BoxesByMessages::InBox BoxesByMessages::in_switch(int chip, double bytes) {
  return {.sum =
              [=, this](int node) {
                return pull({node, chip}, bytes);
              },
          .spread =
              [=, this](int node, const std::vector<After>& result) {
                push({node, chip}, bytes, result);
              }};
}

BoxesByMessages::InBox BoxesByMessages::among_chips(int chip, double bytes) {
  const auto others = [=, this](const std::function<void(int)>& visit) {
    for (int other = 0; other < chips_; ++other) {
      if (other != chip) visit(other);
    }
  };
  return {.sum =
              [=, this](int node) {
                std::vector<After> sum = waiting_for_nothing(bytes);
                others([&](int other) {
                  const auto sent = chunks(hop({node, other}, {node, chip}), bytes, waiting_for_nothing(bytes));
                  for (size_t i = 0; i < sum.size(); ++i) sum[i].push_back(sent[i].front());
                });
                return sum;
              },
          .spread =
              [=, this](int node, const std::vector<After>& result) {
                others([&](int other) { chunks(hop({node, chip}, {node, other}), bytes, result); });
              }};
}

void BoxesByMessages::nvls(const std::vector<std::vector<int>>& trees) {
  for (int chip = 0; chip < chips_; ++chip) {
    for (const auto& parents : trees) {
      const double bytes = bytes_ / chips_ / static_cast<double>(trees.size());
      up_and_down(in_switch(chip, bytes), parents, boxes_.card_of(chip), chip, bytes);
    }
  }
}

void BoxesByMessages::sharp() {
  const double bytes = bytes_ / chips_;
  const double half_hop = timing_.network_hop_seconds / 2;
  for (int chip = 0; chip < chips_; ++chip) {
    const InBox box = boxes_.reduces() ? in_switch(chip, bytes) : among_chips(chip, bytes);
    std::vector<After> sums = waiting_for_nothing(bytes);
    std::vector<std::vector<int>> into_node;
    for (int node = 0; node < nodes_; ++node) {
      const auto way = boxes_.network_route(node, (node + 1) % nodes_, boxes_.card_of(chip), chip, chip);
      const auto middle = way.begin() + static_cast<std::ptrdiff_t>(way.size() / 2);
      const auto sent = chunks(messages_.queue({way.begin(), middle}, half_hop), bytes, box.sum(node));
      for (size_t i = 0; i < sums.size(); ++i) sums[i].push_back(sent[i].front());
      into_node.emplace_back(middle, way.end());
    }
    for (int node = 0; node < nodes_; ++node) {
      const auto& way = into_node[static_cast<size_t>((node + nodes_ - 1) % nodes_)];
      box.spread(node, chunks(messages_.queue(way, half_hop), bytes, sums));
    }
  }
}

}  // namespace podsim::tests
