#pragma once

#include "catalog/spec/library.hpp"
#include "collective/machine.hpp"
#include "collective/schedule/choice.hpp"
#include "collective/schedule/operation.hpp"
#include "collective/schedule/schedule.hpp"

#include <optional>

namespace podsim::collective {

/// The schedule of a collective as its library would run it: on boxes the algorithm and protocol for
/// which NCCL's own model gives the least time, on a torus along the axes. `forced` overrides that.
/// Routes are added to the machine's network; what the schedule says holds for the demand's bytes.
/// Throws platform::Impossible where the group does not fit the machine, or the algorithm not the
/// group; InputError where the library has no constants.
Schedule plan(Machine& machine, const Demand& demand, const catalog::Library& library,
              const std::optional<Choice>& forced = std::nullopt);

}  // namespace podsim::collective
