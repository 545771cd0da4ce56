#include "cli/facts.hpp"
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
  return {{"topology", "torus of " + shape_text(torus.pod_shape) + " chips", "pod_shape", torus.pod_shape},
          {"slices", fmt::format("{}", fmt::join(slices, ", ")), "slices", slices},
          {"link", rate_text(torus.link_bytes_per_second, torus.link_efficiency), "link", link}};
}

std::vector<Fact> network_facts(const catalog::NvlinkBoxes& boxes, const Platform& platform) {
  const Json nvlink{{"bytes_per_second", boxes.nvlink_bytes_per_second}, {"efficiency", boxes.nvlink_efficiency}};
  const Json card{{"bytes_per_second", boxes.card_bytes_per_second}, {"efficiency", boxes.card_efficiency}};
  return {{"topology", fmt::format("boxes of {} chips, up to {} boxes", platform.node.chips, boxes.max_nodes),
           "max_nodes", boxes.max_nodes},
          {"NVLink",
           fmt::format("{} pairs of chips; one link {}", boxes.nvlinks.size(),
                       rate_text(boxes.nvlink_bytes_per_second, boxes.nvlink_efficiency)),
           "nvlink", nvlink},
          {"PCIe", fmt::format("{} switches", boxes.switches.size()), "pcie_switches", boxes.switches.size()},
          {"network",
           fmt::format("{} cards a box; one card {}", boxes.cards.size(),
                       rate_text(boxes.card_bytes_per_second, boxes.card_efficiency)),
           "network_card", card}};
}

std::vector<Fact> price_facts(const catalog::Prices& prices) {
  std::vector<Fact> facts;
  Json usd = Json::object();
  for (const auto& [kind, price] : prices.usd_per_unit_hour) {
    facts.push_back(
        {facts.empty() ? "prices" : "",
         fmt::format("{}: ${:.2f} an hour for each {} (chips: {})", kind, price, prices.unit, prices.chips_per_unit),
         "", nullptr});
    usd[kind] = price;
  }
  if (facts.empty()) return facts;
  facts.front().text += ", as of " + prices.date;
  facts.front().key = "prices";
  facts.front().value = {{"unit", prices.unit},
                         {"chips_per_unit", prices.chips_per_unit},
                         {"date", prices.date},
                         {"usd_per_unit_hour", std::move(usd)}};
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
  for (const auto& part : {network, price_facts(platform.prices), source_facts(loaded.inputs)}) {
    facts.insert(facts.end(), part.begin(), part.end());
  }
  return facts;
}

}  // namespace podsim::cli
