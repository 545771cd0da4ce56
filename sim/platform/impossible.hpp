#pragma once

#include "catalog/text/error.hpp"

namespace podsim::platform {

/// A layout that cannot run: not a legal slice, indivisible, too few examples.
/// Bad input for one run (exit code 2), a recorded reason for a point of a study.
class Impossible : public catalog::InputError {
 public:
  using catalog::InputError::InputError;
};

}  // namespace podsim::platform
