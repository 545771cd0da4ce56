#include "pipeline/schedule.hpp"

#include "pipeline/orders.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace podsim::pipeline {
namespace {

BrokenRule rule_of_chunks(std::string_view name, int needed, int given) {
  return {fmt::format("{} has {} chunk{} on each rank, not {}", name, needed, needed == 1 ? "" : "s", given),
          fmt::format("take --virtual-stages {}", needed)};
}

std::optional<BrokenRule> broken_interleaving(const Shape& shape) {
  if (shape.ranks < 2) return BrokenRule{"interleaved needs at least two stages", "take --pp 2 or more, or 1f1b"};
  if (shape.chunks < 2) return BrokenRule{"interleaved needs at least two chunks", "take --virtual-stages 2 or more"};
  const int64_t below = shape.micro_batches / shape.ranks * shape.ranks;
  if (below == shape.micro_batches) return std::nullopt;
  return BrokenRule{
      fmt::format("interleaved goes in rounds of {} micro-batches, and {} are none", shape.ranks, shape.micro_batches),
      below > 0 ? fmt::format("take {} or {}", below, below + shape.ranks) : fmt::format("take {}", shape.ranks)};
}

std::optional<BrokenRule> broken_dualpipe(const Shape& shape) {
  if (shape.ranks % 2 != 0) return BrokenRule{"dualpipe needs an even number of stages", "take an even --pp"};
  const int64_t least = 2 * int64_t{shape.ranks};
  if (shape.micro_batches % 2 == 0 && shape.micro_batches >= least) return std::nullopt;
  return BrokenRule{fmt::format("dualpipe needs an even number of micro-batches, at least {}", least),
                    fmt::format("take {}", std::max(least, shape.micro_batches + 1))};
}

}  // namespace

const std::vector<std::string>& schedule_names() {
  static const std::vector<std::string> names = {"gpipe", "1f1b", "interleaved", "zb-h1", "zb-v", "dualpipe"};
  return names;
}

std::optional<ScheduleKind> schedule_of(std::string_view name) {
  const auto& names = schedule_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<ScheduleKind>(found - names.begin());
}

std::optional<BrokenRule> broken_rule(ScheduleKind kind, const Shape& shape) {
  const std::string& name = schedule_names()[static_cast<size_t>(kind)];
  if (kind == ScheduleKind::interleaved) return broken_interleaving(shape);
  const int chunks = kind == ScheduleKind::zb_v || kind == ScheduleKind::dualpipe ? 2 : 1;
  if (shape.chunks != chunks) return rule_of_chunks(name, chunks, shape.chunks);
  if (kind == ScheduleKind::dualpipe) return broken_dualpipe(shape);
  return std::nullopt;
}

int stages(ScheduleKind kind, const Shape& shape) {
  return kind == ScheduleKind::dualpipe ? shape.ranks : shape.ranks * shape.chunks;
}

int stage_of(ScheduleKind kind, const Shape& shape, int rank, int chunk) {
  switch (kind) {
    case ScheduleKind::zb_v: return chunk == 0 ? rank : 2 * shape.ranks - 1 - rank;
    case ScheduleKind::dualpipe: return chunk == 0 ? rank : shape.ranks - 1 - rank;
    default: return chunk * shape.ranks + rank;
  }
}

std::vector<Slot> slots_of(ScheduleKind kind, const Shape& shape, int rank) {
  switch (kind) {
    case ScheduleKind::gpipe: return gpipe_order(shape);
    case ScheduleKind::one_f_one_b: return one_f_one_b_order(shape, rank);
    case ScheduleKind::interleaved: return interleaved_order(shape, rank);
    case ScheduleKind::zb_h1: return zb_h1_order(shape, rank);
    case ScheduleKind::zb_v: return zb_v_order(shape, rank);
    case ScheduleKind::dualpipe: return dualpipe_order(shape, rank);
  }
  return {};
}

std::vector<std::vector<Slot>> make_schedule(ScheduleKind kind, const Shape& shape) {
  std::vector<std::vector<Slot>> schedule;
  for (int rank = 0; rank < shape.ranks; ++rank) schedule.push_back(slots_of(kind, shape, rank));
  return schedule;
}

int64_t peak_in_flight(const std::vector<Slot>& slots) {
  int64_t kept = 0;
  int64_t peak = 0;
  for (const Slot& slot : slots) {
    if (slot.pass == Pass::forward) peak = std::max(peak, ++kept);
    if (slot.pass == Pass::backward || slot.pass == Pass::weight_gradient) --kept;
  }
  return peak;
}

}  // namespace podsim::pipeline
