#include "pipeline/orders.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

namespace podsim::pipeline {
namespace {

/// Slots in the order in which they are asked for; the micro-batches of a pass through a chunk count up.
class Order {
 public:
  void add(Pass pass, int chunk = 0, bool with_next = false) {
    int64_t& next = next_[static_cast<size_t>(pass)][static_cast<size_t>(chunk)];
    slots_.push_back({pass, chunk, next++, with_next});
  }
  void add_times(int64_t times, Pass pass, int chunk = 0) {
    for (int64_t i = 0; i < times; ++i) add(pass, chunk);
  }
  int64_t count(Pass pass, int chunk = 0) const { return next_[static_cast<size_t>(pass)][static_cast<size_t>(chunk)]; }
  std::vector<Slot> take() { return std::move(slots_); }

 private:
  std::array<std::array<int64_t, 2>, 4> next_{};
  std::vector<Slot> slots_;
};

}  // namespace

std::vector<Slot> gpipe_order(const Shape& shape) {
  Order order;
  order.add_times(shape.micro_batches, Pass::forward);
  order.add_times(shape.micro_batches, Pass::backward);
  return order.take();
}

std::vector<Slot> one_f_one_b_order(const Shape& shape, int rank) {
  Order order;
  const int64_t warm_up = std::min<int64_t>(shape.micro_batches, shape.ranks - 1 - rank);
  order.add_times(warm_up, Pass::forward);
  for (int64_t i = warm_up; i < shape.micro_batches; ++i) {
    order.add(Pass::forward);
    order.add(Pass::backward);
  }
  order.add_times(warm_up, Pass::backward);
  return order.take();
}

std::vector<Slot> interleaved_order(const Shape& shape, int rank) {
  const int64_t round = int64_t{shape.ranks} * shape.chunks;
  const int64_t runs = shape.micro_batches * shape.chunks;
  std::vector<Slot> slots;
  const auto add = [&](Pass pass, int64_t run) {
    const auto place = static_cast<int>(run % round / shape.ranks);
    const int chunk = pass == Pass::forward ? place : shape.chunks - 1 - place;
    slots.push_back({pass, chunk, run / round * shape.ranks + run % shape.ranks});
  };
  const int64_t warm_up =
      std::min<int64_t>(runs, 2 * (shape.ranks - 1 - rank) + int64_t{shape.chunks - 1} * shape.ranks);
  for (int64_t run = 0; run < warm_up; ++run) add(Pass::forward, run);
  for (int64_t run = warm_up; run < runs; ++run) {
    add(Pass::forward, run);
    add(Pass::backward, run - warm_up);
  }
  for (int64_t run = runs - warm_up; run < runs; ++run) add(Pass::backward, run);
  return slots;
}

std::vector<Slot> zb_h1_order(const Shape& shape, int rank) {
  Order order;
  const int64_t warm_up = std::min<int64_t>(shape.micro_batches, shape.ranks - 1 - rank);
  order.add_times(warm_up, Pass::forward);
  for (int64_t i = warm_up; i < shape.micro_batches; ++i) {
    order.add(Pass::forward);
    order.add(Pass::input_gradient);
    if (order.count(Pass::input_gradient) - order.count(Pass::weight_gradient) > rank) order.add(Pass::weight_gradient);
  }
  for (int64_t i = 0; i < warm_up; ++i) {
    order.add(Pass::input_gradient);
    order.add(Pass::weight_gradient);
  }
  order.add_times(shape.micro_batches - order.count(Pass::weight_gradient), Pass::weight_gradient);
  return order.take();
}

/// As for at least 2 p - 1 micro-batches; those that there are not are left out.
std::vector<Slot> zb_v_order(const Shape& shape, int rank) {
  Order order;
  const int64_t micro_batches = std::max<int64_t>(2 * shape.ranks - 1, shape.micro_batches);
  order.add_times(2 * (shape.ranks - rank) - 1, Pass::forward, 0);
  for (int i = 0; i < rank; ++i) {
    order.add(Pass::forward, 1);
    order.add(Pass::forward, 0);
  }
  const auto back = [&](int chunk) {
    order.add(Pass::input_gradient, chunk);
    order.add(Pass::weight_gradient, chunk);
  };
  for (int i = rank; i < shape.ranks; ++i) {
    order.add(Pass::forward, 1);
    back(1);
  }
  while (order.count(Pass::forward, 1) < micro_batches) {
    if (order.count(Pass::forward, 0) < micro_batches) order.add(Pass::forward, 0);
    back(0);
    order.add(Pass::forward, 1);
    back(1);
  }
  for (int i = 0; i < rank; ++i) {
    order.add(Pass::input_gradient, 0);
    order.add(Pass::input_gradient, 1);
  }
  for (int i = rank; i < shape.ranks; ++i) back(0);
  for (const int chunk : {1, 0}) {
    order.add_times(micro_batches - order.count(Pass::weight_gradient, chunk), Pass::weight_gradient, chunk);
  }
  std::vector<Slot> slots = order.take();
  std::erase_if(slots, [&](const Slot& slot) { return slot.micro_batch >= shape.micro_batches; });
  return slots;
}

namespace {

/// DualPipe on one rank; "near" is the direction that enters at its end of the pipeline.
class DualPipeOrder {
 public:
  DualPipeOrder(const Shape& shape, int rank)
      : half_(shape.ranks / 2),
        from_end_(std::min(rank, shape.ranks - 1 - rank)),
        per_direction_(shape.micro_batches / 2),
        near_(rank < half_ ? 0 : 1),
        far_(1 - near_) {}

  std::vector<Slot> make() {
    for (int i = 0; i < 2 * (half_ - 1 - from_end_); ++i) forward(near_);
    for (int i = 0; i <= from_end_; ++i) {
      forward(near_);
      forward(far_);
    }
    for (int i = from_end_ + 1; i < half_; ++i) {
      backward_in_parts(far_);
      weight();
      forward(far_);
    }
    meet();
    for (int i = from_end_ + 1; i < half_; ++i) {
      backward(far_);
      pair(far_, near_);
    }
    drain();
    return std::move(slots_);
  }

 private:
  void forward(int chunk, bool with_next = false) { add(Pass::forward, chunk, forwards_[chunk]++, with_next); }
  void backward(int chunk) { add(Pass::backward, chunk, backwards_[chunk]++, false); }
  void backward_in_parts(int chunk) {
    deferred_.emplace_back(chunk, backwards_[chunk]);
    add(Pass::input_gradient, chunk, backwards_[chunk]++, false);
  }
  void weight() {
    const auto [chunk, micro_batch] = deferred_.front();
    deferred_.pop_front();
    add(Pass::weight_gradient, chunk, micro_batch, false);
  }
  void pair(int forwards, int backwards) {
    forward(forwards, true);
    backward(backwards);
  }
  void add(Pass pass, int chunk, int64_t number, bool with_next) {
    slots_.push_back({pass, chunk, chunk * per_direction_ + number, with_next});
  }

  /// Pairs of both directions; the middle ranks take the first apart, which shortens the way through them.
  void meet() {
    for (int64_t i = 0; i < per_direction_ - 2 * half_ + from_end_ + 1; ++i) {
      if (i == 0 && from_end_ == half_ - 1) {
        forward(near_);
        backward(far_);
      } else {
        pair(near_, far_);
      }
      pair(far_, near_);
    }
  }

  /// The second half of the last backward passes leaves its weight gradients for later.
  void drain() {
    bool in_parts = false;
    const auto back = [&](int chunk) { in_parts ? backward_in_parts(chunk) : backward(chunk); };
    const int times = from_end_ + 1;
    for (int i = 0; i < times; ++i) {
      if (i == times / 2 && from_end_ % 2 == 1) in_parts = true;
      back(far_);
      if (i == times / 2 && from_end_ % 2 == 0) in_parts = true;
      back(near_);
    }
    for (int i = from_end_ + 1; i < half_; ++i) {
      weight();
      backward_in_parts(near_);
    }
    while (!deferred_.empty()) weight();
  }

  int half_;
  int from_end_;
  int64_t per_direction_;
  int near_;
  int far_;
  std::array<int64_t, 2> forwards_{};
  std::array<int64_t, 2> backwards_{};
  std::deque<std::pair<int, int64_t>> deferred_;
  std::vector<Slot> slots_;
};

}  // namespace

std::vector<Slot> dualpipe_order(const Shape& shape, int rank) { return DualPipeOrder(shape, rank).make(); }

}  // namespace podsim::pipeline
