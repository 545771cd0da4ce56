#pragma once

#include "catalog/spec/platform.hpp"

#include <string>
#include <vector>

namespace podsim::catalog {

/// Links of one kind of a machine: their data-sheet rates, to be read or changed together.
struct LinkClass {
  std::string name;                       ///< "nvlink", "network", ...
  std::vector<double*> bytes_per_second;  ///< into the platform
};

/// The network between the nodes of a platform; null where it has none.
ClusterNetwork* cluster_network(Platform& platform);

/// Every kind of link that a platform has.
std::vector<LinkClass> link_classes(Platform& platform);

}  // namespace podsim::catalog
