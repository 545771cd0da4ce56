#pragma once

#include <string_view>

namespace podsim::catalog {

/// How a number is stored or multiplied.
enum class NumberFormat { fp32, tf32, bf16, fp16, fp8 };

/// Bytes that one number takes in memory (tf32 is stored as fp32).
constexpr double bytes_of(NumberFormat format) {
  switch (format) {
    case NumberFormat::fp32:
    case NumberFormat::tf32: return 4;
    case NumberFormat::bf16:
    case NumberFormat::fp16: return 2;
    case NumberFormat::fp8: return 1;
  }
  return 4;
}

constexpr std::string_view name_of(NumberFormat format) {
  switch (format) {
    case NumberFormat::fp32: return "fp32";
    case NumberFormat::tf32: return "tf32";
    case NumberFormat::bf16: return "bf16";
    case NumberFormat::fp16: return "fp16";
    case NumberFormat::fp8: return "fp8";
  }
  return "unknown";
}

}  // namespace podsim::catalog
