#include "catalog/machines/site_loader.hpp"

#include "catalog/text/units.hpp"
#include "catalog/yaml/rules.hpp"

#include <string>
#include <vector>

namespace podsim::catalog {
namespace {

NumberRule pue_rule() {
  NumberRule rule = positive("a PUE", "give the energy of the building over that of its machines, for example 1.1", 10);
  rule.low = 1;
  rule.low_allowed = true;
  return rule;
}

}  // namespace

Storage load_storage(const Field& field) {
  const MapReader map = field.map({"node_GBps", "total_GBps"});
  const NumberRule rate = rate_rule("give what is written in a second, for example 0.5", 1e6);
  Storage storage;
  storage.node_bytes_per_second = map["node_GBps"].number(rate) * kGB;
  if (const auto total = map.find("total_GBps")) storage.total_bytes_per_second = total->number(rate) * kGB;
  return storage;
}

Site load_site(const Field& field) {
  const MapReader map = field.map({"pue", "usd_per_kWh", "kg_co2e_per_kWh"});
  Site site;
  site.pue = map["pue"].number(pue_rule());
  if (const auto usd = map.find("usd_per_kWh")) {
    site.usd_per_joule =
        usd->number(positive("a price", "give US dollars for a kilowatt hour, for example 0.10", 100)) / kJoulesPerKWh;
  }
  if (const auto co2e = map.find("kg_co2e_per_kWh")) {
    site.kg_co2e_per_joule =
        co2e->number(not_negative("an emission", "give the grid's mean, for example 0.4", 10)) / kJoulesPerKWh;
    site.grid_known = true;
  }
  return site;
}

Faults load_faults(const Field& field) {
  const MapReader map = field.map({"failures_per_1000_node_days", "restart_min"});
  return {
      .failures_per_node_second = map["failures_per_1000_node_days"].number(not_negative(
                                      "a rate", "give the failures of 1,000 nodes in a day, for example 6.5", 1e6)) /
                                  (1000 * kDay),
      .restart_seconds = map["restart_min"].number(not_negative(
                             "a time", "give the minutes from a failure until training goes on, for example 10", 1e5)) *
                         kMinute};
}

Preemption load_preemption(const Field& field) {
  const MapReader map = field.map({"unit", "mean_hours", "max_hours", "wait_min"});
  const std::vector<std::string> units = {"slice", "node"};
  Preemption preemption;
  preemption.per_slice = map["unit"].choice(units, "units that are taken back") == 0;
  preemption.mean_seconds =
      map["mean_hours"].number(positive("a time", "give the mean hours until it is taken back, for example 18", 1e6)) *
      kHour;
  if (const auto longest = map.find("max_hours")) {
    preemption.max_seconds =
        longest->number(positive("a time", "give the hours after which it is always taken back, for example 24", 1e6)) *
        kHour;
  }
  preemption.wait_seconds = map["wait_min"].number(not_negative(
                                "a time", "give the minutes until machines are to be had again, for example 15", 1e6)) *
                            kMinute;
  return preemption;
}

}  // namespace podsim::catalog
