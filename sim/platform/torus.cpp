#include "platform/torus.hpp"

#include "platform/twist.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace podsim::platform {
namespace {

/// Where the interleaved ring on a line of `size` goes from `position`: up by twos, back by twos.
int line_successor(int position, int size) {
  if (position % 2 == 0) {
    if (position + 2 < size) return position + 2;
    return position + 1 < size ? position + 1 : position - 1;
  }
  return position == 1 ? 0 : position - 2;
}

}  // namespace

TorusNetwork::TorusNetwork(const catalog::Platform& platform, const Slice& slice, bool folded)
    : folded_(folded),
      chips_(folded ? 1 : slice.chips),
      pods_(slice.pods),
      pod_chips_(slice.chips / slice.pods),
      chips_per_node_(platform::chips_per_node(platform, slice)),
      nodes_(folded ? 1 : slice.chips / chips_per_node_) {
  const auto& torus = std::get<catalog::Torus>(platform.interconnect);
  const double link = torus.link_bytes_per_second * torus.link_efficiency;
  link_bytes_per_second_ = link;
  int stride = 1;
  for (size_t axis = 0; axis < slice.shape.size(); ++axis) {
    const bool wraps = slice.wraps[axis];
    const int size = slice.shape[axis];
    axes_.push_back({size, wraps, wraps ? 2 * link : link});
    strides_.push_back(stride);
    stride *= size;
    add_axis_links(torus, static_cast<int>(axis));
  }
  if (torus.twisted && can_twist(slice.shape)) twisted_hops_ = platform::twisted_hops(slice.shape);
  first_core_link_ = static_cast<int>(links_.size());
  if (platform.chip.ranks > 1) {
    for (int chip = 0; chip < chips_; ++chip) {
      links_.push_back({fmt::format("chip{}.cores", chip), platform.chip.core_link_bytes_per_second});
    }
  }
  first_node_link_ = static_cast<int>(links_.size());
  if (pods_ == 1) return;
  const double node = torus.data_center.node_bytes_per_second * torus.data_center.node_efficiency;
  for (int i = 0; i < nodes_; ++i) {
    links_.push_back({fmt::format("node{}.send", i), node});
    links_.push_back({fmt::format("node{}.receive", i), node});
  }
}

void TorusNetwork::add_axis_links(const catalog::Torus& torus, int axis) {
  first_link_.push_back(static_cast<int>(links_.size()));
  const double link = torus.link_bytes_per_second * torus.link_efficiency;
  for (int chip = 0; chip < chips_; ++chip) {
    if (axes_[axis].wraps || folded_) {
      links_.push_back({fmt::format("chip{}.axis{}", chip, axis), axes_[axis].ring_bytes_per_second});
    } else {
      links_.push_back({fmt::format("chip{}.axis{}.up", chip, axis), link});
      links_.push_back({fmt::format("chip{}.axis{}.down", chip, axis), link});
    }
  }
}

int TorusNetwork::position(int chip, int axis) const { return chip / strides_[axis] % axes_[axis].size; }

int TorusNetwork::neighbour_link(int chip, int axis, bool forward) const {
  return first_link_[axis] + 2 * chip + (forward ? 0 : 1);
}

std::vector<int> TorusNetwork::ring_hop(int chip, int axis) const {
  if (axes_[axis].wraps || folded_) return {first_link_[axis] + chip};
  const int from = position(chip, axis);
  const int to = line_successor(from, axes_[axis].size);
  std::vector<int> links;
  for (int at = from; at != to; at += to > from ? 1 : -1) {
    links.push_back(neighbour_link(chip + (at - from) * strides_[axis], axis, to > from));
  }
  return links;
}

std::vector<std::vector<int>> TorusNetwork::rings(int axis) const {
  if (folded_) return {ring_hop(0, axis)};
  std::vector<std::vector<int>> rings;
  for (int first = 0; first < chips_; ++first) {
    if (position(first, axis) != 0) continue;
    std::vector<int>& ring = rings.emplace_back();
    for (int at = 0; at < axes_[axis].size; ++at) {
      for (const int link : ring_hop(first + at * strides_[axis], axis)) ring.push_back(link);
    }
  }
  return rings;
}

std::vector<int> TorusNetwork::both_ways(int first, int axis, int hops) const {
  std::vector<int> links;
  for (int hop = 0; hop < hops; ++hop) {
    const int chip = first + hop * strides_[axis];
    if (axes_[axis].wraps) {
      links.insert(links.end(), 2, first_link_[axis] + chip);
    } else {
      links.push_back(neighbour_link(chip, axis, true));
      links.push_back(neighbour_link(chip + strides_[axis], axis, false));
    }
  }
  return links;
}

std::vector<TorusNetwork::Line> TorusNetwork::lines(int axis, int size, int stride) const {
  const bool closes = axes_[axis].wraps && size * stride == axes_[axis].size;
  if (folded_) {
    const int joined_ways = axes_[axis].wraps && !closes ? 2 : 1;
    const Line one{.first_chip = 0, .links = std::vector<int>(static_cast<size_t>(joined_ways), first_link_[axis])};
    return std::vector<Line>(static_cast<size_t>(stride), one);
  }
  std::vector<Line> lines;
  for (int first = 0; first < chips_; ++first) {
    const int place = position(first, axis) % (size * stride);
    if (place >= stride) continue;
    Line& line = lines.emplace_back(Line{.first_chip = first, .links = {}});
    if (closes || (stride == 1 && size == axes_[axis].size)) {
      for (int at = 0; at < axes_[axis].size; ++at) {
        for (const int link : ring_hop(moved(first, axis, at), axis)) line.links.push_back(link);
      }
    } else {
      line.links = both_ways(first, axis, (size - 1) * stride);
    }
  }
  return lines;
}

TorusNetwork::Way TorusNetwork::way(int from, int to) const {
  if (from / pod_chips_ != to / pod_chips_) {
    return {
        .links = {first_node_link_ + 2 * (from / chips_per_node_), first_node_link_ + 2 * (to / chips_per_node_) + 1},
        .between_pods = true};
  }
  Way way;
  int at = from;
  for (int axis = 0; axis < static_cast<int>(axes_.size()); ++axis) {
    const int size = axes_[axis].size;
    const int ahead = position(to, axis) - position(at, axis);
    const bool wraps = axes_[axis].wraps;
    const int round = 2 * ((ahead + size) % size);
    const bool up = wraps && round != size ? round < size : ahead > 0;
    for (; position(at, axis) != position(to, axis); ++way.hops) {
      const int next = moved(at, axis, (position(at, axis) + (up ? 1 : size - 1)) % size);
      if (wraps) {
        way.links.insert(way.links.end(), 2, first_link_[axis] + (up ? at : next));
      } else {
        way.links.push_back(neighbour_link(at, axis, up));
      }
      at = next;
    }
  }
  return way;
}

std::vector<std::vector<int>> TorusNetwork::pod_rings() const {
  if (pods_ == 1) return {};
  if (folded_) return {{first_node_link_, first_node_link_ + 1}};
  const int nodes_per_pod = nodes_ / pods_;
  std::vector<std::vector<int>> rings;
  for (int node = 0; node < nodes_per_pod; ++node) {
    std::vector<int>& ring = rings.emplace_back();
    for (int pod = 0; pod < pods_; ++pod) {
      ring.push_back(first_node_link_ + 2 * (pod * nodes_per_pod + node));
      ring.push_back(first_node_link_ + 2 * ((pod + 1) % pods_ * nodes_per_pod + node) + 1);
    }
  }
  return rings;
}

std::vector<std::vector<int>> TorusNetwork::core_links() const {
  std::vector<std::vector<int>> rows;
  for (int chip = 0; chip < chips_; ++chip) {
    if (position(chip, 0) == 0) rows.emplace_back();
    rows.back().push_back(first_core_link_ + chip);
  }
  return rows;
}

}  // namespace podsim::platform
