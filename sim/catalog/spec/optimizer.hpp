#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace podsim::catalog {

struct Stack;

/// What updates the weights. Kingma and Ba 2015 (Adam); You et al. 2020 (LAMB) and 2017 (LARS); Shazeer and Stern 2018
/// (Adafactor); Loshchilov and Hutter 2019 (AdamW); Chen et al. 2023 (Lion).
enum class Optimizer { adam, lamb, sgd_momentum, adafactor, adamw, sgd, rmsprop, lars, lion };

/// Names in the order of `Optimizer`, as files write them.
std::vector<std::string> optimizers();
std::string_view name_of(Optimizer optimizer);

/// fp32 states that it keeps for each parameter. Adafactor keeps sums of rows and columns, next to none.
double optimizer_states(Optimizer optimizer);

/// Bytes that one update moves for each parameter on this stack: what the stack says, or counted from a relative that it
/// names (AdamW moves what Adam does; plain SGD has one state less than SGD with momentum). Throws InputError where it
/// names neither.
double optimizer_bytes(const Stack& stack, Optimizer optimizer);

}  // namespace podsim::catalog
