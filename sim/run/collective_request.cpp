#include "run/collective_request.hpp"

#include "collective/bound.hpp"
#include "collective/machine.hpp"
#include "platform/impossible.hpp"
#include "platform/slice.hpp"
#include "run/choice_note.hpp"
#include "step/collective_run.hpp"
#include "step/simulation.hpp"

#include <fmt/format.h>

#include <chrono>

namespace podsim::run {
namespace {

/// More links than this in full mode pass what a login node bears.
constexpr int kMostFullChips = 16384;

collective::Group group_of(const CollectiveRequest& request, const platform::Slice& slice) {
  const int ranks = slice.chips * request.platform.chip.ranks;
  const int row = std::holds_alternative<catalog::Torus>(request.platform.interconnect)
                      ? slice.shape[0] * request.platform.chip.ranks
                      : slice.shape[1];
  switch (request.group.kind) {
    case GroupChoice::Kind::all: return {.size = ranks, .jobs = request.background_jobs + 1};
    case GroupChoice::Kind::row: return {.size = row};
    case GroupChoice::Kind::column: return {.size = ranks / row, .stride = row};
    case GroupChoice::Kind::counted: return request.group.counted;
  }
  return {};
}

/// The chips of this job and of those beside it.
platform::Slice slice_with_background(const CollectiveRequest& request, const platform::Slice& own) {
  if (request.background_jobs == 0) return own;
  if (std::holds_alternative<catalog::Torus>(request.platform.interconnect) || own.shape[0] < 2 ||
      request.group.kind != GroupChoice::Kind::all) {
    throw platform::Impossible(
        "--background: other jobs share only the network between the nodes of boxes, with a job of all ranks\n"
        "  way out: take at least two nodes of a platform of boxes, and leave --group away");
  }
  return platform::choose_slice(request.platform, int64_t{own.chips} * (request.background_jobs + 1), {});
}

std::string reason_for_mode(const CollectiveRequest& request, const collective::Machine& machine) {
  if (request.full) return "asked for: every chip and link is simulated";
  if (request.background_jobs > 0) return "other jobs share the network: every link is simulated";
  if (machine.folded()) return "all nodes or chips do the same at the same time: one stands for all";
  if (machine.boxes() != nullptr && machine.boxes()->slice_nodes() == 1) return "one node: every chip is simulated";
  return "nodes below an oversubscribed level are not alike: every node is simulated";
}

CollectivePoint point_of(const CollectiveRequest& request, const platform::Slice& slice,
                         const collective::Demand& demand, const collective::Schedule& schedule,
                         const step::CollectiveTime& time) {
  CollectivePoint point{.bytes = demand.bytes,
                        .seconds = time.seconds,
                        .bound_seconds = collective::bound_seconds(request.platform, slice, demand),
                        .algorithm = schedule.algorithm_name(),
                        .protocol = schedule.protocol_name(),
                        .flows = time.flows};
  if (point.seconds < point.bound_seconds * (1 - 1e-9)) {
    throw step::SimulationError(fmt::format("{} of {} bytes on {}: {} s is below its physical bound of {} s",
                                            collective::name_of(demand.operation), demand.bytes, request.platform.name,
                                            point.seconds, point.bound_seconds));
  }
  if (point.seconds > 0) {
    point.algorithm_bytes_per_second = demand.bytes / point.seconds;
    point.bus_bytes_per_second =
        point.algorithm_bytes_per_second * collective::bus_factor(demand.operation, demand.group.size);
  }
  return point;
}

void refuse_too_many(const platform::Slice& all) {
  if (all.chips <= kMostFullChips) return;
  throw platform::Impossible(
      fmt::format("--full: {} chips are more than the {} that full mode simulates\n"
                  "  way out: leave --full away",
                  all.chips, kMostFullChips));
}

std::vector<std::string> notes_of(const CollectiveRequest& request, const platform::Slice& all,
                                  const collective::Group& group) {
  if (!request.reference || request.forced) return {};
  const auto& [platform, library] = *request.reference;
  collective::DemandsOnSlice asked{.slice = all, .demands = {}};
  for (const double bytes : request.sizes) asked.demands.push_back({request.operation, group, bytes});
  return choice_notes({platform, library}, {request.platform, request.library}, asked);
}

}  // namespace

CollectiveResult run_collective(const CollectiveRequest& request) {
  const auto start = std::chrono::steady_clock::now();
  const platform::Slice slice = platform::choose_slice(request.platform, request.chips, request.slice);
  const platform::Slice all = slice_with_background(request, slice);
  const bool full = request.full || request.background_jobs > 0;
  if (full) refuse_too_many(all);
  collective::Machine machine(request.platform, all, !full);
  const collective::Group group = group_of(request, slice);
  std::vector<step::TimedCollective> collectives;
  for (const double bytes : request.sizes) {
    const collective::Demand demand{.operation = request.operation, .group = group, .bytes = bytes};
    collectives.push_back({collective::plan(machine, demand, request.library, request.forced), bytes});
  }
  const auto times = step::simulate_collectives(machine.network(), collectives);
  CollectiveResult result{.platform = request.platform.name,
                          .library = request.library.name,
                          .operation = collective::name_of(request.operation),
                          .slice = slice.label,
                          .chips = slice.chips,
                          .ranks = slice.chips * request.platform.chip.ranks,
                          .what_if = all.what_if,
                          .group = group,
                          .background_jobs = request.background_jobs,
                          .points = {},
                          .notes = notes_of(request, all, group),
                          .simulation = {}};
  for (size_t i = 0; i < collectives.size(); ++i) {
    const collective::Demand demand{request.operation, {group.size, group.stride}, collectives[i].bytes};
    result.points.push_back(point_of(request, slice, demand, collectives[i].schedule, times[i]));
    result.simulation.flows += times[i].flows;
  }
  result.simulation.mode = machine.folded() ? "folded" : "full";
  result.simulation.reason = reason_for_mode(request, machine);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  result.simulation.wall_seconds = wall.count();
  return result;
}

}  // namespace podsim::run
