#include "catalog/machines/number_format_loader.hpp"

#include <array>
#include <string>
#include <vector>

namespace podsim::catalog {
namespace {

constexpr std::array kFormats = {NumberFormat::fp32, NumberFormat::tf32, NumberFormat::bf16, NumberFormat::fp16,
                                 NumberFormat::fp8};

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const NumberFormat format : kFormats) names.emplace_back(name_of(format));
  return names;
}

}  // namespace

NumberFormat number_format(const Field& field) { return kFormats[field.choice(format_names(), "number formats")]; }

NumberFormat number_format(const NamedField& entry) { return kFormats[entry.choice(format_names(), "number formats")]; }

}  // namespace podsim::catalog
