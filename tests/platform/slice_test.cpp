#include "platform/slice.hpp"
#include "platform/impossible.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

#include <utility>

using namespace podsim;
using platform::choose_slice;

namespace {

catalog::Platform pod() { return tests::torus_machine({32, 32}, {{2, 2}, {4, 4}, {4, 8}, {16, 32}, {32, 32}}); }

std::string refusal(const catalog::Platform& machine, std::optional<int64_t> chips, const std::vector<int>& shape) {
  try {
    choose_slice(machine, chips, shape);
  } catch (const platform::Impossible& impossible) {
    return impossible.what();
  }
  return "";
}

}  // namespace

TEST_CASE("an axis wraps only where it spans the pod") {
  CHECK(choose_slice(pod(), 32, {}).wraps == std::vector<bool>{false, false});
  CHECK(choose_slice(pod(), 512, {}).wraps == std::vector<bool>{false, true});
  CHECK(choose_slice(pod(), 1024, {}).wraps == std::vector<bool>{true, true});
}

TEST_CASE("a slice has the shape that the machine sells") {
  const auto slice = choose_slice(pod(), 32, {});
  CHECK(slice.shape == std::vector<int>{4, 8});
  CHECK(slice.label == "4x8");
  CHECK_FALSE(slice.what_if);
  CHECK(choose_slice(pod(), {}, {8, 4}).label == "4x8");
  CHECK(choose_slice(pod(), {}, {}).chips == 4);
}

TEST_CASE("a pod grows by doubling its shorter side, and is then a what-if that wraps") {
  const auto slice = choose_slice(pod(), 2048, {});
  CHECK(slice.what_if);
  CHECK(slice.shape == std::vector<int>{64, 32});
  CHECK(slice.wraps == std::vector<bool>{true, true});
  CHECK(choose_slice(pod(), 65536, {}).shape == std::vector<int>{256, 256});
  CHECK(choose_slice(pod(), {}, {96, 32}).what_if);
}

TEST_CASE("a chip count that is no slice is refused with the legal ones") {
  CHECK(refusal(pod(), 48, {}) ==
        "--chips 48: paper-pod has no slice of 48 chips; legal are 4 (2x2), 16 (4x4), 32 (4x8), 512 (16x32), "
        "1024 (32x32), and for a what-if 1024 times a power of two\n"
        "  way out: take one of these, or give a larger shape with --slice");
  CHECK(refusal(pod(), 3072, {}).substr(0, 58) == "--chips 3072: paper-pod has no slice of 3072 chips; legal ");
  CHECK(refusal(pod(), {}, {3, 5}).substr(0, 41) == "--slice 3x5: not a slice of paper-pod; le");
  CHECK(refusal(pod(), 4, {4, 4}) == "--chips 4: --slice 4x4 has 16 chips\n  way out: give only one of the two");
}

TEST_CASE("boxes are used in part or as whole boxes") {
  const auto machine = tests::dgx_1v();
  CHECK(choose_slice(machine, 4, {}).label == "4 of one node's 8");
  CHECK(choose_slice(machine, {}, {}).label == "1 node");
  CHECK(choose_slice(machine, 16, {}).shape == std::vector<int>{2, 8});
  CHECK(choose_slice(machine, 32, {}).what_if == false);
  CHECK(choose_slice(machine, 64, {}).what_if);
  CHECK(refusal(machine, 12, {}) ==
        "--chips 12: paper-dgx has boxes of 8 chips; legal are 1 to 8 chips of one box, or whole boxes\n"
        "  way out: take 8 or 16 chips");
  CHECK(refusal(machine, {}, {2, 2}) ==
        "--slice 2x2: paper-dgx is made of boxes, which have no slices\n"
        "  way out: give the number of chips with --chips");
}

TEST_CASE("a machine of cubes wraps whole cubes and sells any box of them") {
  auto cubes = tests::torus_machine({8, 8, 8}, {{2, 2, 4}, {4, 4, 4}, {8, 8, 8}});
  std::get<catalog::Torus>(cubes.interconnect).wrap_cube = 4;
  CHECK(choose_slice(cubes, 16, {}).wraps == std::vector<bool>{false, false, false});
  CHECK(choose_slice(cubes, 64, {}).wraps == std::vector<bool>{true, true, true});
  const auto joined = choose_slice(cubes, {}, {4, 4, 8});
  CHECK(joined.chips == 128);
  CHECK(joined.wraps == std::vector<bool>{true, true, true});
  CHECK_FALSE(joined.what_if);
  CHECK(refusal(cubes, {}, {4, 4, 6}).substr(0, 41) == "--slice 4x4x6: not a slice of paper-pod; ");
}

TEST_CASE("pods share no node") {
  auto machine = tests::torus_machine({4, 4}, {{1, 1}, {2, 4}, {4, 4}});  // four chips a node
  std::get<catalog::Torus>(machine.interconnect).data_center = {.node_bytes_per_second = 1e9, .max_pods = 8};
  const auto nodes = [&](const std::vector<int>& shape) {
    const auto slice = choose_slice(machine, {}, shape);
    return std::pair(platform::nodes_of(machine, slice), platform::chips_per_node(machine, slice));
  };
  CHECK(nodes({1, 1}) == std::pair(1, 1));
  CHECK(nodes({2, 4}) == std::pair(2, 4));
  CHECK(nodes({8, 1, 1}) == std::pair(8, 1));
  CHECK(nodes({3, 2, 4}) == std::pair(6, 4));
}
