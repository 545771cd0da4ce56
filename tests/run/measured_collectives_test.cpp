#include "catalog/lookup/catalog.hpp"
#include "run/collective_request.hpp"
#include "step/isolated.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <map>
#include <string>
#include <vector>

using namespace podsim;

namespace {

constexpr double kMi = 1048576;
constexpr double kGi = 1024 * kMi;

/// Measured bus bandwidth in GB/s by size in bytes.
using Measured = std::map<double, double>;

run::CollectiveRequest on(const std::string& platform, int chips,
                          const std::vector<catalog::Override>& overrides = {}) {
  const catalog::Catalog catalog({PODSIM_SOURCE_DIR});
  run::CollectiveRequest request;
  request.platform = catalog.platform(platform, overrides).value;
  request.library = catalog.default_library(request.platform.chip).value;
  request.chips = chips;
  return request;
}

/// Predicted over measured bus bandwidth, size by size.
std::vector<double> ratios(run::CollectiveRequest request, const Measured& measured) {
  for (const auto& [bytes, bandwidth] : measured) request.sizes.push_back(bytes);
  std::vector<double> values = tests::isolated([&] {
    std::vector<double> bandwidths;
    for (const auto& point : run::run_collective(request).points) {
      bandwidths.push_back(point.bus_bytes_per_second / 1e9);
    }
    return bandwidths;
  });
  REQUIRE(values.size() == measured.size());
  size_t i = 0;
  for (const auto& [bytes, bandwidth] : measured) values[i++] /= bandwidth;
  return values;
}

/// exp of the mean of |ln ratio|, less 1.
double geometric_mean_error(const std::vector<double>& all) {
  double sum = 0;
  for (const double ratio : all) sum += std::abs(std::log(ratio));
  return std::exp(sum / static_cast<double>(all.size())) - 1;
}

double plateau_ratio(const run::CollectiveRequest& request, double bandwidth) {
  return ratios(request, {{16 * kGi, bandwidth}}).front();
}

run::CollectiveRequest forced_ring(run::CollectiveRequest request) {
  request.forced = collective::Choice{.algorithm = catalog::Algorithm::ring};
  return request;
}

}  // namespace

TEST_CASE("all-reduce of 8 A100 over 15 sizes", "[measured]") {
  // nccl-tests on one node of 8 x A100 80 GB (ml-engineering, network/README.md).
  const auto all = ratios(on("dgx-a100", 8), {{32768, 1.31},
                                              {131072, 4.43},
                                              {524288, 11.41},
                                              {kMi, 18.0},
                                              {4 * kMi, 72.33},
                                              {8 * kMi, 109.93},
                                              {16 * kMi, 106.16},
                                              {32 * kMi, 138.49},
                                              {64 * kMi, 171.54},
                                              {128 * kMi, 176.92},
                                              {256 * kMi, 194.07},
                                              {512 * kMi, 222.72},
                                              {kGi, 229.04},
                                              {4 * kGi, 233.88},
                                              {16 * kGi, 234.89}});
  CHECK(geometric_mean_error(all) < 0.10);
}

TEST_CASE("all-reduce of 8 A100 and 8 H100 as Azure measured them", "[measured]") {
  // Azure AI-benchmarking-guide, ND A100 v4 and ND H100 v5.
  const auto a100 = ratios(on("dgx-a100", 8), {{1024, 0.04},
                                               {65536, 2.7},
                                               {262144, 10.1},
                                               {kMi, 36.2},
                                               {4 * kMi, 71},
                                               {16 * kMi, 109},
                                               {64 * kMi, 167},
                                               {256 * kMi, 214},
                                               {kGi, 228},
                                               {8 * kGi, 232}});
  CHECK(geometric_mean_error(a100) < 0.10);
  const auto h100 = ratios(on("dgx-h100", 8), {{1024, 0.07},
                                               {65536, 2.7},
                                               {262144, 10.9},
                                               {kMi, 43.7},
                                               {4 * kMi, 129},
                                               {16 * kMi, 234},
                                               {64 * kMi, 362},
                                               {256 * kMi, 423},
                                               {kGi, 466},
                                               {8 * kGi, 479}});
  CHECK(geometric_mean_error(h100) < 0.10);
}

TEST_CASE("all-reduce of 8 H100 on rings, and over the switch's sums", "[measured]") {
  // Plot in "How to Scale Your Model", H100 rings.
  const auto rings =
      ratios(forced_ring(on("dgx-h100", 8)),
             {{524288, 7}, {4 * kMi, 45}, {16 * kMi, 127}, {134e6, 292}, {256 * kMi, 323}, {kGi, 352}, {8 * kGi, 367}});
  CHECK(geometric_mean_error(rings) < 0.10);
  // nccl-tests issue 290, one node with NVLink SHARP.
  const auto nvls =
      ratios(on("dgx-h100", 8), {{128 * kMi, 382.99}, {512 * kMi, 431.81}, {kGi, 465.25}, {4 * kGi, 473.6}});
  for (const double ratio : nvls) CHECK(ratio == Approx(1).margin(0.07));
}

TEST_CASE("the gain of the switch's sums grows with the chips as measured on H200", "[measured]") {
  for (const auto& [chips, gain] : std::map<int, double>{{4, 1.00}, {5, 1.14}, {6, 1.19}, {7, 1.26}, {8, 1.29}}) {
    CAPTURE(chips);
    const auto request = on("dgx-h200", chips);
    const double sums = plateau_ratio(request, 1);
    CHECK(sums / plateau_ratio(forced_ring(request), 1) == Approx(gain).epsilon(0.03));
  }
}

TEST_CASE("plateaus of one node within 7 %", "[measured]") {
  CHECK(plateau_ratio(on("dgx-1p", 8), 67) == Approx(1).margin(0.07));   // NCCL talks of 2017: 60 to 70, planned 72
  CHECK(plateau_ratio(on("dgx-1v", 8), 130) == Approx(1).margin(0.07));  // widely reported
  CHECK(plateau_ratio(on("dgx-2", 16), 118) == Approx(1).margin(0.07));  // NCCL material for the DGX-2
  CHECK(plateau_ratio(on("dgx-a100", 8), 234.9) == Approx(1).margin(0.07));
  CHECK(plateau_ratio(on("dgx-h100", 8), 479) == Approx(1).margin(0.07));
  CHECK(plateau_ratio(on("dgx-h200", 8), 482) == Approx(1).margin(0.07));
  CHECK(plateau_ratio(forced_ring(on("dgx-h200", 8)), 367.2) == Approx(1).margin(0.07));
  auto gather = on("dgx-h200", 8);
  gather.operation = collective::Operation::all_gather;
  CHECK(plateau_ratio(gather, 361.4) == Approx(1).margin(0.07));
}

TEST_CASE("A100 nodes with four HDR cards within 15 %", "[measured]") {
  const std::vector<catalog::Override> four_cards{{"platform.interconnect.network.cards", "4"}};
  // nccl-tests issues 175 (2 nodes, 86) and 119 (3 nodes, peak 96), ml-engineering (4 nodes, 92).
  CHECK(ratios(on("dgx-a100", 16, four_cards), {{4 * kGi, 86}}).front() == Approx(1).margin(0.15));
  CHECK(ratios(on("dgx-a100", 24, four_cards), {{128 * kMi, 96}}).front() == Approx(1).margin(0.15));
  CHECK(ratios(on("dgx-a100", 32, four_cards), {{kGi, 92}}).front() == Approx(1).margin(0.15));
}

TEST_CASE("rings of TPU v5e and v5p within 10 %", "[measured]") {
  // Plots in "How to Scale Your Model": GB/s of one link one way, half of the bus bandwidth of a ring.
  auto v5e = on("tpu-v5e-pod", 256);
  v5e.operation = collective::Operation::all_gather;
  v5e.group.kind = run::GroupChoice::Kind::row;
  for (const double ratio : ratios(v5e, {{0.5e6, 2 * 12.7}, {4e6, 2 * 34.0}, {17e6, 2 * 40.5}, {128e6, 2 * 42.2}})) {
    CHECK(ratio == Approx(1).margin(0.10));
  }
  auto v5p = on("tpu-v5p-pod", 64);
  v5p.group.kind = run::GroupChoice::Kind::row;
  CHECK(ratios(v5p, {{1e9, 2 * 81.6}}).front() == Approx(1).margin(0.10));
  // The plot's points at 4 and 17 MB (23.5 and 66) ask for 121 and 49 us beyond the rate: no constant start
  // has both. They are predicted 2.8 and 1.2 times as fast as measured.
}

TEST_CASE("a gigabyte takes at most 1.5 times its bound behind every NVSwitch and on every closed torus",
          "[measured]") {
  // Where it takes more. Blackwell: NCCL plans with 40.1 of 50 GB/s a link and 0.74 of that for sums in the switch. TPU v2
  // and v3: the two cores of a chip exchange before and after.
  const std::map<std::string, double> above{
      {"dgx-b200", 1.85}, {"gb200-nvl72", 1.85}, {"tpu-v2-pod", 1.6}, {"tpu-v3-pod", 1.6}};
  const catalog::Catalog catalog({PODSIM_SOURCE_DIR});
  int seen = 0;
  for (const auto& entry : catalog.list(catalog::EntryKind::platform)) {
    const auto platform = catalog.platform(entry.name).value;
    const auto* torus = std::get_if<catalog::Torus>(&platform.interconnect);
    if (torus == nullptr && !std::holds_alternative<catalog::SwitchedBoxes>(platform.interconnect)) continue;
    auto request = on(entry.name, platform.node.chips);
    if (torus != nullptr) {
      request.chips.reset();
      request.slice = torus->pod_shape;
    }
    request.sizes = {1e9};
    const auto numbers = tests::isolated([&] {
      const auto point = run::run_collective(request).points.front();
      return std::vector{point.seconds, point.bound_seconds};
    });
    CAPTURE(entry.name);
    CHECK(numbers[0] / numbers[1] <= (above.contains(entry.name) ? above.at(entry.name) : 1.5));
    CHECK(numbers[0] / numbers[1] >= 1);
    ++seen;
  }
  CHECK(seen >= 12);
}
