#include "catalog/spec/library.hpp"

namespace podsim::catalog {

const ArchitectureLimits& Library::limits(const std::string& architecture) const {
  const auto found = architectures.find(architecture);
  return found != architectures.end() ? found->second : architectures.at("any");
}

const std::vector<std::string>& algorithm_names() {
  static const std::vector<std::string> names = {
      "ring", "tree", "nvls", "nvls_tree", "sharp", "hierarchical", "halving_doubling", "direct", "torus"};
  return names;
}

const std::vector<std::string>& protocol_names() {
  static const std::vector<std::string> names = {"ll", "ll128", "simple"};
  return names;
}

const std::string& name_of(Algorithm algorithm) { return algorithm_names().at(static_cast<size_t>(algorithm)); }

const std::string& name_of(Protocol protocol) { return protocol_names().at(static_cast<size_t>(protocol)); }

}  // namespace podsim::catalog
