#pragma once

#include "platform/network.hpp"

#include <limits>
#include <vector>

namespace podsim::tests {

/// Messages that another waits for.
using After = std::vector<int>;

/// An algorithm written down message by message over the links of a machine: the reference for the fluid phases.
/// Messages over one queue leave one after the other; queues share links as SimGrid shares them.
class Messages {
 public:
  explicit Messages(std::vector<platform::Link> links) : network_{.links = std::move(links), .routes = {}} {}

  /// A way over `links`. A message that has left is there `latency_seconds` later; the next may leave at once.
  int queue(std::vector<int> links, double latency_seconds,
            double most_bytes_per_second = std::numeric_limits<double>::infinity());

  /// One more message on a queue, which leaves when all of `after` are there. Returns its number.
  int send(int queue, double bytes, After after = {});

  /// Simulated seconds until all messages are there. Simulates in a process of its own.
  double seconds() const;

 private:
  friend class Delivery;

  struct Queue {
    int route = 0;
    double latency_seconds = 0;
    std::vector<int> messages;
  };
  struct Message {
    int queue = 0;
    double bytes = 0;
    After after;
  };

  platform::Network network_;
  std::vector<Queue> queues_;
  std::vector<Message> messages_;
};

}  // namespace podsim::tests
