#include "catalog/text/units.hpp"
#include "cli/facts/facts.hpp"
#include "results/quantity.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <variant>

namespace podsim::cli {
namespace {

using Json = nlohmann::ordered_json;
using catalog::Platform;

std::string shape_text(const std::vector<int>& shape) { return fmt::format("{}", fmt::join(shape, "x")); }

std::string rate_text(double bytes_per_second, double efficiency) {
  return fmt::format("{} each way, efficiency {}", results::metric(bytes_per_second, "B/s"),
                     results::percent(efficiency));
}

std::vector<Fact> network_facts(const catalog::Torus& torus, const Platform&) {
  std::vector<std::string> slices;
  for (const std::vector<int>& slice : torus.slices) slices.push_back(shape_text(slice));
  const Json link{{"bytes_per_second", torus.link_bytes_per_second}, {"efficiency", torus.link_efficiency}};
  std::vector<Fact> facts{
      {"topology", "torus of " + shape_text(torus.pod_shape) + " chips", "pod_shape", torus.pod_shape},
      {"slices", fmt::format("{}", fmt::join(slices, ", ")), "slices", slices},
      {"link", rate_text(torus.link_bytes_per_second, torus.link_efficiency), "link", link}};
  const catalog::DataCenterNetwork& between = torus.data_center;
  if (between.max_pods > 1) {
    facts.push_back({"between pods",
                     fmt::format("one node {}; up to {} pods",
                                 rate_text(between.node_bytes_per_second, between.node_efficiency), between.max_pods),
                     "data_center_network",
                     {{"bytes_per_second", between.node_bytes_per_second},
                      {"efficiency", between.node_efficiency},
                      {"max_pods", between.max_pods}}});
  }
  return facts;
}

Json rate_json(double bytes_per_second, double efficiency) {
  return {{"bytes_per_second", bytes_per_second}, {"efficiency", efficiency}};
}

Fact boxes_fact(const Platform& platform, int max_nodes) {
  return {"topology", fmt::format("boxes of {} chips, up to {} boxes", platform.node.chips, max_nodes), "max_nodes",
          max_nodes};
}

/// The network between nodes; nothing for boxes that stand alone.
std::vector<Fact> cluster_facts(const catalog::ClusterNetwork& network, size_t cards) {
  if (cards == 0) return {};
  std::vector<Fact> facts{
      {"network",
       fmt::format("{} cards a box; one card {}{}", cards,
                   rate_text(network.card_bytes_per_second, network.card_efficiency), network.rails ? "; rails" : ""),
       "network_card", rate_json(network.card_bytes_per_second, network.card_efficiency)}};
  for (const auto& level : network.levels) {
    facts.push_back(
        {"", fmt::format("groups of {} nodes, oversubscribed {}:1", level.nodes, level.oversubscription), "", nullptr});
  }
  return facts;
}

std::vector<Fact> network_facts(const catalog::NvlinkBoxes& boxes, const Platform& platform) {
  std::vector<Fact> facts{boxes_fact(platform, boxes.network.max_nodes)};
  if (!boxes.nvlinks.empty()) {
    facts.push_back({"NVLink",
                     fmt::format("{} pairs of chips; one link {}", boxes.nvlinks.size(),
                                 rate_text(boxes.nvlink_bytes_per_second, boxes.nvlink_efficiency)),
                     "nvlink", rate_json(boxes.nvlink_bytes_per_second, boxes.nvlink_efficiency)});
  }
  facts.push_back({"PCIe", fmt::format("{} switches", boxes.switches.size()), "pcie_switches", boxes.switches.size()});
  for (Fact& fact : cluster_facts(boxes.network, boxes.cards.size())) facts.push_back(std::move(fact));
  return facts;
}

std::vector<Fact> network_facts(const catalog::SwitchedBoxes& boxes, const Platform& platform) {
  std::vector<Fact> facts{boxes_fact(platform, boxes.network.max_nodes),
                          {"switch",
                           fmt::format("one chip {}{}", rate_text(boxes.chip_bytes_per_second, boxes.chip_efficiency),
                                       boxes.reduces ? "; adds up what passes" : ""),
                           "switch_port", rate_json(boxes.chip_bytes_per_second, boxes.chip_efficiency)}};
  for (Fact& fact : cluster_facts(boxes.network, static_cast<size_t>(boxes.cards))) facts.push_back(std::move(fact));
  return facts;
}

std::vector<Fact> site_facts(const Platform& platform) {
  std::vector<Fact> facts;
  if (platform.storage) {
    facts.push_back({"storage",
                     results::metric(platform.storage->node_bytes_per_second, "B/s") + " from a node" +
                         (platform.storage->total_bytes_per_second > 0
                              ? ", " + results::metric(platform.storage->total_bytes_per_second, "B/s") + " in all"
                              : ""),
                     "storage",
                     {{"node_bytes_per_second", platform.storage->node_bytes_per_second},
                      {"total_bytes_per_second", platform.storage->total_bytes_per_second}}});
  }
  if (platform.site) {
    std::string text = fmt::format("PUE {}", platform.site->pue);
    Json json{{"pue", platform.site->pue}, {"usd_per_kwh", nullptr}, {"kg_co2e_per_kwh", nullptr}};
    if (platform.site->usd_per_joule > 0) {
      json["usd_per_kwh"] = platform.site->usd_per_joule * catalog::kJoulesPerKWh;
      text += fmt::format(", ${:.3f} a kWh", platform.site->usd_per_joule * catalog::kJoulesPerKWh);
    }
    if (platform.site->grid_known) {
      json["kg_co2e_per_kwh"] = platform.site->kg_co2e_per_joule * catalog::kJoulesPerKWh;
      text += fmt::format(", {:.3g} kg CO2e a kWh", platform.site->kg_co2e_per_joule * catalog::kJoulesPerKWh);
    }
    facts.push_back({"site", text, "site", std::move(json)});
  }
  return facts;
}

std::vector<Fact> stop_facts(const Platform& platform) {
  std::vector<Fact> facts;
  if (platform.faults) {
    const double rate = platform.faults->failures_per_node_second * 1000 * catalog::kDay;
    facts.push_back({"faults",
                     fmt::format("{} failures of 1,000 nodes a day, {} to restart", results::number(rate),
                                 results::duration(platform.faults->restart_seconds)),
                     "faults",
                     {{"failures_per_1000_node_days", rate}, {"restart_seconds", platform.faults->restart_seconds}}});
  }
  if (platform.preemption) {
    const catalog::Preemption& preemption = *platform.preemption;
    facts.push_back(
        {"preemption",
         fmt::format("each {} after {} on the mean{}, new ones after {}", preemption.per_slice ? "slice" : "node",
                     results::duration(preemption.mean_seconds),
                     preemption.max_seconds > 0 ? " and at most " + results::duration(preemption.max_seconds) : "",
                     results::duration(preemption.wait_seconds)),
         "preemption",
         {{"unit", preemption.per_slice ? "slice" : "node"},
          {"mean_seconds", preemption.mean_seconds},
          {"max_seconds", preemption.max_seconds},
          {"wait_seconds", preemption.wait_seconds}}});
  }
  return facts;
}

}  // namespace

std::vector<Fact> facts_of(const catalog::Loaded<Platform>& loaded) {
  const Platform& platform = loaded.value;
  std::vector<Fact> facts{{"platform", platform.name, "name", platform.name},
                          {"", platform.description, "description", platform.description},
                          {"chip", fmt::format("{}, ranks per chip: {}", platform.chip.name, platform.chip.ranks),
                           "chip", platform.chip.name},
                          {"node",
                           fmt::format("{} chips; host {} W", platform.node.chips, platform.node.host_watts),
                           "node",
                           {{"chips", platform.node.chips}, {"host_watts", platform.node.host_watts}}}};
  const auto network =
      std::visit([&](const auto& kind) { return network_facts(kind, platform); }, platform.interconnect);
  for (const auto& part : {network, price_facts(platform.prices), site_facts(platform), stop_facts(platform),
                           source_facts(loaded.inputs)}) {
    facts.insert(facts.end(), part.begin(), part.end());
  }
  return facts;
}

}  // namespace podsim::cli
