#include "step/code/rank_code.hpp"

#include "step/code/block_lowering.hpp"
#include "step/code/usage.hpp"

#include <algorithm>
#include <map>

namespace podsim::step {
namespace {

int use_of(RankCode& code, int message, const Usage& usage) {
  const auto found = std::find(code.messages.begin(), code.messages.end(), message);
  if (found != code.messages.end()) return static_cast<int>(found - code.messages.begin());
  code.messages.push_back(message);
  code.awaits.push_back(usage.awaits[static_cast<size_t>(message)]);
  return static_cast<int>(code.messages.size()) - 1;
}

/// Writes the code of a kind, one block after the other, each once.
class Writer {
 public:
  Writer(const parallel::StepProgram& program, const parallel::RankKind& kind)
      : program_(program), kind_(kind), usage_(usage_of(program, kind)) {}

  /// `add(block, writer)` writes a block of the program.
  template <typename Add>
  RankCode write(const Add& add) {
    std::map<int, int> number;
    for (const parallel::Loop& loop : kind_.loops) {
      parallel::Loop& written = code_.loops.emplace_back(parallel::Loop{.blocks = {}, .times = loop.times});
      for (const int block : loop.blocks) {
        const auto [found, is_new] = number.try_emplace(block, static_cast<int>(code_.blocks.size()));
        if (is_new) {
          code_.blocks.push_back({block, {}});
          add(block, *this);
        }
        written.blocks.push_back(found->second);
      }
    }
    return std::move(code_);
  }

  void sleep(double seconds, int index) { ops().push_back({.index = index, .seconds = seconds}); }
  void sleep(Sleep sleep, double seconds) {
    code_.sleeps.push_back(std::move(sleep));
    ops().push_back({.seconds = seconds, .sleep = static_cast<int>(code_.sleeps.size()) - 1});
  }
  void message(const parallel::Instruction& instruction, int index) {
    if (const auto* start = std::get_if<parallel::Start>(&instruction)) {
      ops().push_back({Op::Type::start, use_of(code_, start->message, usage_), index});
    } else if (const auto* await = std::get_if<parallel::Await>(&instruction)) {
      const auto type = await->of_last_step ? Op::Type::await_of_last_step : Op::Type::await;
      ops().push_back({type, use_of(code_, await->message, usage_), index});
    }
  }

 private:
  std::vector<Op>& ops() { return code_.blocks.back().ops; }

  const parallel::StepProgram& program_;
  const parallel::RankKind& kind_;
  Usage usage_;
  RankCode code_;
};

}  // namespace

RankCode plain_code(const parallel::StepProgram& program, const parallel::RankKind& kind) {
  return Writer(program, kind).write([&](int number, Writer& writer) {
    const parallel::Block& block = program.blocks[static_cast<size_t>(number)];
    for (size_t i = 0; i < block.size(); ++i) {
      const auto* work = std::get_if<parallel::Work>(&block[i]);
      if (work == nullptr) {
        writer.message(block[i], static_cast<int>(i));
      } else if (work->seconds > 0) {
        writer.sleep(work->seconds, static_cast<int>(i));
      }
    }
  });
}

RankCode lowered_code(const parallel::StepProgram& program, const parallel::RankKind& kind, const OwnMessages& own) {
  BlockLowering lowering(program, kind, own);
  return Writer(program, kind).write([&](int number, Writer& writer) {
    const parallel::Block& block = program.blocks[static_cast<size_t>(number)];
    for (Stretch& stretch : lowering.stretches(number)) {
      if (stretch.seconds > 0) writer.sleep(std::move(stretch.sleep), stretch.seconds);
      if (stretch.message) writer.message(block[static_cast<size_t>(*stretch.message)], *stretch.message);
    }
  });
}

}  // namespace podsim::step
