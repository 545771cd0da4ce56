#include "step/code/groups.hpp"

#include <algorithm>

namespace podsim::step {
namespace {

/// First ranks of the groups that lie in the slice as a whole.
std::vector<int> firsts_of_whole_groups(const collective::Demand& demand, int ranks) {
  std::vector<int> firsts = collective::first_ranks(demand, ranks);
  std::erase_if(firsts, [&](int first) {
    const int last = first + demand.group.stride * (demand.group.size - 1);
    return last < 0 || last >= ranks;
  });
  return firsts;
}

}  // namespace

Groups::Groups(const parallel::StepProgram& program, int ranks, bool full) : program_(program) {
  for (const parallel::Message& message : program.messages) {
    std::vector<int>& firsts = firsts_.emplace_back();
    if (full) firsts = firsts_of_whole_groups(program.demand(message), ranks);
    if (firsts.size() < 2) firsts = {collective::kAllGroups};
  }
}

std::optional<int> Groups::of_rank(int message, int rank) const {
  const std::vector<int>& firsts = firsts_[static_cast<size_t>(message)];
  if (firsts.front() == collective::kAllGroups) return collective::kAllGroups;
  const int first = collective::first_rank(program_.demand(program_.messages[static_cast<size_t>(message)]), rank);
  if (!std::binary_search(firsts.begin(), firsts.end(), first)) return std::nullopt;
  return first;
}

std::vector<collective::Demand> Groups::demands(int message) const {
  std::vector<collective::Demand> demands;
  for (const int first : firsts_[static_cast<size_t>(message)]) {
    demands.push_back(program_.demand(program_.messages[static_cast<size_t>(message)]));
    demands.back().instance = first;
  }
  return demands;
}

std::vector<collective::Demand> demands_of(const parallel::StepProgram& program, int ranks, bool full) {
  const Groups groups(program, ranks, full);
  std::vector<collective::Demand> demands;
  for (size_t message = 0; message < program.messages.size(); ++message) {
    for (const collective::Demand& demand : groups.demands(static_cast<int>(message))) demands.push_back(demand);
  }
  return demands;
}

}  // namespace podsim::step
