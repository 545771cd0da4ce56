#include "catalog/spec/names.hpp"

namespace podsim::catalog {

std::vector<std::string> model_kinds() { return {"transformer", "convolutional", "recurrent", "gan"}; }

std::string model_kind(const Workload& workload) { return model_kinds()[workload.model.index()]; }

std::vector<std::string> recomputes() { return {"none", "selective", "full"}; }

std::optional<Recompute> recompute_of(const std::string& name) {
  if (name == "none") return Recompute::none;
  if (name == "selective") return Recompute::selective;
  if (name == "full") return Recompute::full;
  return std::nullopt;
}

}  // namespace podsim::catalog
