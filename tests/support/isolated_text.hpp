#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <exception>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>

namespace podsim::tests {

/// Runs a simulation in a child process, since a process can hold only one, and returns its text. An exception's
/// message, and an end by a signal, are text too.
inline std::string isolated_text(const std::function<std::string()>& simulate) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  std::cout.flush();  // else the child has it too
  const pid_t child = fork();
  if (child == 0) {
    std::string text;
    try {
      text = simulate();
    } catch (const std::exception& error) {
      text = error.what();
    }
    size_t written = 0;
    while (written < text.size()) {
      const ssize_t count = write(ends[1], text.data() + written, text.size() - written);
      if (count <= 0) _exit(1);
      written += static_cast<size_t>(count);
    }
    _exit(0);
  }
  close(ends[1]);
  std::string text;
  std::array<char, 4096> block{};
  ssize_t count = 0;
  while ((count = read(ends[0], block.data(), block.size())) > 0) text.append(block.data(), static_cast<size_t>(count));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) text += "the simulation in the child process failed\n";
  return text;
}

}  // namespace podsim::tests
