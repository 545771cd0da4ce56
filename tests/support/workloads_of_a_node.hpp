#pragma once

#include "catalog/lookup/catalog.hpp"

#include <string>
#include <variant>
#include <vector>

namespace podsim::tests {

/// Names of the shipped workloads but for language models of billions of parameters: those lie on many nodes, by plans.
inline std::vector<std::string> workloads_of_a_node(const catalog::Catalog& shipped) {
  constexpr int kWide = 2048;
  std::vector<std::string> names;
  for (const std::string& name : shipped.names(catalog::EntryKind::workload)) {
    const catalog::Model model = shipped.workload(name).value.model;
    const auto* transformer = std::get_if<catalog::Transformer>(&model);
    if (transformer == nullptr || transformer->hidden < kWide) names.push_back(name);
  }
  return names;
}

}  // namespace podsim::tests
