#pragma once

#include <stdexcept>
#include <string>

namespace podsim::catalog {

/// Bad input or usage: one message with place, key, value, rule and way out.
/// `main` prints it on standard error and exits with 2.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace podsim::catalog
