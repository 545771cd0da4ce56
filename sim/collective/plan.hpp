#pragma once

#include "catalog/spec/library.hpp"
#include "collective/machine.hpp"
#include "collective/schedule/choice.hpp"
#include "collective/schedule/operation.hpp"
#include "collective/schedule/schedule.hpp"

#include <map>
#include <optional>
#include <set>

namespace podsim::collective {

/// The schedule of a collective as its library would run it: on boxes the algorithm and protocol for
/// which NCCL's own model gives the least time, on a torus along the axes. `forced` overrides that.
/// Routes are added to the machine's network; what the schedule says holds for the demand's bytes.
/// Throws platform::Impossible where the group does not fit the machine, or the algorithm not the
/// group; InputError where the library has no constants; std::invalid_argument as plan_instances.
Schedule plan(Machine& machine, const Demand& demand, const catalog::Library& library,
              const std::optional<Choice>& forced = std::nullopt);

/// The schedules of several groups of a demand, by first rank: each beside the others. Throws as `plan`, and
/// std::invalid_argument where no represented group starts with one of the ranks, or one chip stands for a torus.
std::map<int, Schedule> plan_instances(Machine& machine, const Demand& demand, const std::set<int>& first_ranks,
                                       const catalog::Library& library,
                                       const std::optional<Choice>& forced = std::nullopt);

}  // namespace podsim::collective
