#include "cli/command/collective_report.hpp"

#include "catalog/text/units.hpp"
#include "results/quantity.hpp"
#include "results/text.hpp"
#include "results/text_table.hpp"

#include <fmt/format.h>

#include <cmath>

namespace podsim::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kTableColumns = 100;

std::string group_text(const run::CollectiveResult& result) {
  if (result.group.size == result.ranks) return results::count(result.ranks, "rank");
  std::string text = fmt::format("groups of {}", results::count(result.group.size, "rank"));
  if (result.group.stride > 1) text += fmt::format(" at a distance of {}", result.group.stride);
  return text;
}

Json point_json(const run::CollectivePoint& point) {
  return {{"bytes", point.bytes},
          {"seconds", point.seconds},
          {"bound_seconds", point.bound_seconds},
          {"bus_bandwidth_GBps", point.bus_bytes_per_second / catalog::kGB},
          {"algorithm_bandwidth_GBps", point.algorithm_bytes_per_second / catalog::kGB},
          {"algorithm", point.algorithm},
          {"protocol", point.protocol}};
}

}  // namespace

std::string to_table(const run::CollectiveResult& result) {
  std::string text =
      fmt::format("{} on {}: {} ({}), {}, library {}\n\n", result.operation, result.platform,
                  results::count(result.chips, "chip"), result.slice, group_text(result), result.library);
  if (result.background_jobs > 0) {
    text.insert(text.size() - 1, fmt::format("beside {} of the same kind, node by node in turn\n",
                                             results::count(result.background_jobs, "job")));
  }
  if (result.what_if) text.insert(text.size() - 1, "what-if: more chips than the real machine has\n");
  results::TextTable table(
      {{"size"}, {"time"}, {"alg. GB/s"}, {"bus GB/s"}, {"algorithm", results::Align::left}, {"bound"}, {"of bound"}});
  for (const run::CollectivePoint& point : result.points) {
    const double reached = point.seconds > 0 ? point.bound_seconds / point.seconds : 1;
    const std::string protocol = point.protocol.empty() ? "" : "/" + point.protocol;
    table.add({results::bytes(point.bytes), results::duration(point.seconds),
               results::number(point.algorithm_bytes_per_second / catalog::kGB),
               results::number(point.bus_bytes_per_second / catalog::kGB), point.algorithm + protocol,
               results::duration(point.bound_seconds), results::percent(reached)});
  }
  text += table.text();
  for (const std::string& note : result.notes) text += "\n" + results::paragraph("note: " + note, kTableColumns);
  return text + "\n" +
         results::paragraph(fmt::format("simulated {}: {}; {}, {}", result.simulation.mode, result.simulation.reason,
                                        results::count(result.simulation.flows, "flow"),
                                        results::duration(result.simulation.wall_seconds)),
                            kTableColumns);
}

Json to_json(const run::CollectiveResult& result) {
  Json json{{"schema", "podsim/collective/1"},
            {"platform", result.platform},
            {"library", result.library},
            {"operation", result.operation},
            {"chips", result.chips},
            {"ranks", result.ranks},
            {"slice", result.slice},
            {"what_if", result.what_if},
            {"group", {{"size", result.group.size}, {"stride", result.group.stride}}},
            {"background_jobs", result.background_jobs}};
  if (result.points.size() == 1) {
    json.update(point_json(result.points.front()));
  } else {
    json["sizes"] = Json::array();
    for (const run::CollectivePoint& point : result.points) json["sizes"].push_back(point_json(point));
  }
  json["notes"] = result.notes;
  json["simulation"] = {{"mode", result.simulation.mode},
                        {"reason", result.simulation.reason},
                        {"flows", result.simulation.flows},
                        {"wall_seconds", result.simulation.wall_seconds}};
  return json;
}

}  // namespace podsim::cli
