#include "catalog/error_text.hpp"
#include "catalog/lookup/catalog.hpp"
#include "catalog/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace podsim::catalog {
namespace {

const std::string kRoot = R"(schema: podsim/stack/1
name: root
description: A stack with everything
scope: {vendors: [acme]}
formats: {matrix: bf16, activation: bf16, weight: bf16, gradient: bf16, master_weights: true}
device_slowdown: 1.5
fusion: 0.5
optimizer_bytes_per_parameter: {adam: 28}
gradients: {bucket_MiB: 1, overlap: true}
collective_library:
  name: tiny
  description: A library with one algorithm
  algorithms: {ring: {simple: {base_us: 10, efficiency: 1.0}}}
  architectures: {any: {start_us: 0}}
step_overhead_ms: 1
step_overhead_per_doubling_ms: 2
input_examples_per_second_per_node: {text: 100}
sources:
  device_slowdown: the source of the root
  fusion: the fusion of the root
)";

const std::string kChild = R"(schema: podsim/stack/1
name: child
description: A stack that builds on it
base: root
formats: {activation: fp32}
device_slowdown: 1.25
sources:
  formats.activation: a new source
)";

struct Stacks {
  TemporaryFolder folder;
  Catalog catalog{{folder.path()}};

  Stacks(const std::string& root, const std::string& child) {
    folder.write("platforms/stacks/root.yaml", root);
    folder.write("platforms/stacks/child.yaml", child);
  }
};

}  // namespace

TEST_CASE("a stack has the keys of its base, its own instead, and never its scope") {
  const Stacks stacks(kRoot, kChild);
  const auto loaded = stacks.catalog.stack("child");
  const Stack& stack = loaded.value;
  CHECK(stack.name == "child");
  CHECK_FALSE(stack.scope.given);
  CHECK(stack.formats.matrix == NumberFormat::bf16);
  CHECK(stack.formats.activation == NumberFormat::fp32);
  CHECK(stack.kernels.slowdown == 1.25);
  CHECK(stack.kernels.fusion == 0.5);
  CHECK(stack.update.bytes_per_parameter.at(catalog::Optimizer::adam) == 28);
  CHECK(loaded.inputs.size() == 2);
}

TEST_CASE("an override goes before the stack and its base") {
  const Stacks stacks(kRoot, kChild);
  CHECK(stacks.catalog.stack("child", {{"stack.fusion", "0"}}).value.kernels.fusion == 0);
}

TEST_CASE("a mistake in a base is shown where it stands") {
  std::string root = kRoot;
  root.replace(root.find("0.5"), 3, "-.5");
  const Stacks stacks(root, kChild);
  CHECK_THROWS_WITH(stacks.catalog.stack("child"), Catch::Contains("root.yaml:7:9: fusion"));
}

TEST_CASE("a base that is not there, or goes round, is bad input") {
  std::string child = kChild;
  child.replace(child.find("base: root"), 10, "base: roof");
  const Stacks missing(kRoot, child);
  CHECK_THROWS_WITH(missing.catalog.stack("child"), Catch::Contains("base: roof is no stack in the catalogue") &&
                                                        Catch::Contains("did you mean root?"));
  child.replace(child.find("base: roof"), 10, "base: child");
  const Stacks round(kRoot, child);
  CHECK_THROWS_WITH(round.catalog.stack("child"),
                    Catch::Contains("base: the stacks build on one another without end, or more than four deep"));
}

}  // namespace podsim::catalog
