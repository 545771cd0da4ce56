#include "study/layouts/step_floor.hpp"

#include "compute/host.hpp"
#include "compute/jitter.hpp"
#include "compute/roofline.hpp"
#include "parallel/gradient_buckets.hpp"
#include "parallel/layer_traffic.hpp"
#include "parallel/stage.hpp"

#include <algorithm>
#include <cmath>

namespace podsim::study {
namespace {

using collective::Operation;
using pipeline::ScheduleKind;

constexpr double kBelowRounding = 1e-9;  // of the simulation, which adds the same in another order

/// Whether what enters a rank first has gone through the first chunks of all ranks before it.
bool fills_in_order(const parallel::Plan& plan) {
  return plan.degrees.pipeline > 1 && plan.schedule != ScheduleKind::dualpipe;
}

/// Whether the last that a rank does is a whole backward pass of its first chunk, which goes on to the ranks before it.
bool drains_in_order(const parallel::Plan& plan) {
  return plan.degrees.pipeline > 1 &&
         (plan.schedule == ScheduleKind::gpipe || plan.schedule == ScheduleKind::one_f_one_b ||
          plan.schedule == ScheduleKind::interleaved);
}

double host_seconds(const run::RunRequest& request, const parallel::Plan& plan) {
  const catalog::Host& host = request.stack.host;
  return host.step_seconds +
         host.step_per_doubling_seconds * std::log2(static_cast<double>(plan.ranks) / request.platform.chip.ranks);
}

}  // namespace

/// A rank of the pipeline.
struct StepFloor::Rank {
  double forward = 0;   ///< of its first chunk
  double backward = 0;  ///< of its first chunk
  double work = 0;      ///< of one micro-batch through all its chunks, exchanges left out
  double pass = 0;      ///< the same with exchanges
  double fill = 0;      ///< before its first pass
  double drain = 0;     ///< after its last one
  double shared_parameters = 0;
  double expert_parameters = 0;
  double gradients = 0;         ///< what the sum of its gradients takes where nothing hides it
  double expert_gradients = 0;  ///< the same of its experts, at the same time
  double weights = 0;           ///< what the gather of its new weights takes, likewise

  double sum_seconds() const { return std::max(gradients, expert_gradients); }
};

double StepFloor::way_seconds(const parallel::Plan& plan, const WaySums& way, int rank, std::size_t first,
                              std::size_t last) {
  const parallel::Mesh mesh = plan.mesh();
  double seconds = 0;
  for (const auto& [what, sums] : way.exchanges) {
    const auto& [axis, kind, bytes] = what;
    const double count = between(sums, first, last);
    if (count == 0) continue;
    seconds += count * times_.seconds(parallel::operation_of(kind), parallel::group_of(axis, mesh), rank, bytes);
  }
  return seconds;
}

std::vector<StepFloor::Rank> StepFloor::ranks_of(const parallel::Plan& plan, std::size_t phase) {
  const workload::Graph& graph = shared_.graph(plan, phase);
  const LayerSums& sums = shared_.sums(plan, phase);
  const auto stages = parallel::layers_of_stages(graph, plan);
  std::vector<Rank> ranks(static_cast<std::size_t>(plan.degrees.pipeline));
  const double launch = request_.stack.host.launch_seconds;
  // Each micro-batch of DualPipe goes through one of the two chunks.
  const double share = plan.degrees.pipeline > 1 && plan.schedule == ScheduleKind::dualpipe ? 0.5 : 1;
  const auto worked = [&](const WaySums& way, std::size_t first, std::size_t last) {
    return compute::phase_seconds(between(way.device_seconds, first, last),
                                  launch * between(way.launches, first, last));
  };
  for (int number = 0; number < plan.degrees.pipeline; ++number) {
    Rank& rank = ranks[static_cast<std::size_t>(number)];
    for (int chunk = 0; chunk < plan.chunks; ++chunk) {
      const auto& layers = stages[static_cast<std::size_t>(parallel::stage_of_chunk(plan, number, chunk))];
      const auto first = static_cast<std::size_t>(layers.data() - graph.layers.data());
      const std::size_t last = first + layers.size();
      const double forward_work = worked(sums.forward, first, last);
      const double backward_work = worked(sums.backward, first, last);
      const double forward = forward_work + way_seconds(plan, sums.forward, number, first, last);
      const double backward = backward_work + way_seconds(plan, sums.backward, number, first, last);
      if (chunk == 0) rank.forward = forward;
      if (chunk == 0) rank.backward = backward;
      rank.work += share * (forward_work + backward_work);
      rank.pass += share * (forward + backward);
      rank.shared_parameters += between(sums.shared_parameters, first, last);
      rank.expert_parameters += between(sums.expert_parameters, first, last);
      add_gradients(plan, number, layers, rank);
    }
  }
  if (plan.degrees.pipeline > 1) add_sends(plan, parallel::boundary_bytes(graph, plan), ranks);
  return ranks;
}

/// What passes from stage to stage. 1F1B waits for its sends; without sequence parallelism the receivers gather them.
void StepFloor::add_sends(const parallel::Plan& plan, double bytes, std::vector<Rank>& ranks) {
  const parallel::Mesh mesh = plan.mesh();
  const bool waits = plan.schedule == ScheduleKind::one_f_one_b;
  const bool gathers = plan.degrees.tensor > 1 && !plan.degrees.sequence;
  const int last = plan.degrees.pipeline - 1;
  const auto send = [&](int from, int to) { return times_.send_seconds(from, to, bytes / plan.degrees.tensor); };
  double fill = 0;
  double drain = 0;
  for (int number = 0; number <= last; ++number) {
    Rank& rank = ranks[static_cast<std::size_t>(number)];
    const double gather = gathers ? times_.seconds(Operation::all_gather, mesh.tensor(), number, bytes) : 0;
    const double back = number > 0 ? send(number, number - 1) : 0;
    if (fills_in_order(plan)) rank.fill = fill;
    if (drains_in_order(plan)) rank.drain = drain + (waits ? 0 : back);
    if (waits) rank.pass += back + (number < last ? send(number, number + 1) : 0);
    if (fills_in_order(plan) && plan.schedule != ScheduleKind::zb_v) {
      const int boundaries = 2 * plan.chunks - (number == 0 ? 1 : 0) - (number == last ? 1 : 0);
      rank.pass += boundaries * gather;
    }
    fill += rank.forward + (number < last ? send(number, number + 1) : 0);
    drain += rank.backward + back;
  }
}

/// Buckets of one chunk, one after the other.
void StepFloor::add_gradients(const parallel::Plan& plan, int number, std::span<const workload::Layer> layers,
                              Rank& rank) {
  if (plan.zero >= 3 || plan.degrees.replicas() == 1) return;
  const parallel::Mesh mesh = plan.mesh();
  const bool shared = plan.update_shards > 1;
  const bool waits = !request_.stack.gradients.overlap;
  const bool gathers = shared && request_.stack.update.gather == catalog::WeightGather::after_update;
  const collective::Group group = shared ? mesh.shards(plan.update_shards) : mesh.replicas();
  const Operation sum = shared ? Operation::reduce_scatter : Operation::all_reduce;
  for (const auto& bucket : parallel::gradient_buckets(layers, request_.stack)) {
    if (waits) rank.gradients += times_.seconds(sum, group, number, bucket.bytes);
    if (gathers) rank.weights += times_.seconds(Operation::all_gather, group, number, bucket.weight_bytes);
  }
  const Operation sum_of_experts = plan.zero >= 1 ? Operation::reduce_scatter : Operation::all_reduce;
  for (const auto& bucket : parallel::gradient_buckets(layers, request_.stack, parallel::ParameterClass::experts)) {
    if (!waits) break;
    rank.expert_gradients += times_.seconds(sum_of_experts, mesh.expert_replicas(), number, bucket.bytes);
  }
}

/// ZeRO 3: weights are gathered in both directions of each pass and gradients scattered, one after the other.
double StepFloor::sharded_seconds(const parallel::Plan& plan, int number, const Rank& rank) {
  if (plan.zero < 3) return 0;
  const collective::Group group = plan.mesh().shards(plan.update_shards);
  const catalog::NumberFormats& formats = request_.stack.formats;
  const double weights = rank.shared_parameters * catalog::bytes_of(formats.weight);
  const double gradients = rank.shared_parameters * catalog::bytes_of(formats.gradient);
  return static_cast<double>(plan.batch.passes) *
         (2 * times_.bound_seconds(Operation::all_gather, group, number, weights) +
          times_.bound_seconds(Operation::reduce_scatter, group, number, gradients));
}

double StepFloor::update_seconds(const parallel::Plan& plan, const Rank& what) const {
  const double parameters =
      what.shared_parameters / plan.update_shards + what.expert_parameters / plan.expert_update_shards();
  return compute::optimizer_seconds(parameters, request_.workload.training.optimizer, request_.platform.chip,
                                    request_.stack);
}

double StepFloor::phase_seconds(const parallel::Plan& plan, std::size_t phase) {
  const std::vector<Rank> ranks = ranks_of(plan, phase);
  const auto passes = static_cast<double>(plan.batch.passes);
  const auto busiest = std::max_element(ranks.begin(), ranks.end(),
                                        [](const Rank& one, const Rank& other) { return one.work < other.work; });
  const auto late = [&](const Rank& rank) {
    const double busy = passes * rank.work + update_seconds(plan, rank);
    return compute::late_seconds(request_.stack.jitter, busy, plan.ranks);
  };
  const double busiest_late = late(*busiest);
  // What goes back from the last stage ends on the first one, which is late and sums its gradients after that.
  const double way_back_end =
      (&ranks.front() == &*busiest ? busiest_late : late(ranks.front())) + ranks.front().sum_seconds();
  const double host = host_seconds(request_, plan);
  double meet = 0;
  double after = 0;
  double streams = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    const Rank& rank = ranks[i];
    const double passed = host + rank.fill + passes * rank.pass;
    const double own_end = (&rank == &*busiest ? busiest_late : 0) + rank.sum_seconds();
    meet = std::max({meet, passed + own_end, rank.drain > 0 ? passed + rank.drain + way_back_end : 0});
    after = std::max(after, update_seconds(plan, rank) + rank.weights);
    streams = std::max(streams, sharded_seconds(plan, static_cast<int>(i), rank));
  }
  return std::max(meet + after, streams);
}

double StepFloor::seconds(const parallel::Plan& plan) {
  const auto& phases = request_.workload.training.phases;
  times_.begin(plan);
  double mean = 0;
  for (std::size_t i = 0; i < phases.size(); ++i) mean += phases[i].share_of_steps * phase_seconds(plan, i);
  return mean * (1 - kBelowRounding);
}

}  // namespace podsim::study
