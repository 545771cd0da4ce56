#pragma once

#include "catalog/text/error.hpp"

#include <string>

namespace podsim::catalog {

/// The message of the InputError that `action` throws; "" if it throws none.
template <typename Action>
std::string error_text(Action action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

inline std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace podsim::catalog
