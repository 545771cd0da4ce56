#pragma once

#include "catalog/spec/platform.hpp"
#include "catalog/yaml/field.hpp"

#include <string>
#include <vector>

namespace podsim::catalog {

/// The keys of a `network` map; `cards` is read by the topology that it belongs to.
std::vector<std::string> cluster_network_keys();

/// Checks the network between nodes.
ClusterNetwork load_cluster_network(const Field& field);

}  // namespace podsim::catalog
