#pragma once

#include "catalog/yaml/text_file.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace podsim::results {

/// Where a result comes from. The caller fills it; the writers add nothing that changes from call to call.
struct Provenance {
  std::string version;     ///< of podsim
  std::string git_commit;  ///< "unknown" outside a clone
  std::string simgrid_version;
  std::string command_line;  ///< as typed
  int64_t seed = 0;
  std::string created_utc;  ///< ISO 8601: "2024-05-01T12:00:00Z"
  std::vector<catalog::InputText> inputs;
};

}  // namespace podsim::results
