#pragma once

#include "catalog/spec/stack.hpp"
#include "catalog/yaml/field.hpp"

namespace podsim::catalog {

/// Checks the description of a software stack and converts it to SI units.
Stack load_stack(const Field& field);

/// What a stack's own file says that it is made for, which no base hands down; the rest is not looked at.
StackScope load_stack_scope(const Value& file);

}  // namespace podsim::catalog
