#pragma once

#include "catalog/spec/library.hpp"
#include "catalog/spec/platform.hpp"
#include "collective/schedule/choice.hpp"
#include "collective/schedule/operation.hpp"
#include "platform/node_fold.hpp"
#include "platform/slice.hpp"

#include <vector>

namespace podsim::collective {

/// What a library chooses by: the links of a machine, and its own constants.
struct Setting {
  const catalog::Platform& platform;
  const catalog::Library& library;
};

/// Collectives on a slice, of whose nodes some stand for others.
struct DemandsOnSlice {
  platform::Slice slice;
  platform::NodeFold nodes = platform::NodeFold::all();
  std::vector<Demand> demands;
};

/// A collective that its library runs in another way in one setting than in another.
struct ChangedChoice {
  Demand demand;
  Choice before;              ///< in the first setting
  Choice after;               ///< in the second
  double before_seconds = 0;  ///< what the first choice takes in the second setting, alone
  double after_seconds = 0;   ///< what the second one takes there
};

/// The collectives that a library runs in another way in `second` than in `first`, both machines of boxes. A library
/// chooses by its own model of time (docs/network.md), so that the second choice may be the slower one. What the
/// second library cannot run at all it does not choose between: such collectives are left out.
std::vector<ChangedChoice> changed_choices(const Setting& first, const Setting& second, const DemandsOnSlice& asked);

}  // namespace podsim::collective
