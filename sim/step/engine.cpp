#include "step/engine.hpp"

#include <xbt/log.h>

#include <string>
#include <vector>

namespace podsim::step {
namespace {

namespace sg = simgrid::s4u;

std::unique_ptr<sg::Engine> make_engine() {
  xbt_log_control_set("root.thres:critical");
  // Some options count only when the engine is constructed, and it takes them from a command line.
  std::vector<std::string> options{"podsim", "--cfg=network/model:CM02", "--cfg=network/crosstraffic:0",
                                   "--cfg=network/TCP-gamma:0",
                                   // Events closer than this would be merged; 1 ns is a lot of a small collective.
                                   "--cfg=surf/precision:1e-300"};
#ifdef PODSIM_SANITIZE
  options.emplace_back("--cfg=contexts/factory:thread");
#else
  options.emplace_back("--cfg=contexts/stack-size:256");
#endif
  std::vector<char*> arguments;
  for (std::string& option : options) arguments.push_back(option.data());
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  return std::make_unique<sg::Engine>(&count, arguments.data());
}

/// SimGrid advances its clock by adding `event - now`. That lands on the event exactly only where the event is at
/// most twice as late as now (Sterbenz's lemma); so something happens at every power of two, and no result depends on
/// what else goes on in the engine. From below the time of a byte on any link to 34 years, longer than any run of steps.
void keep_time() {
  for (double seconds = 0x1p-45; seconds <= 0x1p30; seconds *= 2) sg::this_actor::sleep_until(seconds);
}

}  // namespace

Engine::Engine() : engine_(make_engine()), zone_(new RouteZone("podsim")), clock_(add_host("clock")) {}

sg::Host* Engine::add_host(const std::string& name) { return zone_->create_host(name, {1.0}); }

void Engine::run() {
  zone_->seal();
  sg::Actor::create("clock", clock_, keep_time)->daemonize();
  engine_->run();
}

}  // namespace podsim::step
