#include "parallel/stage.hpp"

#include "catalog/spec/optimizer.hpp"
#include "compute/jitter.hpp"
#include "compute/roofline.hpp"
#include "parallel/repeats.hpp"
#include "parallel/slot_code.hpp"

#include <fmt/format.h>

#include <cmath>

namespace podsim::parallel {
namespace {

using pipeline::ScheduleKind;

StageStreams streams_of(const Plan& plan, int rank, bool with_experts, CodeBuilder& builder) {
  const Mesh mesh = plan.mesh();
  const collective::Place place = mesh.stage(rank);
  StageStreams streams;
  if (plan.degrees.replicas() > 1) {
    const bool shared = plan.update_shards > 1;
    const int shards = shared ? plan.update_shards : plan.degrees.replicas();
    streams.shared = {.shards = builder.add_stream(mesh.shards(shards), place), .across = -1, .shared = shared};
    streams.statistics = streams.shared.shards;
    if (shards < plan.degrees.replicas()) {
      streams.shared.across = builder.add_stream(mesh.across_shards(shards), place);
      streams.shared.parts = shards;
      streams.statistics = builder.add_stream(mesh.replicas(), place);
    }
  }
  const collective::Group experts = mesh.expert_replicas();
  if (experts == mesh.replicas()) {
    streams.experts = streams.shared;
  } else if (with_experts && experts.size > 1) {
    streams.experts = {.shards = builder.add_stream(experts, place), .across = -1, .shared = plan.zero >= 1};
  }
  return streams;
}

TimedOperation update_of(const StepTask& task, double parameters) {
  const catalog::Optimizer optimizer = task.training.optimizer;
  return {std::string(name_of(optimizer)), Activity::optimizer,
          compute::optimizer_seconds(parameters, optimizer, task.platform.chip, task.stack), 0,
          parameters * catalog::optimizer_bytes(task.stack, optimizer)};
}

}  // namespace

std::vector<std::span<const workload::Layer>> layers_of_stages(const workload::Graph& graph, const Plan& plan) {
  const std::span<const workload::Layer> layers(graph.layers);
  if (plan.degrees.pipeline == 1) return {layers};
  std::vector<std::span<const workload::Layer>> stages;
  size_t first = 0;
  size_t last = 1;
  for (const int blocks : plan.split) {
    last += static_cast<size_t>(blocks);
    if (stages.size() + 1 == plan.split.size()) last = layers.size();
    stages.push_back(layers.subspan(first, last - first));
    first = last;
  }
  return stages;
}

int stage_of_chunk(const Plan& plan, int rank, int chunk) {
  return plan.degrees.pipeline == 1 ? 0 : pipeline::stage_of(plan.schedule, plan.shape(), rank, chunk);
}

bool parts_ends(const Plan& plan) {
  return plan.degrees.pipeline > 1 && plan.schedule != ScheduleKind::zb_v && plan.schedule != ScheduleKind::dualpipe;
}

double boundary_bytes(const workload::Graph& graph, const Plan& plan) {
  if (plan.degrees.pipeline == 1) return 0;
  return graph.layers[1].input_bytes * (plan.degrees.sequence ? plan.degrees.tensor : 1);
}

void copy_tied_parameters(workload::Graph& graph, const Plan& plan) {
  if (!parts_ends(plan)) return;
  graph.layers.back().parameters += graph.layers.back().tied_parameters;
}

Stage::Stage(const StepTask& task, int rank, StageTraffic& between, CodeBuilder& builder)
    : task_(task), rank_(rank), between_(between), builder_(builder), traffic_(task.plan, rank, builder) {
  const auto layers = layers_of_stages(task.graph, task.plan);
  const StageStreams streams = streams_of(task.plan, rank, task.graph.expert_parameters() > 0, builder);
  double parameters = 0;
  for (int chunk = 0; chunk < task.plan.chunks; ++chunk) {
    chunks_.emplace_back(task, layers[static_cast<size_t>(stage_of_chunk(task.plan, rank, chunk))], streams, traffic_,
                         builder);
    parameters += chunks_.back().updated_parameters();
  }
  update_ = update_of(task, parameters);
  late_seconds_ = compute::late_seconds(task.stack.jitter, busy_seconds(), task.plan.ranks);
}

double Stage::busy_seconds() const {
  double busy = update_.seconds;
  for (const Activity activity : {Activity::forward, Activity::backward}) {
    for (const Chunk& chunk : chunks_) busy += chunk.last().seconds(activity);
  }
  if (task_.batch.passes == 1) return busy;
  for (const Activity activity : {Activity::forward, Activity::backward}) {
    for (const Chunk& chunk : chunks_) {
      busy += static_cast<double>(task_.batch.passes - 1) * chunk.earlier().seconds(activity);
    }
  }
  return busy;
}

void Stage::write() {
  const bool both_ends = task_.plan.schedule == ScheduleKind::dualpipe && task_.plan.degrees.pipeline > 1;
  builder_.begin_kind(rank_, rank_ == 0 || (both_ends && rank_ + 1 == task_.plan.degrees.pipeline));
  write_overhead();
  if (task_.plan.degrees.pipeline > 1) {
    write_slots(pipeline::slots_of(task_.plan.schedule, task_.plan.shape(), rank_));
  } else {
    write_passes();
  }
  write_end();
}

void Stage::write_overhead() {
  const catalog::Host& host = task_.stack.host;
  const double doublings = std::log2(static_cast<double>(task_.plan.ranks) / task_.platform.chip.ranks);
  const double seconds = host.step_seconds + host.step_per_doubling_seconds * doublings;
  builder_.add_loop({builder_.begin_block()});
  if (seconds > 0) builder_.work({"host", Activity::overhead, seconds, 0, 0});
}

/// The passes of a step without a pipeline. The first of them has its layers one by one where they wait for weights.
void Stage::write_passes() {
  Chunk& chunk = chunks_.front();
  int64_t earlier = task_.batch.passes - 1;
  bool first = true;
  if (earlier > 0 && chunk.gathers_under_forward()) {
    builder_.add_loop({builder_.begin_block()});
    chunk.write_forward(true, false);
    chunk.write_backward(BackwardPart::all, false, 0);
    first = false;
    --earlier;
  }
  if (earlier > 0) {
    const int block = builder_.begin_block();
    if (chunk.earlier_passes_are_alike()) {
      chunk.write_alike(earlier);
      builder_.add_loop({block});
    } else {
      chunk.write_forward(first, false);
      chunk.write_backward(BackwardPart::all, false, 0);
      builder_.add_loop({block}, earlier);
    }
    first = false;
  }
  builder_.add_loop({builder_.begin_block()});
  chunk.write_forward(first, true);
  chunk.write_backward(BackwardPart::all, true, late_seconds_);
}

void Stage::write_slots(const std::vector<pipeline::Slot>& slots) {
  const pipeline::Shape shape = task_.plan.shape();
  SlotCode code(task_, rank_, chunks_, traffic_, between_, builder_);
  const size_t round = size_t{2} * static_cast<size_t>(shape.ranks) * static_cast<size_t>(shape.chunks);
  for (Loop& loop : loops_of(code.units(slots), {1, 2, 3, 4, 6, round})) {
    builder_.add_loop(std::move(loop.blocks), loop.times);
  }
}

void Stage::write_evaluation() {
  builder_.begin_kind(rank_, false);
  if (task_.plan.degrees.pipeline > 1) {
    std::vector<pipeline::Slot> slots = pipeline::slots_of(task_.plan.schedule, task_.plan.shape(), rank_);
    std::erase_if(slots, [](const pipeline::Slot& slot) { return slot.pass != pipeline::Pass::forward; });
    return write_slots(slots);
  }
  builder_.add_loop({builder_.begin_block()}, task_.batch.passes);
  chunks_.front().write_forward(false, task_.batch.passes == 1);
}

/// Two ranks of the pipeline give each other what both have, as an all-reduce of two does.
void Stage::exchange_with(int rank, Traffic traffic, double bytes) {
  builder_.start(between_.pair_message(rank_, rank, traffic, bytes));
  builder_.await(between_.pair_message(rank, rank_, traffic, bytes));
}

/// First and last stage each have the table of words.
void Stage::write_tied_gradients() {
  const int last = task_.plan.degrees.pipeline - 1;
  const int other = rank_ == 0 ? last : 0;
  const double tied = task_.graph.layers.back().tied_parameters;
  if (!parts_ends(task_.plan) || tied <= 0 || (rank_ != 0 && rank_ != last)) return;
  exchange_with(other, Traffic::tied, tied * catalog::bytes_of(task_.stack.formats.gradient));
}

/// What each rank of a group has and works on with its own tokens or heads: norms between the shards of a tensor group,
/// keys and values that several of them have, and with DualPipe the stages that two ranks hold, of which each has what
/// it updates. Where gradients are shared, a rank has its share of them.
void Stage::write_gradients_of_copies() {
  const double bytes = catalog::bytes_of(task_.stack.formats.gradient);
  const double shards = task_.plan.zero >= 2 ? task_.plan.update_shards : 1;
  double replicated = 0;
  double copied = 0;
  for (const Chunk& chunk : chunks_) {
    replicated += chunk.replicated_parameters();
    copied += chunk.copied_parameters();
  }
  if (task_.plan.degrees.sequence) traffic_.write_sum_over_tensor(replicated * bytes / shards);
  if (copied > 0) traffic_.write_sum_over_key_copies(copied * bytes / shards);
  if (task_.plan.schedule != ScheduleKind::dualpipe || task_.plan.degrees.pipeline == 1) return;
  double parameters = 0;
  for (const Chunk& chunk : chunks_) parameters += chunk.updated_parameters();
  exchange_with(task_.plan.degrees.pipeline - 1 - rank_, Traffic::gradients, parameters * bytes);
}

void Stage::write_end() {
  builder_.add_loop({builder_.begin_block()});
  if (task_.plan.degrees.pipeline > 1 && late_seconds_ > 0) {
    // Once: the next stage does not wait for it too.
    builder_.work({fmt::format("slowest of {} ranks", task_.plan.ranks), Activity::overhead, late_seconds_, 0, 0});
  }
  for (Chunk& chunk : chunks_) chunk.write_start_rest();
  for (Chunk& chunk : chunks_) chunk.write_await_all();
  write_gradients_of_copies();
  write_tied_gradients();
  if (task_.plan.degrees.pipeline > 1) {
    builder_.start(between_.barrier());
    builder_.await(between_.barrier());
  }
  builder_.work(update_);
  for (Chunk& chunk : chunks_) chunk.write_after_update();
}

}  // namespace podsim::parallel
