#include "catalog/spec/optimizer.hpp"

#include "catalog/spec/stack.hpp"
#include "catalog/text/error.hpp"

#include <catch2/catch.hpp>

using namespace podsim::catalog;

TEST_CASE("an optimiser that a stack does not name moves what its relative moves") {
  Stack stack;
  stack.name = "mine";
  stack.update.bytes_per_parameter = {{"adam", 28}, {"sgd_momentum", 20}, {"lion", 18}};
  CHECK(optimizer_bytes(stack, "adam") == 28);
  CHECK(optimizer_bytes(stack, "adamw") == 28);
  CHECK(optimizer_bytes(stack, "sgd") == 12);  // no momentum to read and write: fp32 weight and gradient in, weight out
  CHECK(optimizer_bytes(stack, "rmsprop") == 20);
  CHECK(optimizer_bytes(stack, "lars") == 28);
  CHECK(optimizer_bytes(stack, "lion") == 18);
  CHECK_THROWS_WITH(optimizer_bytes(stack, "lamb"),
                    "stack mine does not know the optimizer lamb: it has adam, lion, sgd_momentum\n"
                    "  way out: choose one of these, or set stack.optimizer_bytes_per_parameter.lamb");
}

TEST_CASE("every optimiser has its states") {
  for (const std::string& name : optimizers()) CHECK(optimizer_states(name) >= 0);
  CHECK(optimizer_states("adamw") == 2);
  CHECK(optimizer_states("sgd") == 0);
  CHECK_THROWS_AS(optimizer_states("adamax"), InputError);
}
