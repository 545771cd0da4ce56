#include "study/point/reference.hpp"

#include <catch2/catch.hpp>

using namespace podsim;

TEST_CASE("a what-if's links and constants are left out of what it is compared with, another library is not") {
  const auto kept = study::without_link_overrides({{"platform.interconnect.network.card_GBps", "50"},
                                                   {"stack.collective_library.algorithms.ring.ll.base_us", "1"},
                                                   {"stack.collective_library", "nccl-2.3"},
                                                   {"platform.interconnect.network.rails", "true"},
                                                   {"workload.training.global_batch", "8"}});
  REQUIRE(kept.size() == 3);
  CHECK(kept[0].key == "stack.collective_library");
  CHECK(kept[1].key == "platform.interconnect.network.rails");
  CHECK(kept[2].key == "workload.training.global_batch");
}
