#pragma once

#include "catalog/spec/stack.hpp"
#include "workload/operation.hpp"

#include <string>
#include <vector>

namespace podsim::workload {

/// An operation worked out on paper.
struct Expected {
  std::string name;
  double batch = 0;  ///< all four are 0 for a memory operation
  double m = 0;
  double n = 0;
  double k = 0;
  double bytes = 0;
};

/// A memory operation worked out on paper.
Expected moves(const std::string& name, double bytes);

/// Checks names, order, shapes and bytes.
void check(const std::vector<Operation>& actual, const std::vector<Expected>& expected);

/// Two-byte activations and gradients beside four-byte weights, so that a mix-up shows.
catalog::Stack mixed_stack();

}  // namespace podsim::workload
