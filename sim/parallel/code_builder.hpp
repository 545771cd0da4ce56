#pragma once

#include "parallel/program.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace podsim::parallel {

/// Writes the code of one kind of rank into a program. Work that nothing interrupts is one instruction.
class CodeBuilder {
 public:
  /// `operations`: about how many there will be.
  explicit CodeBuilder(size_t operations);

  int add_stream(const collective::Group& group);
  int add_message(const Message& message);

  void work(TimedOperation operation);
  void work(const std::vector<TimedOperation>& operations);
  void start(int message) { code().emplace_back(Start{message}); }
  void await(int message) { code().emplace_back(Await{message}); }
  void await_of_last_step(int message) { code().emplace_back(Await{message, true}); }

  StepProgram take() { return std::move(program_); }

 private:
  std::vector<Instruction>& code() { return program_.kinds.back().code; }
  Work& open(Activity activity);

  StepProgram program_;
};

}  // namespace podsim::parallel
