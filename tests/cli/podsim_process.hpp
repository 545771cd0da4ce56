#pragma once

#include <string>

namespace podsim::cli {

/// What one call of the built program left behind.
struct Ended {
  int exit_code = 0;
  std::string out;
  std::string error;
};

/// Runs `podsim ARGUMENTS` through the shell, in the folder of the sources.
/// `before` stands before the program: "FOO=bar ".
Ended call(const std::string& arguments, const std::string& before = "");

/// A folder that goes with the test.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  std::string write(const std::string& name, const std::string& text) const;
  std::string read(const std::string& name) const;
  bool has(const std::string& name) const;
  std::size_t files() const;

 private:
  std::string folder_;
};

/// Columns of the longest line.
std::size_t longest_line(const std::string& text);

}  // namespace podsim::cli
