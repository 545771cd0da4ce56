#include "catalog/spec/library.hpp"

namespace podsim::catalog {

const ArchitectureLimits& Library::limits(const std::string& architecture) const {
  const auto found = architectures.find(architecture);
  return found != architectures.end() ? found->second : architectures.at("any");
}

const std::vector<std::string>& collective_algorithms() {
  static const std::vector<std::string> names = {
      "ring", "tree", "nvls", "nvls_tree", "sharp", "hierarchical", "halving_doubling", "direct", "torus"};
  return names;
}

std::string name_of(Protocol protocol) {
  switch (protocol) {
    case Protocol::ll: return "ll";
    case Protocol::ll128: return "ll128";
    case Protocol::simple: return "simple";
  }
  return "unknown";
}

}  // namespace podsim::catalog
