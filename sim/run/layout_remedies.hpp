#pragma once

#include "run/layout.hpp"

#include <string>
#include <vector>

namespace podsim::run {

/// Layouts of the same chips in which a model fits that does not fit as it is laid out: the two with the fewest changes,
/// "--tp 4 --pp 2". Empty where none of those that are tried does, or the model cannot be cut.
std::vector<std::string> fitting_layouts(const RunRequest& request, const Layout& layout);

}  // namespace podsim::run
