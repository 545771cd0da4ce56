#include "run/group_refusal.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <utility>

namespace podsim::run {
namespace {

/// "--tp 6 --hybrid-shard 2".
std::string degrees_text(const parallel::Plan& plan) {
  const parallel::Degrees& degrees = plan.degrees;
  const bool within = plan.zero > 0 && plan.update_shards < degrees.replicas();
  std::string text;
  for (const auto& [option, value] : {std::pair{"--tp", degrees.tensor},
                                      {"--cp", degrees.context},
                                      {"--pp", degrees.pipeline},
                                      {"--ep", degrees.expert},
                                      {"--etp", degrees.expert_tensor},
                                      {"--hybrid-shard", within ? plan.update_shards : 1}}) {
    if (value > 1) text += fmt::format("{}{} {}", text.empty() ? "" : " ", option, value);
  }
  return text;
}

}  // namespace

std::string told_by_degrees(const std::string& reason, const parallel::Plan& plan) {
  const std::string degrees = degrees_text(plan);
  const size_t named = reason.find(": ");
  const size_t way_out = reason.find("\n  way out: ");
  if (degrees.empty() || !reason.starts_with("--group ") || way_out == std::string::npos) return reason;
  const std::string what = reason.substr(named + 2, way_out - named - 2);
  const std::string way =
      reason.find("--full", way_out) != std::string::npos
          ? reason.substr(way_out)
          : "\n  way out: take degrees whose groups divide a node or are whole nodes, on a torus products of its axes";
  const size_t distance = reason.find(':');
  return fmt::format("{}: of the groups of {} ranks, each {} behind the one before: {}{}", degrees,
                     reason.substr(8, distance - 8), reason.substr(distance + 1, named - distance - 1), what, way);
}

}  // namespace podsim::run
