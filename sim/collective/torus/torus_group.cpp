#include "collective/torus/torus_group.hpp"

#include "platform/impossible.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <optional>

namespace podsim::collective {
namespace {

/// What a group has of one dimension of the ranks: ranks of a chip, an axis, pods.
struct Part {
  size_t dimension = 0;
  int size = 1;
  int stride = 1;
};

/// The parts of all dimensions that the group has something of; nothing where it does not come out even.
std::optional<std::vector<Part>> parts_of(int size, int64_t stride, const std::vector<int>& dimensions) {
  std::vector<Part> parts;
  int64_t before = 1;
  int left = size;
  for (size_t i = 0; i < dimensions.size() && left > 1; before *= dimensions[i], ++i) {
    if (parts.empty() && stride >= before * dimensions[i]) continue;
    const int64_t step = parts.empty() ? stride / before : 1;
    if ((parts.empty() && stride % before != 0) || dimensions[i] % step != 0) return std::nullopt;
    const auto places = static_cast<int>(dimensions[i] / step);
    const int taken = left < places ? left : places;
    if (places % taken != 0 || left % taken != 0) return std::nullopt;
    left /= taken;
    if (left > 1 && taken < places) return std::nullopt;
    if (taken > 1) parts.push_back({i, taken, static_cast<int>(step)});
  }
  if (left > 1) return std::nullopt;
  return parts;
}

/// Groups fill their place, or the slice, one after the other.
bool fills_place(const Demand& demand) {
  const int64_t stride = std::abs(demand.group.stride);
  const int64_t span = stride * demand.group.size;
  const Place& place = demand.place;
  return place.all() || stride >= place.period || (place.period % span == 0 && place.first % span == 0);
}

}  // namespace

TorusGroup torus_group(const Demand& demand, const platform::TorusNetwork& torus, int ranks_per_chip) {
  const auto& axes = torus.axes();
  std::vector<int> dimensions{ranks_per_chip};
  for (const auto& axis : axes) dimensions.push_back(axis.size);
  dimensions.push_back(torus.pods());
  const auto parts = parts_of(demand.group.size, std::abs(demand.group.stride), dimensions);
  TorusGroup found{.lines = {}, .whole_chips = false};
  bool even = parts && fills_place(demand);
  for (const Part& part : even ? *parts : std::vector<Part>{}) {
    const bool whole = part.size == dimensions[part.dimension];
    if (part.dimension == 0) {
      found.whole_chips = whole;
      even = even && whole;
    } else if (part.dimension == dimensions.size() - 1) {
      found.pods = part.size;
      even = even && whole;
    } else {
      const auto& axis = axes[part.dimension - 1];
      found.lines.push_back({.axis = static_cast<int>(part.dimension) - 1,
                             .size = part.size,
                             .stride = part.stride,
                             .ring = axis.wraps && part.size * part.stride == axis.size});
    }
  }
  if (even) return found;
  if (demand.group.size == 2 && !demand.place.all()) return {.lines = {}, .whole_chips = false, .pair = true};
  throw platform::Impossible(
      fmt::format("--group {}:{}: on a torus a group is all ranks of its chips or one of each, along some axes next to "
                  "each other: the first from any place that divides it, the last in part, and in one pod or all\n"
                  "  way out: take as size and distance products of the axes, or of a part of one with those before it",
                  demand.group.size, demand.group.stride));
}

}  // namespace podsim::collective
