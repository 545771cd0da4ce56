#pragma once

#include "collective/schedule/operation.hpp"
#include "platform/node_fold.hpp"

#include <random>
#include <vector>

namespace podsim::tests {

/// Degrees of parallelism on nodes of eight chips: rank = tensor + t (context + c (data + D stage)), or with the stages
/// before the data.
struct DrawnLayout {
  int tensor = 1;
  int context = 1;
  int data = 1;
  int stages = 1;
  bool stages_first = false;

  int replica() const { return tensor * context; }
  int world() const { return replica() * data * stages; }
  int stage_distance() const { return stages_first ? replica() : replica() * data; }

  /// The nodes that are alike because their ranks hold replicas.
  platform::NodeFold fold() const {
    const int before = stages_first ? replica() * stages : replica();
    if (before % 8 == 0) return {.stride = before / 8, .count = data};
    return {.stride = 1, .count = before * data % 8 == 0 ? before * data / 8 : 1};
  }

  collective::Place stage(int number) const {
    return {.first = number * stage_distance(), .count = stage_distance(), .period = stages * stage_distance()};
  }

  collective::Group tensor_group() const { return {.size = tensor}; }
  collective::Group context_group() const { return {.size = context, .stride = tensor}; }
  collective::Group data_group() const {
    return {.size = data, .stride = stages_first ? replica() * stages : replica()};
  }
  collective::Group ends() const { return {.size = 2, .stride = (stages - 1) * stage_distance()}; }

  /// Collectives and sends of this layout.
  std::vector<collective::Demand> demands(collective::Operation operation, int number, double bytes) const {
    std::vector<collective::Demand> all{{operation, {.size = world()}, bytes}};
    for (const collective::Group& group : {tensor_group(), context_group(), data_group()}) {
      all.push_back({operation, group, bytes, stage(number)});
    }
    if (stages == 1) return all;
    all.push_back({operation, ends(), bytes, stage(0)});
    const int next = (number + 1) % stages;
    const int ahead = (next - number) * stage_distance();
    all.push_back({collective::Operation::send, {.size = 2, .stride = ahead}, bytes, stage(number)});
    all.push_back({collective::Operation::send, {.size = 2, .stride = -ahead}, bytes, stage(next)});
    return all;
  }
};

/// Draws layouts of at most 32 nodes that fill whole nodes; the same ones every time.
class LayoutDraw {
 public:
  DrawnLayout next() {
    while (true) {
      DrawnLayout drawn{.tensor = power(4), .context = power(2), .data = of({1, 2, 3, 4, 6, 8}), .stages = power(3)};
      drawn.stages_first = of({0, 1}) == 1;
      if (drawn.world() % 8 == 0 && drawn.world() <= 256) return drawn;
    }
  }
  int below(int count) { return std::uniform_int_distribution<int>(0, count - 1)(random_); }

 private:
  int power(int most) { return 1 << below(most + 1); }
  int of(const std::vector<int>& values) { return values[static_cast<size_t>(below(static_cast<int>(values.size())))]; }

  std::mt19937 random_{20270101};
};

}  // namespace podsim::tests
