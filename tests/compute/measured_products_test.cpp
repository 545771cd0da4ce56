#include "catalog/lookup/catalog.hpp"
#include "compute/roofline.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace podsim;

namespace {

struct MeasuredProduct {
  double m;
  double n;
  double k;
  double tera;  ///< FLOP/s, Azure AI benchmarking guide
};

double predicted_tera(const std::string& chip, catalog::NumberFormat format, const MeasuredProduct& measured) {
  catalog::Stack stack;
  stack.formats.matrix = format;
  workload::Operation product{.name = "product", .kind = workload::OperationKind::matrix};
  product.m = measured.m;
  product.n = measured.n;
  product.k = measured.k;
  product.bytes = catalog::bytes_of(format) * (product.m * product.k + product.k * product.n + product.m * product.n);
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  return product.flops() / compute::seconds(product, shipped.chip(chip).value, stack) / 1e12;
}

void check_within(const std::string& chip, catalog::NumberFormat format, const MeasuredProduct& measured,
                  double error) {
  const double predicted = predicted_tera(chip, format, measured);
  CAPTURE(chip, measured.m, measured.n, measured.k, predicted, measured.tera);
  CHECK(std::abs(predicted / measured.tera - 1) < error);
}

}  // namespace

TEST_CASE("square products of an A100 in fp16 are the measured ones") {
  for (const auto& [size, tera] : {std::pair{1024.0, 119.0}, {4096, 228}, {8192, 254}, {16384, 257}}) {
    check_within("a100-sxm4-40gb", catalog::NumberFormat::fp16, {size, size, size, tera}, 0.08);
  }
  check_within("a100-sxm4-40gb", catalog::NumberFormat::fp16, {2048, 2048, 2048, 222}, 0.20);
}

TEST_CASE("long and narrow products of an A100 are the measured ones") {
  check_within("a100-sxm4-40gb", catalog::NumberFormat::fp16, {6144, 12288, 12288, 251}, 0.05);
  check_within("a100-sxm4-40gb", catalog::NumberFormat::fp16, {802816, 192, 768, 158}, 0.25);
}

TEST_CASE("large products of an H100 in fp8 are the measured ones") {
  for (const auto& [size, tera] :
       {std::pair{2048.0, 1011.0}, {4096, 1217}, {8192, 1290}, {16384, 1377}, {32768, 1382}}) {
    check_within("h100-sxm5", catalog::NumberFormat::fp8, {size, size, size, tera}, 0.15);
  }
}
