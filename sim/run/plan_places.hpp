#pragma once

#include <map>
#include <string>

namespace podsim::run {

/// Options that nobody typed but the plan of a workload's file gives, each with its place: "--tp" at "mine.yaml:9:7".
using PlanPlaces = std::map<std::string, std::string>;

/// The reason of an impossible run with the file's keys in the place of such options, and where the first of them
/// stands: "mine.yaml:9:7: plan.tp 16: does not divide ...". The way out keeps options: they win over the file.
std::string told_by_places(const std::string& reason, const PlanPlaces& places);

}  // namespace podsim::run
