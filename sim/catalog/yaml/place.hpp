#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace podsim::catalog {

/// A text being read: a file, or one value of the command line.
struct Source {
  std::string path;  ///< as given; for the command line the whole option, "--set KEY=VALUE"
  std::string text;
  bool command_line = false;
};

/// Where a key or a value stands; line and column (in bytes) count from 1.
struct Place {
  std::shared_ptr<const Source> source;
  int line = 1;
  int column = 1;
};

/// `text` cut to a readable length, with unprintable bytes shown as '?'.
std::string shortened(std::string_view text, size_t length = 60);

/// Throws an InputError: place, key path (may be empty), problem, the source line with a caret, way out.
[[noreturn]] void fail(const Place& place, std::string_view key_path, std::string_view problem,
                       std::string_view way_out);

/// The same for a file as a whole.
[[noreturn]] void fail_file(std::string_view path, std::string_view problem, std::string_view way_out);

}  // namespace podsim::catalog
