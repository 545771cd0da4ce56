#pragma once

#include "collective/torus/torus.hpp"

namespace podsim::collective {

/// One flow from each sender to its receiver, the shortest way axis after axis, each link in one direction; between pods
/// through the cards of both nodes. Throws platform::Impossible where a receiver is no rank of the slice;
/// std::invalid_argument where one chip stands for a torus of which only a place sends.
Schedule sends(const TorusTask& task);

/// A collective of two ranks that lie anywhere: each sends the other what it must have.
Schedule pairs(const TorusTask& task);

}  // namespace podsim::collective
