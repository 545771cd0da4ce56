#pragma once

#include "catalog/spec/platform.hpp"
#include "catalog/yaml/field.hpp"

namespace podsim::catalog {

// Each checks one map of a platform: what surrounds its machines.
Storage load_storage(const Field& field);
Site load_site(const Field& field);
Faults load_faults(const Field& field);
Preemption load_preemption(const Field& field);

}  // namespace podsim::catalog
