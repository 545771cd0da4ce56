#include "collective/changed_choice.hpp"

#include "collective/machine.hpp"
#include "collective/plan.hpp"

namespace podsim::collective {
namespace {

bool has_constants(const catalog::Library& library, const Choice& choice) {
  const auto protocols = library.algorithms.find(choice.algorithm);
  return protocols != library.algorithms.end() && protocols->second.contains(choice.protocol);
}

}  // namespace

std::vector<ChangedChoice> changed_choices(const Setting& first, const Setting& second, const DemandsOnSlice& asked) {
  Machine there(first.platform, asked.slice, asked.nodes);
  Machine here(second.platform, asked.slice, asked.nodes);
  std::vector<ChangedChoice> changed;
  for (const Demand& demand : asked.demands) {
    const Schedule before = plan(there, demand, first.library);
    const Schedule after = plan(here, demand, second.library);
    if (before.choice == after.choice || !has_constants(second.library, *before.choice)) continue;
    const Schedule kept = plan(here, demand, second.library, before.choice);
    changed.push_back({.demand = demand,
                       .before = *before.choice,
                       .after = *after.choice,
                       .before_seconds = kept.unshared_seconds(here.network(), demand.bytes),
                       .after_seconds = after.unshared_seconds(here.network(), demand.bytes)});
  }
  return changed;
}

}  // namespace podsim::collective
