#pragma once

#include "catalog/spec/platform.hpp"
#include "platform/boxes.hpp"
#include "platform/network.hpp"
#include "platform/node_fold.hpp"
#include "platform/slice.hpp"
#include "platform/torus.hpp"

#include <memory>
#include <string>

namespace podsim::collective {

/// The links of a slice, whole or folded, for any number of collectives: their routes are added to one
/// network, so that those at work at the same time share its links.
class Machine {
 public:
  /// Boxes fold over alike nodes as given. A torus folds to one chip where all nodes are alike, and is whole otherwise.
  Machine(const catalog::Platform& platform, const platform::Slice& slice, const platform::NodeFold& fold);
  /// Folded over all nodes, or whole.
  Machine(const catalog::Platform& platform, const platform::Slice& slice, bool folded)
      : Machine(platform, slice, folded ? platform::NodeFold::all() : platform::NodeFold::none()) {}

  const platform::Network& network() const { return network_; }
  platform::Network& network() { return network_; }
  /// The one that is not there is null.
  const platform::TorusNetwork* torus() const { return torus_.get(); }
  const platform::BoxesNetwork* boxes() const { return boxes_.get(); }

  int ranks() const { return ranks_; }
  int ranks_per_chip() const { return ranks_per_chip_; }
  /// What the library looks up the generation of the chip by.
  const std::string& architecture() const { return architecture_; }
  /// False where parts of the machine are not alike, so that all of it is represented though it was to be folded.
  bool folded() const;

 private:
  std::unique_ptr<platform::TorusNetwork> torus_;
  std::unique_ptr<platform::BoxesNetwork> boxes_;
  platform::Network network_;
  int ranks_;
  int ranks_per_chip_;
  int slice_chips_;
  std::string architecture_;
};

}  // namespace podsim::collective
