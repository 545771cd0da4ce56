#pragma once

#include <simgrid/s4u.hpp>

#include <memory>

namespace podsim::step {

/// The SimGrid engine of this process, silent and set up as podsim needs it: flows share links by
/// max-min fairness alone (CM02, no cross-traffic, no TCP windows). At most one per process.
std::unique_ptr<simgrid::s4u::Engine> make_engine();

}  // namespace podsim::step
