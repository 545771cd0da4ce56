#include "study/point/reference.hpp"

namespace podsim::study {

std::vector<catalog::Override> without_link_overrides(std::vector<catalog::Override> overrides) {
  std::erase_if(overrides, [](const catalog::Override& override) {
    const std::string& key = override.key;
    if (key.starts_with("stack.collective_library.") || key.starts_with("library.")) return true;
    return key.starts_with("platform.interconnect.") && (key.ends_with("_GBps") || key.ends_with("efficiency"));
  });
  return overrides;
}

}  // namespace podsim::study
