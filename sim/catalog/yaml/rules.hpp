#pragma once

#include "catalog/yaml/field.hpp"

namespace podsim::catalog {

/// Rules that several kinds of file share.
NumberRule positive(std::string noun, std::string way_out, double high = 1e12);
NumberRule not_negative(std::string noun, std::string way_out, double high = 1e12);
/// A rate in the unit of its key, at least a millionth of it: less is a mistake, and times lose their digits.
NumberRule rate_rule(std::string way_out, double high = 1e12);
/// An achieved part of a data-sheet figure: above 0, at most 1.
NumberRule efficiency();
IntegerRule count(std::string noun, std::string way_out, int64_t low = 1, int64_t high = 1 << 24);

}  // namespace podsim::catalog
