#pragma once

#include "catalog/spec/stack.hpp"
#include "catalog/yaml/field.hpp"

namespace podsim::catalog {

/// `layouts` of a stack: `zero`, a list of stages, and `schedules`, a list of names, `none` alone where there is no
/// pipeline; what is absent is as in every stack. Throws InputError.
LayoutOffer load_layout_offer(const Field& field);

}  // namespace podsim::catalog
