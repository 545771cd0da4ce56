#include "parallel/slot_code.hpp"

namespace podsim::parallel {
namespace {

using pipeline::Slot;

constexpr int kNone = StageTraffic::kNone;

bool is_forward(const Slot& slot) { return slot.pass == pipeline::Pass::forward; }

/// Whether gradients of weights come of it.
bool makes_gradients(const Slot& slot) {
  return slot.pass == pipeline::Pass::backward || slot.pass == pipeline::Pass::weight_gradient;
}

BackwardPart part_of(const Slot& slot) {
  if (slot.pass == pipeline::Pass::input_gradient) return BackwardPart::input;
  return slot.pass == pipeline::Pass::weight_gradient ? BackwardPart::weights : BackwardPart::all;
}

/// Sends hold up who sends, and who receives has to be there: Megatron without interleaving
/// (megatron/core/pipeline_parallel/schedules.py).
bool blocks_at_sends(pipeline::ScheduleKind schedule) { return schedule == pipeline::ScheduleKind::one_f_one_b; }

constexpr int kUnknown = -1;

/// The unit of each slot by all that tells slots apart: thousands of micro-batches have a handful of different ones.
class KnownSlots {
 public:
  explicit KnownSlots(size_t chunks) : passes_(kPasses * chunks), numbers_(4 * passes_ * (passes_ + 1), kUnknown) {}

  int& number(const Slot& slot, bool first, bool last, const Slot* next) {
    const size_t position = (first ? 2U : 0U) + (last ? 1U : 0U);
    const size_t following = next != nullptr ? pass_of(*next) : passes_;
    return numbers_[(pass_of(slot) * 4 + position) * (passes_ + 1) + following];
  }

 private:
  static constexpr size_t kPasses = 4;

  static size_t pass_of(const Slot& slot) {
    return kPasses * static_cast<size_t>(slot.chunk) + static_cast<size_t>(slot.pass);
  }

  size_t passes_;
  std::vector<int> numbers_;
};

}  // namespace

int SlotCode::received(const Slot& slot) {
  if (slot.pass == pipeline::Pass::weight_gradient) return kNone;
  return between_.received(rank_, slot.chunk, is_forward(slot));
}

int SlotCode::sent(const Slot& slot) {
  if (slot.pass == pipeline::Pass::weight_gradient) return kNone;
  return between_.sent(rank_, slot.chunk, is_forward(slot));
}

int SlotCode::pass(const Slot& slot, const Position& position) {
  const std::tuple key{slot.pass, slot.chunk, position.first, position.last};
  const auto found = passes_.find(key);
  if (found != passes_.end()) return found->second;
  const int block = builder_.begin_block();
  Chunk& chunk = chunks_[static_cast<size_t>(slot.chunk)];
  const bool only = task_.batch.passes == 1;
  if (is_forward(slot)) {
    chunk.write_forward(position.first, only);
  } else {
    chunk.write_backward(part_of(slot), position.last || only, 0);
  }
  return passes_[key] = block;
}

/// What has arrived in parts, one on each rank of a tensor group, is gathered.
void SlotCode::await_arrival(int message) {
  builder_.await(message);
  if (task_.plan.degrees.tensor == 1 || task_.plan.degrees.sequence) return;
  traffic_.write_gather_of_parts(between_.whole_bytes());
}

/// The end of one pass and the beginning of the next. `at_once`: a send and a receipt that do not wait for each other.
int SlotCode::exchange(int sent, int received, bool at_once) {
  const std::tuple key{sent, received, at_once};
  const auto found = exchanges_.find(key);
  if (found != exchanges_.end()) return found->second;
  const int block = builder_.begin_block();
  const bool blocking = blocks_at_sends(task_.plan.schedule);
  if (sent != kNone) builder_.start(sent);
  if (sent != kNone && blocking && !at_once) builder_.await(sent);
  if (received != kNone && blocking) builder_.start(received);
  if (sent != kNone && blocking && at_once) builder_.await(sent);
  if (received != kNone) await_arrival(received);
  return exchanges_[key] = block;
}

/// `next`: the slot after it; none after the last.
std::vector<int> SlotCode::blocks_of(const Slot& slot, const Position& position, const Slot* next) {
  std::vector<int> blocks{pass(slot, position)};
  const int leaving = sent(slot);
  const int arriving = next != nullptr ? received(*next) : kNone;
  if (leaving == kNone && arriving == kNone) return blocks;
  blocks.push_back(exchange(leaving, arriving, next != nullptr && is_forward(*next) != is_forward(slot)));
  return blocks;
}

Units SlotCode::units(const std::vector<Slot>& slots) {
  std::vector<size_t> last_of_chunk(chunks_.size(), 0);
  std::vector<bool> begun(chunks_.size(), false);
  for (size_t i = 0; i < slots.size(); ++i) {
    if (makes_gradients(slots[i])) last_of_chunk[static_cast<size_t>(slots[i].chunk)] = i;
  }
  Units units;
  units.order.push_back(units.number({exchange(kNone, received(slots.front()), false)}));
  KnownSlots known(chunks_.size());
  for (size_t i = 0; i < slots.size(); ++i) {
    const Slot& slot = slots[i];
    const Slot* next = i + 1 < slots.size() ? &slots[i + 1] : nullptr;
    const auto chunk = static_cast<size_t>(slot.chunk);
    const bool first = is_forward(slot) && !begun[chunk] && chunks_[chunk].gathers_under_forward();
    begun[chunk] = true;
    const bool last = makes_gradients(slot) && last_of_chunk[chunk] == i;
    int& number = known.number(slot, first, last, next);
    if (number == kUnknown) number = units.number(blocks_of(slot, {first, last}, next));
    units.order.push_back(number);
  }
  return units;
}

}  // namespace podsim::parallel
