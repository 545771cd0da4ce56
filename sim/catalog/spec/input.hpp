#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace podsim::catalog {

/// What the input pipeline reads and decodes.
enum class Input { text, image, audio };

/// Names in the order of `Input`, as files write them.
std::vector<std::string> inputs();
std::string_view name_of(Input input);

/// Examples per second that the input pipeline feeds: the least of those given.
struct InputRates {
  std::map<Input, double> per_node;
  std::map<Input, double> per_chip;       ///< decoded on the chips
  std::map<Input, double> per_host_core;  ///< decoded on the CPU; where the platform says how many cores it has
};

}  // namespace podsim::catalog
