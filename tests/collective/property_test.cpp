#include "collective/bound.hpp"
#include "collective/plan.hpp"
#include "platform/impossible.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace podsim;
using collective::Demand;
using collective::Operation;

namespace {

/// A machine, a slice of it and a demand on it.
struct Drawn {
  catalog::Platform platform;
  platform::Slice slice;
  Demand demand;
};

/// Draws machines of all kinds with groups that fit them; the same ones every time.
class Draw {
 public:
  Drawn next() {
    Drawn drawn;
    drawn.platform = one_of(3) == 0 ? torus(drawn) : boxes(drawn);
    drawn.demand.operation = static_cast<Operation>(one_of(6));
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
    auto machine = tests::torus_machine(pod, {shape});
    std::get<catalog::Torus>(machine.interconnect).link_efficiency = 0.8;
    drawn.slice = platform::smallest_slice(machine);
    drawn.demand.group = {.size = drawn.slice.chips, .stride = 1};
    if (one_of(2) == 0) drawn.demand.group = {.size = shape[2], .stride = shape[0] * shape[1]};
    return machine;
  }

  catalog::Platform boxes(Drawn& drawn) {
    const bool cube_mesh = one_of(3) == 0;
    const int chips = cube_mesh ? 8 : power(3);
    auto machine = cube_mesh ? tests::dgx_1v() : tests::switched_machine(chips, std::min(chips, power(3)));
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

double planned(const Drawn& drawn, double bytes, bool folded, double faster = 1) {
  catalog::Platform platform = drawn.platform;
  if (auto* torus = std::get_if<catalog::Torus>(&platform.interconnect)) torus->link_bytes_per_second *= faster;
  if (auto* boxes = std::get_if<catalog::SwitchedBoxes>(&platform.interconnect)) {
    boxes->chip_bytes_per_second *= faster;
    boxes->network.card_bytes_per_second *= faster;
  }
  collective::Machine machine(platform, drawn.slice, folded);
  Demand demand = drawn.demand;
  demand.bytes = bytes;
  const auto schedule = collective::plan(machine, demand, tests::paper_library(1e-6, 1e-6, 4e-6));
  return schedule.unshared_seconds(machine.network(), bytes);
}

}  // namespace

TEST_CASE("no drawn collective is below its bound, more bytes and slower links never help, folded is full") {
  Draw draw;
  for (int i = 0; i < 300; ++i) {
    const Drawn drawn = draw.next();
    const double bytes = drawn.demand.bytes;
    CAPTURE(i, drawn.platform.name, drawn.slice.label, collective::name_of(drawn.demand.operation),
            drawn.demand.group.size, drawn.demand.group.stride, bytes);
    const double seconds = planned(drawn, bytes, false);
    CHECK(seconds >= collective::bound_seconds(drawn.platform, drawn.slice, drawn.demand) * (1 - 1e-12));
    CHECK(seconds <= planned(drawn, 2 * bytes, false) * (1 + 1e-12));
    CHECK(planned(drawn, bytes, false, 2) <= seconds * (1 + 1e-12));
    CHECK(planned(drawn, bytes, true) == Approx(seconds).epsilon(1e-9));
  }
}
