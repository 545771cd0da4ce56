#include "step/messages.hpp"

#include "step/engine.hpp"
#include "step/fabric.hpp"
#include "step/isolated.hpp"

#include <simgrid/s4u.hpp>

#include <queue>

namespace podsim::tests {

namespace sg = simgrid::s4u;

/// Messages at work.
class Delivery {
 public:
  Delivery(step::Engine& engine, const Messages& plan)
      : plan_(plan),
        fabric_(engine.zone(), "messages", plan.network_),
        missing_(plan.messages_.size()),
        followers_(plan.messages_.size()) {
    sg::Host* host = engine.add_host("chips");
    for (size_t message = 0; message < missing_.size(); ++message) {
      missing_[message] = plan.messages_[message].after.size();
      for (const int before : plan.messages_[message].after) followers_[before].push_back(message);
    }
    for (size_t queue = 0; queue < plan.queues_.size(); ++queue) {
      ready_.push_back(sg::Semaphore::create(0));
      sent_.push_back(sg::Semaphore::create(0));
      arrivals_.emplace_back();
    }
    for (size_t queue = 0; queue < plan.queues_.size(); ++queue) {
      sg::Actor::create("send", host, [this, queue] { send(queue); });
      sg::Actor::create("deliver", host, [this, queue] { deliver(queue); });
    }
  }

 private:
  void send(size_t queue) {
    const Messages::Queue& own = plan_.queues_[queue];
    const collective::Phase phase{.name = "message", .flows = {{own.route, 1.0}}};
    for (const int message : own.messages) {
      while (missing_[message] > 0) ready_[queue]->acquire();
      fabric_.carry(phase, plan_.messages_[message].bytes);
      arrivals_[queue].push(sg::Engine::get_clock() + own.latency_seconds);
      sent_[queue]->release();
    }
  }

  void deliver(size_t queue) {
    for (const int message : plan_.queues_[queue].messages) {
      sent_[queue]->acquire();
      sg::this_actor::sleep_until(arrivals_[queue].front());
      arrivals_[queue].pop();
      for (const size_t follower : followers_[message]) {
        if (--missing_[follower] == 0) ready_[plan_.messages_[follower].queue]->release();
      }
    }
  }

  const Messages& plan_;
  const step::Fabric fabric_;
  std::vector<size_t> missing_;  ///< messages that are not there yet, by message that waits for them
  std::vector<std::vector<size_t>> followers_;
  std::vector<sg::SemaphorePtr> ready_;
  std::vector<sg::SemaphorePtr> sent_;
  std::vector<std::queue<double>> arrivals_;
};

int Messages::queue(std::vector<int> links, double latency_seconds, double most_bytes_per_second) {
  const int route = network_.add_route({.links = std::move(links), .bytes_per_second_cap = most_bytes_per_second});
  queues_.push_back({.route = route, .latency_seconds = latency_seconds, .messages = {}});
  return static_cast<int>(queues_.size()) - 1;
}

int Messages::send(int queue, double bytes, After after) {
  messages_.push_back({.queue = queue, .bytes = bytes, .after = std::move(after)});
  queues_[queue].messages.push_back(static_cast<int>(messages_.size()) - 1);
  return queues_[queue].messages.back();
}

double Messages::seconds() const {
  return isolated([&] {
           step::Engine engine;
           const Delivery delivery(engine, *this);
           engine.run();
           return std::vector{sg::Engine::get_clock()};
         })
      .front();
}

}  // namespace podsim::tests
