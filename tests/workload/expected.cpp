#include "workload/expected.hpp"

#include <catch2/catch.hpp>

namespace podsim::workload {

Expected moves(const std::string& name, double bytes) { return {name, 0, 0, 0, 0, bytes}; }

void check(const std::vector<Operation>& actual, const std::vector<Expected>& expected) {
  REQUIRE(actual.size() == expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    INFO("operation " << i << ": " << expected[i].name);
    CHECK(actual[i].name == expected[i].name);
    CHECK(actual[i].bytes == expected[i].bytes);
    if (expected[i].batch == 0) {
      CHECK(actual[i].kind == OperationKind::memory);
      CHECK(actual[i].flops() == 0);
      continue;
    }
    CHECK(actual[i].kind == OperationKind::matrix);
    CHECK(actual[i].batch == expected[i].batch);
    CHECK(actual[i].m == expected[i].m);
    CHECK(actual[i].n == expected[i].n);
    CHECK(actual[i].k == expected[i].k);
  }
}

catalog::Stack mixed_stack() {
  catalog::Stack stack;
  stack.formats.matrix = catalog::NumberFormat::bf16;
  stack.formats.activation = catalog::NumberFormat::bf16;
  stack.formats.weight = catalog::NumberFormat::fp32;
  stack.formats.gradient = catalog::NumberFormat::bf16;
  return stack;
}

}  // namespace podsim::workload
