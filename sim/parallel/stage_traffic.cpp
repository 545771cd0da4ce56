#include "parallel/stage_traffic.hpp"

namespace podsim::parallel {
namespace {

constexpr double kBarrierBytes = 4;

}  // namespace

int StageTraffic::rank_of(int stage, int chunk) const {
  const pipeline::Shape shape = plan_.shape();
  if (plan_.schedule == pipeline::ScheduleKind::dualpipe) return chunk == 0 ? stage : shape.ranks - 1 - stage;
  for (int rank = 0; rank < shape.ranks; ++rank) {
    for (int of_rank = 0; of_rank < shape.chunks; ++of_rank) {
      if (pipeline::stage_of(plan_.schedule, shape, rank, of_rank) == stage) return rank;
    }
  }
  return kNone;
}

int StageTraffic::stream(int from, int to) {
  const auto found = streams_.find({from, to});
  if (found != streams_.end()) return found->second;
  const Mesh mesh = plan_.mesh();
  return streams_[{from, to}] = builder_.add_stream(mesh.hop(from, to), mesh.stage(from));
}

int StageTraffic::pair_message(int from, int to, Traffic traffic, double bytes) {
  const std::tuple key{from, to, traffic};
  const auto found = pairs_.find(key);
  if (found != pairs_.end()) return found->second;
  return pairs_[key] = builder_.add_message({stream(from, to), traffic, collective::Operation::send, bytes, 0});
}

int StageTraffic::message(int rank, int chunk, bool forward, bool sent) {
  const pipeline::Shape shape = plan_.shape();
  const int stage = pipeline::stage_of(plan_.schedule, shape, rank, chunk);
  const int other = stage + (forward == sent ? 1 : -1);
  if (other < 0 || other >= pipeline::stages(plan_.schedule, shape)) return kNone;
  const int rank_of_other = rank_of(other, chunk);
  if (rank_of_other == rank) return kNone;
  const std::pair key{sent ? std::pair{stage, other} : std::pair{other, stage},
                      plan_.schedule == pipeline::ScheduleKind::dualpipe ? chunk : 0};
  const auto found = messages_.find(key);
  if (found != messages_.end()) return found->second;
  const int from = sent ? rank : rank_of_other;
  const int to = sent ? rank_of_other : rank;
  const double bytes = whole_bytes_ / plan_.degrees.tensor;
  return messages_[key] =
             builder_.add_message({stream(from, to), Traffic::activations, collective::Operation::send, bytes, 0});
}

int StageTraffic::barrier() {
  if (barrier_ != kNone) return barrier_;
  const int stream = builder_.add_stream(plan_.mesh().world());
  return barrier_ =
             builder_.add_message({stream, Traffic::barrier, collective::Operation::all_reduce, kBarrierBytes, 0});
}

}  // namespace podsim::parallel
