#include "step/code/block_lowering.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace podsim::step {
namespace {

/// The messages of some streams in a block, each stream's in the order of their starts.
class Underway {
 public:
  explicit Underway(const parallel::StepProgram& program)
      : program_(program), messages_(program.messages.size()), streams_(program.streams.size()) {}

  void start(int message, double now, double seconds) {
    Stream& stream = stream_of(message);
    stream.idle_at = std::max(stream.idle_at, now) + seconds;
    of(message).arrivals.push_back({stream.idle_at, ++stream.started});
  }

  /// When the next message of this number arrives; nothing if none was started in the block.
  std::optional<double> await(int message) {
    Message& awaited = of(message);
    if (awaited.awaits == awaited.arrivals.size()) return std::nullopt;
    const auto [time, number] = awaited.arrivals[awaited.awaits++];
    Stream& stream = stream_of(message);
    stream.awaited = std::max(stream.awaited, number);
    return time;
  }

  double arrival_of_last(int message) const { return messages_[static_cast<size_t>(message)].arrivals.back().time; }
  bool idle(size_t stream) const { return streams_[stream].awaited == streams_[stream].started; }
  /// Each message that is ever awaited was so as often as it was started.
  bool balanced(size_t message, bool awaited) const {
    return !awaited || messages_[message].awaits == messages_[message].arrivals.size();
  }

 private:
  struct Arrival {
    double time = 0;
    int number = 0;
  };
  struct Message {
    std::vector<Arrival> arrivals;
    size_t awaits = 0;
  };
  struct Stream {
    double idle_at = 0;
    int started = 0;
    int awaited = 0;
  };

  Message& of(int message) { return messages_[static_cast<size_t>(message)]; }
  Stream& stream_of(int message) {
    return streams_[static_cast<size_t>(program_.messages[static_cast<size_t>(message)].stream)];
  }

  const parallel::StepProgram& program_;
  std::vector<Message> messages_;
  std::vector<Stream> streams_;
};

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
                             const std::vector<std::optional<double>>& own)
    : program_(program), closed_(program.streams.size(), true) {
  for (size_t message = 0; message < own.size(); ++message) {
    seconds_.push_back(own[message].value_or(0));
    if (!own[message]) closed_[static_cast<size_t>(program.messages[message].stream)] = false;
  }
  close_streams(kind);
}

void BlockLowering::close_streams(const parallel::RankKind& kind) {
  std::vector<bool> awaited(program_.messages.size(), false);
  parallel::each_instruction(program_, kind, [&](const parallel::Instruction& instruction, int64_t) {
    const auto* await = std::get_if<parallel::Await>(&instruction);
    if (await == nullptr) return;
    awaited[static_cast<size_t>(await->message)] = true;
    if (await->of_last_step) closed_[stream_of(program_, await->message)] = false;
  });
  std::set<int> blocks;
  for (const parallel::Loop& loop : kind.loops) blocks.insert(loop.blocks.begin(), loop.blocks.end());
  for (const int block : blocks) {
    Underway underway(program_);
    for (const parallel::Instruction& instruction : program_.blocks[static_cast<size_t>(block)]) {
      if (const auto* start = std::get_if<parallel::Start>(&instruction)) underway.start(start->message, 0, 0);
      const auto* await = std::get_if<parallel::Await>(&instruction);
      if (await != nullptr && !underway.await(await->message)) closed_[stream_of(program_, await->message)] = false;
    }
    for (size_t message = 0; message < awaited.size(); ++message) {
      const auto stream = static_cast<size_t>(program_.messages[message].stream);
      if (!underway.idle(stream) || !underway.balanced(message, awaited[message])) closed_[stream] = false;
    }
  }
}

std::vector<bool> BlockLowering::lowered_in(const parallel::Block& block) const {
  std::vector<bool> lowered = closed_;
  bool changed = true;
  while (std::exchange(changed, false)) {
    Underway underway(program_);
    for (const parallel::Instruction& instruction : block) {
      const int message = message_of(instruction);
      if (message < 0) continue;
      if (!lowered[stream_of(program_, message)]) {
        for (size_t stream = 0; stream < lowered.size(); ++stream) {
          if (!lowered[stream] || underway.idle(stream)) continue;
          lowered[stream] = false;
          changed = true;
        }
      } else if (std::holds_alternative<parallel::Start>(instruction)) {
        underway.start(message, 0, 0);
      } else {
        underway.await(message);
      }
    }
  }
  return lowered;
}

std::vector<Stretch> BlockLowering::stretches(const parallel::Block& block) const {
  const std::vector<bool> lowered = lowered_in(block);
  std::vector<Stretch> stretches(1);
  Underway underway(program_);
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
      const double seconds = seconds_[static_cast<size_t>(message)];
      underway.start(message, before + now, seconds);
      const double end = underway.arrival_of_last(message) - before;
      stretch.sleep.parts.push_back({Span::Kind::message, message, end - seconds, end});
    } else {
      const double arrival = underway.await(message).value_or(0) - before;
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
