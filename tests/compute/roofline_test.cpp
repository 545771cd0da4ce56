#include "compute/roofline.hpp"

#include "catalog/text/error.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace podsim;
using catalog::MatrixUnitKind;
using catalog::NumberFormat;
using workload::Operation;
using workload::OperationKind;

namespace {

/// Two ranks of 50 TFLOP/s and 0.5 TB/s each, after efficiencies of one half.
catalog::Chip systolic_chip() {
  catalog::Chip chip;
  chip.name = "array";
  chip.ranks = 2;
  chip.memory_bytes_per_second = 2e12;
  chip.memory_efficiency = 0.5;
  chip.matrix.kind = MatrixUnitKind::systolic;
  chip.matrix.tile = 128;
  chip.matrix.units = 4;
  chip.matrix.efficiency = 0.5;
  chip.matrix.peak_flops_per_second = {{NumberFormat::bf16, 200e12}, {NumberFormat::fp32, 20e12}};
  chip.operation_floor_seconds = 1e-6;
  return chip;
}

/// 80 multiprocessors that reach 100 TFLOP/s together, memory far too fast to matter.
catalog::Chip tensor_core_chip() {
  catalog::Chip chip;
  chip.name = "cores";
  chip.memory_bytes_per_second = 1e15;
  chip.matrix.kind = MatrixUnitKind::tensor_core;
  chip.matrix.tiles = {{128, 128, 1.0}};
  chip.matrix.units = 80;
  chip.matrix.efficiency = 0.8;
  chip.matrix.peak_flops_per_second = {{NumberFormat::fp16, 125e12}};
  return chip;
}

catalog::Stack stack_in(NumberFormat format) {
  catalog::Stack stack;
  stack.name = "plain";
  stack.formats.matrix = format;
  stack.update.bytes_per_parameter = {{catalog::Optimizer::adam, 28}, {catalog::Optimizer::lamb, 44}};
  return stack;
}

Operation product(double batch, double m, double n, double k, double bytes = 0) {
  return {"product", OperationKind::matrix, batch, m, n, k, bytes};
}

Operation moves(double bytes) { return {"moves", OperationKind::memory, 1, 0, 0, 0, bytes}; }

double on_array(const Operation& operation) {
  return compute::seconds(operation, systolic_chip(), stack_in(NumberFormat::bf16));
}

double on_cores(const Operation& operation) {
  return compute::seconds(operation, tensor_core_chip(), stack_in(NumberFormat::fp16));
}

/// Seconds of `waves` waves of 128 x 128 tiles of depth k.
double wave_seconds(double waves, double k) { return waves * 80 * 2 * 128 * 128 * k / 100e12; }

}  // namespace

TEST_CASE("a systolic array pads features to its edge and rows to eight") {
  CHECK(on_array(product(1, 256, 128, 128)) == Approx(2.0 * 256 * 128 * 128 / 50e12 + 1e-6));
  CHECK(on_array(product(1, 100, 128, 128)) == Approx(2.0 * 104 * 128 * 128 / 50e12 + 1e-6));
  CHECK(on_array(product(3, 256, 129, 128)) == Approx(2.0 * 3 * 256 * 256 * 128 / 50e12 + 1e-6));
}

TEST_CASE("a 3x3 convolution of 64 channels fills under half of a 128 array") {
  const Operation convolution = product(1, 3136, 64, 576);
  CHECK(on_array(convolution) == Approx(2.0 * 3136 * 128 * 640 / 50e12 + 1e-6));
}

TEST_CASE("the 7x7 stem of three channels takes two array depths") {
  CHECK(on_array(product(1, 12544, 64, 147)) == Approx(2.0 * 12544 * 128 * 256 / 50e12 + 1e-6));
}

TEST_CASE("one output tile more than multiprocessors takes a second wave") {
  CHECK(on_cores(product(1, 80 * 128, 128, 256)) == Approx(wave_seconds(1, 256)));
  CHECK(on_cores(product(1, 80 * 128 + 1, 128, 256)) == Approx(wave_seconds(2, 256)));
  CHECK(on_cores(product(1, 160 * 128, 128, 256)) == Approx(wave_seconds(2, 256)));
}

TEST_CASE("the tiles of a batch share the waves") {
  CHECK(on_cores(product(20, 256, 256, 64)) == Approx(wave_seconds(1, 64)));
  CHECK(on_cores(product(21, 256, 256, 64)) == Approx(wave_seconds(2, 64)));
}

TEST_CASE("too few tiles split the inner dimension") {  // into slices of at least 512
  CHECK(on_cores(product(1, 128, 128, 4096)) == Approx(wave_seconds(1, 512)));
  CHECK(on_cores(product(30, 128, 128, 2048)) == Approx(wave_seconds(1, 1024)));
  CHECK(on_cores(product(41, 128, 128, 2048)) == Approx(wave_seconds(1, 2048)));
}

TEST_CASE("a tile pays its start and end in elements of k") {
  catalog::Chip chip = tensor_core_chip();
  chip.matrix.prologue_k = 150;
  CHECK(compute::seconds(product(80, 128, 128, 100), chip, stack_in(NumberFormat::fp16)) ==
        Approx(wave_seconds(1, 250)));
}

TEST_CASE("the best of the tiles is taken") {
  catalog::Chip chip = tensor_core_chip();
  chip.matrix.tiles = {{128, 128, 1.0}, {64, 64, 0.5}};
  const auto seconds = [&](const Operation& operation) {
    return compute::seconds(operation, chip, stack_in(NumberFormat::fp16));
  };
  CHECK(seconds(product(80, 128, 128, 256)) == Approx(wave_seconds(1, 256)));
  CHECK(seconds(product(80, 64, 64, 256)) == Approx(wave_seconds(1, 256) / 4 / 0.5));
}

TEST_CASE("an edge that is not aligned in memory slows a product in two bytes, not in fp32") {
  catalog::Chip chip = tensor_core_chip();
  chip.matrix.alignment = {{16, 0.5}, {128, 0.8}};
  chip.matrix.peak_flops_per_second[NumberFormat::fp32] = 125e12;
  const auto slower = [&](double n, double k, double left, NumberFormat format) {
    Operation operation = product(1, 128, n, k);
    operation.left_contiguous = left;
    const double aligned = on_cores(operation);
    return compute::seconds(operation, chip, stack_in(format)) / aligned;
  };
  CHECK(slower(128, 128, 0, NumberFormat::fp16) == Approx(1));
  CHECK(slower(128, 72, 0, NumberFormat::fp16) == Approx(1 / 0.8));   // 144 bytes a row
  CHECK(slower(128, 100, 0, NumberFormat::fp16) == Approx(1 / 0.5));  // 200 bytes a row
  CHECK(slower(100, 128, 0, NumberFormat::fp16) == Approx(1 / 0.5));
  CHECK(slower(128, 100, 64, NumberFormat::fp16) == Approx(1));  // rows of the left operand are 128 bytes
  CHECK(slower(100, 100, 0, NumberFormat::fp32) == Approx(1));
}

TEST_CASE("a format may reach another share of its peak") {
  catalog::Chip chip = tensor_core_chip();
  chip.matrix.efficiency_by_format = {{NumberFormat::fp16, 0.4}};
  CHECK(compute::seconds(product(80, 128, 128, 256), chip, stack_in(NumberFormat::fp16)) ==
        Approx(2 * wave_seconds(1, 256)));
}

TEST_CASE("recurrent steps wait for one another") {
  Operation steps = product(1, 128, 128, 256);
  steps.repeats = 10;
  CHECK(on_cores(steps) == Approx(10 * wave_seconds(1, 256)));
  Operation on_two_ranks = product(1, 8, 128, 128);
  on_two_ranks.repeats = 3;
  CHECK(on_array(on_two_ranks) == Approx(3 * (2.0 * 8 * 128 * 128 / 50e12 + 1e-6)));
}

TEST_CASE("a fused attention runs at its own share of the peak and moves its ends only") {
  Operation attention{.name = "attention", .kind = OperationKind::fused_attention};
  attention.batch = 16;
  attention.m = attention.n = 1024;
  attention.k = 64;
  catalog::Chip chip = tensor_core_chip();
  CHECK_THROWS_WITH(compute::seconds(attention, chip, stack_in(NumberFormat::fp16)),
                    "stack plain fuses attention, and chip cores does not say how fast that is\n"
                    "  way out: set platform.chip.matrix.fused_attention_efficiency, or stack.attention=fused_softmax");
  chip.matrix.fused_attention_efficiency = 0.45;
  CHECK(compute::seconds(attention, chip, stack_in(NumberFormat::fp16)) ==
        Approx(4.0 * 16 * 1024 * 1024 * 64 / (0.45 * 125e12)));
}

TEST_CASE("an attention written for the chip runs at a share of its own, where the chip has one") {
  Operation attention{.name = "attention", .kind = OperationKind::fused_attention};
  attention.batch = 16;
  attention.m = attention.n = 1024;
  attention.k = 64;
  catalog::Chip chip = tensor_core_chip();
  chip.matrix.fused_attention_efficiency = 0.25;
  catalog::Stack stack = stack_in(NumberFormat::fp16);
  stack.kernels.attention = catalog::Attention::fused_by_vendor;
  const double portable = compute::seconds(attention, chip, stack);
  chip.matrix.vendor_attention_efficiency = 0.5;
  CHECK(compute::seconds(attention, chip, stack) == Approx(portable / 2));
  stack.kernels.attention = catalog::Attention::fused;
  CHECK(compute::seconds(attention, chip, stack) == portable);
}

TEST_CASE("linear layers run at the peak of their own format, the bound at the higher of both") {
  catalog::Chip chip = tensor_core_chip();
  chip.matrix.peak_flops_per_second[NumberFormat::fp8] = 250e12;
  catalog::Stack stack = stack_in(NumberFormat::fp16);
  const double bound = compute::bound_seconds(1e12, chip, stack);
  Operation linear = product(80, 128, 128, 256);
  linear.linear = true;
  const double wide = compute::seconds(linear, chip, stack);
  stack.formats.linear = NumberFormat::fp8;
  CHECK(compute::seconds(linear, chip, stack) == Approx(wide / 2));
  CHECK(compute::seconds(product(80, 128, 128, 256), chip, stack) == wide);
  CHECK(compute::bound_seconds(1e12, chip, stack) == Approx(bound / 2));
  chip.matrix.peak_flops_per_second.erase(NumberFormat::fp8);
  CHECK_THROWS_WITH(compute::seconds(linear, chip, stack),
                    "stack plain multiplies matrices in fp8, and chip cores has no such peak: it has fp16\n"
                    "  way out: choose another stack with --stack, or set stack.formats.linear to a format that the "
                    "chip has");
}

TEST_CASE("the larger of matrix and memory time counts") {
  CHECK(on_array(product(1, 8, 128, 128, 1e9)) == Approx(1e9 / 0.5e12 + 1e-6));
}

TEST_CASE("fusion scales memory operations only") {
  catalog::Stack stack = stack_in(NumberFormat::bf16);
  stack.kernels.fusion = 0.25;
  CHECK(compute::seconds(moves(1e9), systolic_chip(), stack) == Approx(0.25e9 / 0.5e12 + 1e-6));
  CHECK(compute::seconds(product(1, 8, 128, 128, 1e9), systolic_chip(), stack) == Approx(1e9 / 0.5e12 + 1e-6));
}

TEST_CASE("the stack's slow-down scales all of an operation") {
  catalog::Stack stack = stack_in(NumberFormat::bf16);
  stack.kernels.slowdown = 1.25;
  CHECK(compute::seconds(moves(1e9), systolic_chip(), stack) == Approx(1.25 * (1e9 / 0.5e12 + 1e-6)));
  CHECK(compute::optimizer_seconds(1e9, catalog::Optimizer::adam, systolic_chip(), stack) ==
        Approx(1.25 * (28e9 / 0.5e12 + 1e-6)));
}

TEST_CASE("the stack's format chooses the peak") {
  CHECK(compute::bound_seconds(1e12, systolic_chip(), stack_in(NumberFormat::bf16)) == Approx(0.01));
  CHECK(compute::bound_seconds(1e12, systolic_chip(), stack_in(NumberFormat::fp32)) == Approx(0.1));
}

TEST_CASE("the optimiser moves its bytes on each rank") {
  const double seconds =
      compute::optimizer_seconds(336e6, catalog::Optimizer::lamb, systolic_chip(), stack_in(NumberFormat::bf16));
  CHECK(seconds == Approx(336e6 * 44 / 0.5e12 + 1e-6));
}

TEST_CASE("a format that the chip cannot multiply is bad input") {
  CHECK_THROWS_WITH(
      compute::seconds(product(1, 8, 8, 8), systolic_chip(), stack_in(NumberFormat::fp16)),
      "stack plain multiplies matrices in fp16, and chip array has no such peak: it has fp32, bf16\n"
      "  way out: choose another stack with --stack, or set stack.formats.matrix to a format that the chip "
      "has");
  CHECK_THROWS_AS(compute::bound_seconds(1, systolic_chip(), stack_in(NumberFormat::fp16)), catalog::InputError);
}

TEST_CASE("an optimiser that the stack does not know is bad input") {
  CHECK_THROWS_WITH(
      compute::optimizer_seconds(1, catalog::Optimizer::sgd_momentum, systolic_chip(), stack_in(NumberFormat::bf16)),
      "stack plain does not know the optimizer sgd_momentum: it has adam, lamb\n"
      "  way out: choose one of these, or set stack.optimizer_bytes_per_parameter.sgd_momentum");
}

TEST_CASE("an update has kernels beyond its bytes") {
  catalog::Stack stack = stack_in(NumberFormat::bf16);
  stack.update.overhead_seconds = 400e-6;
  CHECK(compute::optimizer_seconds(1e9, catalog::Optimizer::adam, systolic_chip(), stack) ==
        Approx(28e9 / 0.5e12 + 1e-6 + 400e-6));
}

TEST_CASE("more of a product never takes less time, but for a step of its tiles") {
  const catalog::Chip chip = tensor_core_chip();
  const catalog::Stack stack = stack_in(NumberFormat::fp16);
  double before = 0;
  for (double size = 128; size <= 8192; size += 128) {
    const double seconds = compute::seconds(product(1, size, 1024, 512), chip, stack);
    CHECK(seconds >= before);
    before = seconds;
  }
  for (double depth = 64; depth <= 4096; depth += 64) {  // as many tiles as units: k is never split
    CHECK(compute::seconds(product(80, 128, 128, depth + 64), chip, stack) >
          compute::seconds(product(80, 128, 128, depth), chip, stack));
  }
}

TEST_CASE("no operation beats the data sheet") {
  std::mt19937 random(20190617);
  std::uniform_real_distribution<double> exponent(0, 4);
  const auto size = [&] { return std::floor(std::pow(10.0, exponent(random))); };
  for (int i = 0; i < 2000; ++i) {
    const Operation operation = product(std::ceil(size() / 100), size(), size(), size(), size() * 1e4);
    for (const catalog::Chip& chip : {systolic_chip(), tensor_core_chip()}) {
      const catalog::Stack stack = stack_in(chip.matrix.peak_flops_per_second.rbegin()->first);
      const double seconds = compute::seconds(operation, chip, stack);
      INFO(chip.name << ": " << operation.batch << " of " << operation.m << " x " << operation.n << " x "
                     << operation.k);
      CHECK(seconds >= compute::bound_seconds(operation.flops(), chip, stack));
      CHECK(seconds >= operation.bytes / (chip.memory_bytes_per_second / chip.ranks));
    }
  }
}
