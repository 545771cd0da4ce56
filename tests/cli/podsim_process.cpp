#include "cli/podsim_process.hpp"

#include "results/text.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace podsim::cli {

Ended call(const std::string& arguments, const std::string& before) {
  const Scratch scratch;
  const std::string command = "cd '" PODSIM_SOURCE_DIR "' && " + before + "'" PODSIM_BINARY "' " + arguments + " >" +
                              scratch.path("out") + " 2>" + scratch.path("error");
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), scratch.read("out"), scratch.read("error")};
}

Scratch::Scratch() : folder_((std::filesystem::temp_directory_path() / "podsim_test_XXXXXX").string()) {
  if (mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("mkdtemp " + folder_);
}

Scratch::~Scratch() { std::filesystem::remove_all(folder_); }

std::string Scratch::write(const std::string& name, const std::string& text) const {
  std::ofstream(path(name), std::ios::binary) << text;
  return path(name);
}

std::string Scratch::read(const std::string& name) const {
  std::ifstream file(path(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool Scratch::has(const std::string& name) const { return std::filesystem::exists(path(name)); }

std::size_t Scratch::files() const {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_), {}));
}

std::size_t longest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t longest = 0;
  for (std::string line; std::getline(lines, line);) longest = std::max(longest, results::width(line));
  return longest;
}

}  // namespace podsim::cli
