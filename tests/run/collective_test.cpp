#include "run/collective_request.hpp"
#include "step/isolated.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

using namespace podsim;

TEST_CASE("a job beside another on the same leaf switches takes what the paper says") {
  run::CollectiveRequest request;
  request.platform = tests::switched_machine(4, 2);
  auto& network = std::get<catalog::SwitchedBoxes>(request.platform.interconnect).network;
  network.levels = {{.nodes = 4, .oversubscription = 8}};
  request.library = tests::paper_library();
  request.chips = 16;
  request.sizes = {1e9};
  request.forced = collective::Choice{.algorithm = catalog::Algorithm::ring};
  const auto seconds = [&](int jobs) {
    request.background_jobs = jobs;
    return tests::isolated([&] { return std::vector{run::run_collective(request).points.front().seconds}; }).front();
  };
  // Alone below one leaf: 2 x 15/16 GB over two cards of 1 GB/s.
  CHECK(seconds(0) == Approx(2 * 15.0 / 16 / 2));
  // Beside another job both have two boxes below each of two leaves. Of 4 x 2 / 8 GB/s up, each ring has a half.
  CHECK(seconds(1) == Approx(2 * 15.0 / 16 / 0.5));
}
