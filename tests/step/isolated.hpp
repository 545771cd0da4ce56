#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <stdexcept>
#include <vector>

namespace podsim::tests {

/// Runs a simulation in a child process, since a process can hold only one, and returns its numbers.
inline std::vector<double> isolated(const std::function<std::vector<double>()>& simulate) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child == 0) {
    const std::vector<double> numbers = simulate();
    const auto bytes = static_cast<ssize_t>(numbers.size() * sizeof(double));
    _exit(write(ends[1], numbers.data(), static_cast<size_t>(bytes)) == bytes ? 0 : 1);
  }
  close(ends[1]);
  std::vector<double> numbers;
  double number = 0;
  while (read(ends[0], &number, sizeof number) == sizeof number) numbers.push_back(number);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) throw std::runtime_error("the simulation in the child process failed");
  return numbers;
}

}  // namespace podsim::tests
