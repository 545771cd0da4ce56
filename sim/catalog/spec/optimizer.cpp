#include "catalog/spec/optimizer.hpp"

#include "catalog/spec/stack.hpp"
#include "catalog/text/error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace podsim::catalog {
namespace {

/// An optimiser, and how its traffic follows from that of a relative.
struct OptimizerKind {
  std::string_view name;
  double states = 0;
  std::string_view relative{};
  double more_bytes = 0;  ///< than the relative
};

/// A state that is read and written moves 8 bytes; the norms of LARS read weight and gradient once more.
/// Kingma and Ba 2015; Loshchilov and Hutter 2019; You et al. 2017 and 2020; Shazeer and Stern 2018; Chen et al. 2023.
constexpr std::array kOptimizerKinds{
    OptimizerKind{"adam", 2},
    OptimizerKind{"lamb", 2},
    OptimizerKind{"sgd_momentum", 1},
    OptimizerKind{"adafactor", 0},
    OptimizerKind{"adamw", 2, "adam"},
    OptimizerKind{"sgd", 0, "sgd_momentum", -8},
    OptimizerKind{"rmsprop", 1, "sgd_momentum"},
    OptimizerKind{"lars", 1, "sgd_momentum", 8},
    OptimizerKind{"lion", 1, "sgd_momentum"},
};

const OptimizerKind& kind_of(const std::string& optimizer) {
  const auto* found = std::find_if(kOptimizerKinds.begin(), kOptimizerKinds.end(),
                                   [&](const OptimizerKind& kind) { return kind.name == optimizer; });
  if (found != kOptimizerKinds.end()) return *found;
  throw InputError(fmt::format("training.optimizer: {}: is not known\n  way out: take one of {}", optimizer,
                               fmt::join(optimizers(), ", ")));
}

}  // namespace

std::vector<std::string> optimizers() {
  std::vector<std::string> names;
  for (const OptimizerKind& kind : kOptimizerKinds) names.emplace_back(kind.name);
  return names;
}

double optimizer_states(const std::string& optimizer) { return kind_of(optimizer).states; }

double optimizer_bytes(const Stack& stack, const std::string& optimizer) {
  const auto& known = stack.update.bytes_per_parameter;
  if (const auto found = known.find(optimizer); found != known.end()) return found->second;
  const OptimizerKind& kind = kind_of(optimizer);
  const auto relative = known.find(std::string(kind.relative));
  if (relative != known.end()) return relative->second + kind.more_bytes;
  std::vector<std::string_view> names;
  for (const auto& [name, bytes] : known) names.push_back(name);
  throw InputError(
      fmt::format("stack {} does not know the optimizer {}: it has {}\n"
                  "  way out: choose one of these, or set stack.optimizer_bytes_per_parameter.{}",
                  stack.name, optimizer, fmt::join(names, ", "), optimizer));
}

}  // namespace podsim::catalog
