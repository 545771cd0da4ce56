#pragma once

#include "catalog/spec/library.hpp"

#include <string>

namespace podsim::collective {

/// An algorithm with a protocol: what a library chooses, or a user forces.
struct Choice {
  catalog::Algorithm algorithm = catalog::Algorithm::ring;
  catalog::Protocol protocol = catalog::Protocol::simple;

  bool operator==(const Choice&) const = default;
};

/// "ring/ll128".
std::string name_of(const Choice& choice);

/// Reads "ring" or "ring/ll128"; without a protocol the one for large messages. Throws InputError.
Choice parse_choice(const std::string& text);

}  // namespace podsim::collective
