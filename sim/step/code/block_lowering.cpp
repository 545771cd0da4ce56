#include "step/code/block_lowering.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace podsim::step {
namespace {

size_t stream_of(const parallel::StepProgram& program, int message) {
  return static_cast<size_t>(program.messages[static_cast<size_t>(message)].stream);
}

/// The message that an instruction starts or awaits; -1 for work.
int message_of(const parallel::Instruction& instruction) {
  if (const auto* start = std::get_if<parallel::Start>(&instruction)) return start->message;
  if (const auto* await = std::get_if<parallel::Await>(&instruction)) return await->message;
  return -1;
}

void add_work(Sleep& sleep, const parallel::Work& work) {
  switch (work.activity) {
    case parallel::Activity::overhead: sleep.sums.overhead_seconds += work.seconds; return;
    case parallel::Activity::optimizer: sleep.sums.optimizer_seconds += work.seconds; return;
    case parallel::Activity::forward:
    case parallel::Activity::backward: sleep.sums.compute_seconds += work.seconds; return;
  }
}

}  // namespace

BlockLowering::BlockLowering(const parallel::StepProgram& program, const parallel::RankKind& kind,
                             const OwnMessages& own)
    : program_(program),
      own_(own),
      closed_(program.streams.size(), true),
      awaited_(program.messages.size(), false),
      underway_(program) {
  for (size_t message = 0; message < program.messages.size(); ++message) {
    if (!own.seconds[message]) closed_[static_cast<size_t>(program.messages[message].stream)] = false;
  }
  close_streams(kind);
  find_entered(kind);
}

void BlockLowering::close_streams(const parallel::RankKind& kind) {
  std::set<int> blocks;
  std::set<size_t> streams;
  for (const parallel::Loop& loop : kind.loops) blocks.insert(loop.blocks.begin(), loop.blocks.end());
  for (const int block : blocks) {
    for (const parallel::Instruction& instruction : code_of(block)) {
      const int message = message_of(instruction);
      if (message >= 0) streams.insert(stream_of(program_, message));
      const auto* await = std::get_if<parallel::Await>(&instruction);
      if (await == nullptr) continue;
      awaited_[static_cast<size_t>(await->message)] = true;
      if (await->of_last_step) closed_[stream_of(program_, await->message)] = false;
    }
  }
  streams_.assign(streams.begin(), streams.end());
  for (const int block : blocks) {
    underway_.clear();
    for (const parallel::Instruction& instruction : code_of(block)) {
      const auto* await = std::get_if<parallel::Await>(&instruction);
      if (!underway_.follow(instruction) && await != nullptr) closed_[stream_of(program_, await->message)] = false;
    }
    for (const int message : underway_.touched()) {
      const size_t stream = stream_of(program_, message);
      const bool awaited = awaited_[static_cast<size_t>(message)];
      if (!underway_.idle(stream) || !underway_.balanced(message, awaited)) closed_[stream] = false;
    }
  }
}

void BlockLowering::find_entered(const parallel::RankKind& kind) {
  Underway underway(program_);
  for (const int step : {0, 1}) {
    for (const parallel::Loop& loop : kind.loops) {
      for (int64_t iteration = 0; iteration < std::min<int64_t>(loop.times, 2); ++iteration) {
        for (const int block : loop.blocks) {
          auto& entered = entered_.try_emplace(block, program_.streams.size(), false).first->second;
          for (const size_t stream : streams_) {
            if (!underway.idle(stream)) entered[stream] = true;
          }
          for (const parallel::Instruction& instruction : code_of(block)) underway.follow(instruction);
        }
      }
      if (step == 0 && loop.times > 2) find_unbalanced(loop);
    }
  }
}

/// What is left of such streams after all iterations has not been followed: they count as under way for ever, and the
/// streams beside them are not lowered at all.
void BlockLowering::find_unbalanced(const parallel::Loop& loop) {
  Underway underway(program_);
  for (const int block : loop.blocks) {
    for (const parallel::Instruction& instruction : code_of(block)) underway.follow(instruction);
  }
  for (const int message : underway.touched()) {
    if (underway.balanced(message, awaited_[static_cast<size_t>(message)])) continue;
    const auto unbalanced = static_cast<int>(stream_of(program_, message));
    for (const size_t stream : streams_) {
      const auto& sharing = own_.sharing[stream];
      if (std::find(sharing.begin(), sharing.end(), unbalanced) != sharing.end()) closed_[stream] = false;
    }
  }
}

std::vector<bool> BlockLowering::lowered_in(int block) {
  std::vector<bool> lowered = closed_;
  const std::vector<bool>& entered = entered_.at(block);
  bool changed = true;
  const auto leave = [&](size_t stream) {
    lowered[stream] = false;
    changed = true;
  };
  while (std::exchange(changed, false)) {
    underway_.clear();
    for (const parallel::Instruction& instruction : code_of(block)) {
      const int message = message_of(instruction);
      if (message < 0) continue;
      const size_t own = stream_of(program_, message);
      const bool others = !lowered[own];
      for (const size_t stream : streams_) {
        if (others && lowered[stream] && !underway_.idle(stream)) leave(stream);
      }
      const auto& sharing = own_.sharing[own];
      const bool beside = std::any_of(sharing.begin(), sharing.end(), [&](int other) {
        const auto stream = static_cast<size_t>(other);
        return entered[stream] || !underway_.idle(stream);
      });
      if (lowered[own] && beside) leave(own);
      underway_.follow(instruction);
    }
  }
  return lowered;
}

std::vector<Stretch> BlockLowering::stretches(int number) {
  const parallel::Block& block = code_of(number);
  const std::vector<bool> lowered = lowered_in(number);
  std::vector<Stretch> stretches(1);
  underway_.clear();
  double before = 0;  // time at the start of the stretch, from that of the block
  for (size_t i = 0; i < block.size(); ++i) {
    Stretch& stretch = stretches.back();
    const auto index = static_cast<int>(i);
    const double now = stretch.seconds;
    const int message = message_of(block[i]);
    if (const auto* work = std::get_if<parallel::Work>(&block[i])) {
      if (work->seconds <= 0) continue;
      stretch.seconds += work->seconds;
      stretch.sleep.parts.push_back({Span::Kind::work, index, now, stretch.seconds});
      add_work(stretch.sleep, *work);
    } else if (!lowered[stream_of(program_, message)]) {
      stretch.message = index;
      before += stretch.seconds;
      stretches.emplace_back();
    } else if (std::holds_alternative<parallel::Start>(block[i])) {
      const double seconds = *own_.seconds[static_cast<size_t>(message)];
      underway_.start(message, before + now, seconds);
      const double end = underway_.arrival_of_last(message) - before;
      stretch.sleep.parts.push_back({Span::Kind::message, message, end - seconds, end});
    } else {
      const double arrival = underway_.await(message).value_or(0) - before;
      if (arrival <= now) continue;
      stretch.seconds = arrival;
      stretch.sleep.parts.push_back({Span::Kind::message_wait, index, now, arrival});
      const auto traffic = static_cast<size_t>(program_.messages[static_cast<size_t>(message)].traffic);
      stretch.sleep.sums.exposed_seconds[traffic] += arrival - now;
      stretch.sleep.sums.exposed_communication_seconds += arrival - now;
    }
  }
  return stretches;
}

}  // namespace podsim::step
