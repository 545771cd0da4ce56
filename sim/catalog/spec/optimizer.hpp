#pragma once

#include <string>
#include <vector>

namespace podsim::catalog {

struct Stack;

/// Names of the optimisers that a recipe can have.
std::vector<std::string> optimizers();

/// fp32 states that it keeps for each parameter. Adafactor keeps sums of rows and columns, next to none.
double optimizer_states(const std::string& optimizer);

/// Bytes that one update moves for each parameter on this stack: what the stack says, or counted from a relative that it
/// names (AdamW moves what Adam does; plain SGD has one state less than SGD with momentum). Throws InputError where it
/// names neither.
double optimizer_bytes(const Stack& stack, const std::string& optimizer);

}  // namespace podsim::catalog
