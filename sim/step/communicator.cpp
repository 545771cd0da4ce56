#include "step/communicator.hpp"

#include "step/collective_run.hpp"

namespace podsim::step {

namespace sg = simgrid::s4u;

Communicator::Communicator(const Fabric& fabric, const collective::AllReduce& all_reduce, int ranks,
                           const std::vector<double>& bucket_bytes, SoloSeconds& known)
    : fabric_(fabric),
      all_reduce_(all_reduce),
      ranks_(ranks),
      bucket_bytes_(bucket_bytes),
      known_(known),
      posted_(bucket_bytes.size(), 0) {}

void Communicator::post(int bucket) {
  if (posted_[bucket] == 0) ++unfinished_;
  if (++posted_[bucket] < ranks_) return;
  posted_[bucket] = 0;
  ready_.push_back(bucket);
  work_->release();
}

void Communicator::wait_all() {
  if (!bucket_bytes_.empty()) done_->acquire();
}

void Communicator::wait_posted() {
  if (idle()) return;
  ++waiting_;
  idle_->acquire();
}

void Communicator::serve() {
  while (true) {
    work_->acquire();
    if (spans_.size() == bucket_bytes_.size()) spans_.clear();
    const int bucket = ready_.front();
    ready_.pop_front();
    const double start = sg::Engine::get_clock();
    reduce(bucket_bytes_[bucket]);
    spans_.push_back({Span::Kind::collective, bucket, start, sg::Engine::get_clock()});
    --unfinished_;
    for (; idle() && waiting_ > 0; --waiting_) idle_->release();
    if (spans_.size() < bucket_bytes_.size()) continue;
    for (int rank = 0; rank < ranks_; ++rank) done_->release();
  }
}

void Communicator::reduce(double bytes) {
  if (const auto known = known_.find(bytes); known != known_.end()) {
    sg::this_actor::sleep_for(known->second);
    return;
  }
  const double start = sg::Engine::get_clock();
  flows_ += play(fabric_, all_reduce_.schedule(bytes), bytes);
  known_[bytes] = sg::Engine::get_clock() - start;
}

}  // namespace podsim::step
