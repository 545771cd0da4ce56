#pragma once

#include "parallel/program.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace podsim::parallel {

/// Whether a program lists the operations of its work: only a timeline needs them, and a pipeline has very many.
enum class Operations { listed, left_out };

/// Writes blocks, and kinds of rank that walk through them, into a program. Work of one activity that nothing interrupts
/// is one instruction.
class CodeBuilder {
 public:
  explicit CodeBuilder(Operations operations = Operations::listed) : operations_(operations) {}

  int add_stream(const collective::Group& group, const collective::Place& place = {});
  int add_message(const Message& message);

  /// What follows goes into a new block. Returns its number.
  int begin_block();
  /// The loops that follow are those of a new kind. Returns its number.
  int begin_kind(int stage = 0, bool takes_input = true);
  void add_loop(std::vector<int> blocks, int64_t times = 1);

  void work(TimedOperation operation);
  /// All of one activity.
  void work(std::span<const TimedOperation> operations);
  void start(int message) { code().emplace_back(Start{message}); }
  void await(int message) { code().emplace_back(Await{message}); }
  void await_of_last_step(int message) { code().emplace_back(Await{message, true}); }

  StepProgram take() { return std::move(program_); }

 private:
  Block& code() { return program_.blocks.back(); }
  Work& open(Activity activity);

  Operations operations_;
  StepProgram program_;
};

}  // namespace podsim::parallel
