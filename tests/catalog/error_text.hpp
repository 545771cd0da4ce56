#pragma once

#include "catalog/error.hpp"

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

/// The message without the list of all catalogue names, which grows.
template <typename Action>
std::string error_text_without_list(Action action) {
  const std::string text = error_text(action);
  const size_t list = text.find(" are: ");
  const size_t end = text.find("; or give the path of a YAML file");
  return list == std::string::npos || end == std::string::npos ? text
                                                               : text.substr(0, list) + " are: ..." + text.substr(end);
}

inline std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace podsim::catalog
