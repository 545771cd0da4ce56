#pragma once

#include <vector>

namespace podsim::platform {

/// True for the slices that optical switches can twist: n x n x 2n and n x 2n x 2n, n at least 4, in any order.
bool can_twist(const std::vector<int>& shape);

/// Mean number of hops along each axis from a chip to all chips, itself among them, by shortest ways in a twisted
/// torus: closing a short axis also moves by half of a long one, so that the slice is a face-centred (n x n x 2n) or
/// body-centred (n x 2n x 2n) cubic lattice, in which the axes are alike (Camara et al., "Twisted Torus Topologies
/// for Enhanced Interconnection Networks", 2010).
std::vector<double> twisted_hops(const std::vector<int>& shape);

}  // namespace podsim::platform
