#pragma once

#include "collective/plan.hpp"
#include "collective/schedule/operation.hpp"
#include "platform/impossible.hpp"
#include "platform/slice.hpp"
#include "support/machines.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>
#include <vector>

namespace podsim::tests {

/// A machine, a slice of it and a demand on it.
struct Drawn {
  catalog::Platform platform;
  platform::Slice slice;
  collective::Demand demand;
};

/// Draws machines of all kinds with groups that fit them; the same ones every time.
class Draw {
 public:
  Drawn next() {
    Drawn drawn;
    drawn.platform = one_of(3) == 0 ? torus(drawn) : boxes(drawn);
    drawn.demand.operation = static_cast<collective::Operation>(one_of(6));
    drawn.demand.bytes = std::exp2(10 + one_of(20));
    return drawn;
  }

 private:
  int one_of(int count) { return std::uniform_int_distribution<int>(0, count - 1)(random_); }
  int power(int most) { return 1 << one_of(most + 1); }

  catalog::Platform torus(Drawn& drawn) {
    const std::vector<int> shape{1 + one_of(6), 1 + one_of(6), 2 + one_of(4)};
    std::vector<int> pod = shape;
    for (int& axis : pod) axis += one_of(2);
    const int ranks = 1 + one_of(2);
    auto machine = torus_machine(pod, {shape}, ranks);
    auto& links = std::get<catalog::Torus>(machine.interconnect);
    links.link_efficiency = 0.8;
    drawn.slice = platform::smallest_slice(machine);
    drawn.demand.group = {.size = drawn.slice.chips * ranks, .stride = 1};
    const int rows = shape[0] * shape[1];
    switch (one_of(4)) {
      case 0:
        if (ranks == 1) drawn.demand.group = {.size = shape[2], .stride = rows};
        break;
      case 1:
        if (ranks == 1 && shape[0] % 2 == 0) drawn.demand.group = {.size = shape[0] / 2, .stride = 1};
        break;
      case 2: pods(drawn, machine, shape); break;
      default: break;
    }
    return machine;
  }

  /// Two whole pods over the data-centre network.
  void pods(Drawn& drawn, catalog::Platform& machine, const std::vector<int>& shape) {
    auto& links = std::get<catalog::Torus>(machine.interconnect);
    links.pod_shape = shape;
    if (shape[0] * shape[1] * shape[2] % machine.node.chips != 0) return;
    links.data_center = {.node_bytes_per_second = 0.5e9, .node_efficiency = 0.9, .max_pods = 2};
    drawn.slice = platform::choose_slice(machine, {}, {2, shape[0], shape[1], shape[2]});
    drawn.demand.group.size = drawn.slice.chips * machine.chip.ranks;
  }

  catalog::Platform boxes(Drawn& drawn) {
    const bool cube_mesh = one_of(3) == 0;
    const int chips = cube_mesh ? 8 : power(3);
    auto machine = cube_mesh ? dgx_1v() : switched_machine(chips, std::min(chips, power(3)));
    if (auto* switched = std::get_if<catalog::SwitchedBoxes>(&machine.interconnect)) {
      switched->chip_efficiency = 0.9;
      switched->reduces = one_of(2) == 0;
      switched->network.reduces = one_of(3) == 0;
      switched->network.rails = one_of(2) == 0;
      if (one_of(2) == 0) switched->network.levels = {{.nodes = power(2), .oversubscription = 1.0 + one_of(8)}};
    }
    drawn.slice = platform::choose_slice(machine, chips * power(4), {});
    const int stride = drawn.slice.chips >= 4 ? power(1) : 1;
    drawn.demand.group = {.size = drawn.slice.chips / stride, .stride = stride};
    if (one_of(2) == 0 && chips > 1) drawn.demand.group = {.size = 2, .stride = chips / 2};
    return machine;
  }

  std::mt19937 random_{20260101};
};

/// The algorithms that can do what was drawn, by name.
inline std::vector<std::string> algorithms_for(const Drawn& drawn) {
  std::vector<std::string> names;
  for (const std::string& name : catalog::algorithm_names()) {
    collective::Machine machine(drawn.platform, drawn.slice, true);
    try {
      collective::plan(machine, drawn.demand, paper_library(), collective::parse_choice(name));
      names.push_back(name);
    } catch (const platform::Impossible&) {
      continue;
    }
  }
  return names;
}

}  // namespace podsim::tests
