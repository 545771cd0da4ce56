#include "step/engine.hpp"

#include <xbt/log.h>

#include <string>
#include <vector>

namespace podsim::step {

std::unique_ptr<simgrid::s4u::Engine> make_engine() {
  xbt_log_control_set("root.thres:critical");
  // Some options count only when the engine is constructed, and it takes them from a command line.
  std::vector<std::string> options{"podsim", "--cfg=network/model:CM02", "--cfg=network/crosstraffic:0",
                                   "--cfg=network/TCP-gamma:0"};
#ifdef PODSIM_SANITIZE
  options.emplace_back("--cfg=contexts/factory:thread");
#else
  options.emplace_back("--cfg=contexts/stack-size:256");
#endif
  std::vector<char*> arguments;
  for (std::string& option : options) arguments.push_back(option.data());
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  return std::make_unique<simgrid::s4u::Engine>(&count, arguments.data());
}

}  // namespace podsim::step
