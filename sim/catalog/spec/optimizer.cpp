#include "catalog/spec/optimizer.hpp"

#include "catalog/spec/stack.hpp"
#include "catalog/text/error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>

namespace podsim::catalog {
namespace {

/// An optimiser, and how its traffic follows from that of a relative.
struct OptimizerKind {
  std::string_view name;
  double states = 0;
  std::optional<Optimizer> relative{};
  double more_bytes = 0;  ///< than the relative
};

/// In the order of `Optimizer`. A state that is read and written moves 8 bytes; the norms of LARS read weight and
/// gradient once more.
constexpr std::array kOptimizerKinds{
    OptimizerKind{"adam", 2},
    OptimizerKind{"lamb", 2},
    OptimizerKind{"sgd_momentum", 1},
    OptimizerKind{"adafactor", 0},
    OptimizerKind{"adamw", 2, Optimizer::adam},
    OptimizerKind{"sgd", 0, Optimizer::sgd_momentum, -8},
    OptimizerKind{"rmsprop", 1, Optimizer::sgd_momentum},
    OptimizerKind{"lars", 1, Optimizer::sgd_momentum, 8},
    OptimizerKind{"lion", 1, Optimizer::sgd_momentum},
};

const OptimizerKind& kind_of(Optimizer optimizer) { return kOptimizerKinds.at(static_cast<size_t>(optimizer)); }

}  // namespace

std::vector<std::string> optimizers() {
  std::vector<std::string> names;
  for (const OptimizerKind& kind : kOptimizerKinds) names.emplace_back(kind.name);
  return names;
}

std::string_view name_of(Optimizer optimizer) { return kind_of(optimizer).name; }

double optimizer_states(Optimizer optimizer) { return kind_of(optimizer).states; }

double optimizer_bytes(const Stack& stack, Optimizer optimizer) {
  const auto& known = stack.update.bytes_per_parameter;
  if (const auto found = known.find(optimizer); found != known.end()) return found->second;
  const OptimizerKind& kind = kind_of(optimizer);
  if (kind.relative) {
    if (const auto found = known.find(*kind.relative); found != known.end()) return found->second + kind.more_bytes;
  }
  std::vector<std::string_view> names;
  for (const auto& [other, bytes] : known) names.push_back(name_of(other));
  std::sort(names.begin(), names.end());
  throw InputError(
      fmt::format("stack {} does not know the optimizer {}: it has {}\n"
                  "  way out: choose one of these, or set stack.optimizer_bytes_per_parameter.{}",
                  stack.name, kind.name, fmt::join(names, ", "), kind.name));
}

}  // namespace podsim::catalog
