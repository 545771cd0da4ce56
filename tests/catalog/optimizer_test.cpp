#include "catalog/spec/optimizer.hpp"

#include "catalog/spec/stack.hpp"
#include "catalog/text/error.hpp"

#include <catch2/catch.hpp>

using namespace podsim::catalog;

TEST_CASE("an optimiser that a stack does not name moves what its relative moves") {
  Stack stack;
  stack.name = "mine";
  stack.update.bytes_per_parameter = {{Optimizer::adam, 28}, {Optimizer::sgd_momentum, 20}, {Optimizer::lion, 18}};
  CHECK(optimizer_bytes(stack, Optimizer::adam) == 28);
  CHECK(optimizer_bytes(stack, Optimizer::adamw) == 28);
  CHECK(optimizer_bytes(stack, Optimizer::sgd) ==
        12);  // no momentum to read and write: fp32 weight and gradient in, weight out
  CHECK(optimizer_bytes(stack, Optimizer::rmsprop) == 20);
  CHECK(optimizer_bytes(stack, Optimizer::lars) == 28);
  CHECK(optimizer_bytes(stack, Optimizer::lion) == 18);
  CHECK_THROWS_WITH(optimizer_bytes(stack, Optimizer::lamb),
                    "stack mine does not know the optimizer lamb: it has adam, lion, sgd_momentum\n"
                    "  way out: choose one of these, or set stack.optimizer_bytes_per_parameter.lamb");
}

TEST_CASE("every optimiser has its states") {
  REQUIRE(optimizers().size() == static_cast<size_t>(Optimizer::lion) + 1);
  for (size_t i = 0; i < optimizers().size(); ++i) {
    CHECK(name_of(static_cast<Optimizer>(i)) == optimizers()[i]);
    CHECK(optimizer_states(static_cast<Optimizer>(i)) >= 0);
  }
  CHECK(optimizer_states(Optimizer::adamw) == 2);
  CHECK(optimizer_states(Optimizer::sgd) == 0);
  CHECK(name_of(Optimizer::sgd_momentum) == "sgd_momentum");
  CHECK(name_of(Optimizer::lion) == "lion");
}
