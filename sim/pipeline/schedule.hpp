#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace podsim::pipeline {

/// Order of work on the ranks of a pipeline.
/// gpipe: all forward passes, then all backward passes (Huang et al., arXiv 1811.06965).
/// one_f_one_b: PipeDream-flush (Narayanan et al., arXiv 2104.04473, figure 3).
/// interleaved: 1F1B with several chunks of layers on each rank (same, figure 4).
/// zb_h1: 1F1B whose weight gradients fill the bubble, in the same memory (Qi et al., arXiv 2401.10241, figure 3).
/// zb_v: two chunks a rank in the shape of a V (same authors, arXiv 2405.15362).
/// dualpipe: micro-batches from both ends, two copies of the weights (DeepSeek-V3, arXiv 2412.19437, figure 5).
enum class ScheduleKind { gpipe, one_f_one_b, interleaved, zb_h1, zb_v, dualpipe };

/// "gpipe", "1f1b", "interleaved", "zb-h1", "zb-v", "dualpipe": in the order of the enumeration.
const std::vector<std::string>& schedule_names();
std::optional<ScheduleKind> schedule_of(std::string_view name);

/// A pass of one micro-batch through one chunk. A backward pass is the input gradient and the weight gradient
/// in one; the zero-bubble schedules part them.
enum class Pass { forward, backward, input_gradient, weight_gradient };

struct Slot {
  Pass pass = Pass::forward;
  int chunk = 0;  ///< of the rank
  int64_t micro_batch = 0;
  bool with_next = false;  ///< runs at the same time as the next slot of the rank (DualPipe's pairs)

  bool operator==(const Slot&) const = default;
};

/// How the layers lie: `chunks` on each of `ranks`.
struct Shape {
  int ranks = 1;
  int chunks = 1;  ///< on each rank: Megatron's virtual stages
  int64_t micro_batches = 1;
};

/// The shape that a kind needs: nothing where it is legal, else the rule that is broken and the way out. DualPipe: even
/// ranks, an even number of micro-batches of at least two a rank, two chunks; ZB-V: two chunks; interleaved: at least
/// two ranks and chunks, micro-batches in whole rounds of the ranks; the rest: one chunk.
struct BrokenRule {
  std::string rule;
  std::string way_out;
};
std::optional<BrokenRule> broken_rule(ScheduleKind kind, const Shape& shape);

/// The stage of the model that chunk `chunk` of a rank holds, from 0 at the input. Of DualPipe's two chunks the second is
/// the stage of the micro-batches that enter at the last rank.
int stage_of(ScheduleKind kind, const Shape& shape, int rank, int chunk);

/// Stages of the model: ranks times chunks, or the ranks alone where the chunks are copies (DualPipe).
int stages(ScheduleKind kind, const Shape& shape);

/// The slots of a rank, and of each rank, in their order. The shape must be legal.
std::vector<Slot> slots_of(ScheduleKind kind, const Shape& shape, int rank);
std::vector<std::vector<Slot>> make_schedule(ScheduleKind kind, const Shape& shape);

/// The most micro-batches of one chunk's activations that a rank keeps at a time: from the forward pass to the weight
/// gradient.
int64_t peak_in_flight(const std::vector<Slot>& slots);

}  // namespace podsim::pipeline
