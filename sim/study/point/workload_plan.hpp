#pragma once

#include "catalog/lookup/catalog.hpp"
#include "catalog/yaml/field.hpp"
#include "parallel/plan/plan.hpp"
#include "run/plan_places.hpp"

#include <string>
#include <vector>

namespace podsim::study {

/// What the `plan` of a workload's file fixes: keys of parallel::plan_keys() but for the batch, which is the recipe's.
/// Throws InputError.
parallel::PlanChoice load_workload_plan(const catalog::Field& field);

/// The same of a workload by name or path; nothing fixed where its file has no plan. Throws InputError.
parallel::PlanChoice workload_plan(const catalog::Catalog& catalog, const std::string& name_or_path,
                                   const std::vector<catalog::Override>& overrides = {});

/// Where the file, or an override, gives the keys of such a plan that are in force in `choice`. Throws InputError.
run::PlanPlaces workload_plan_places(const catalog::Catalog& catalog, const std::string& name_or_path,
                                     const std::vector<catalog::Override>& overrides,
                                     const parallel::PlanChoice& choice);

/// Takes from a workload's plan what `choice` leaves open, but nothing that belongs to a key that is fixed otherwise:
/// without a pipeline (--pp 1) there is no schedule, and a split is of as many stages as the plan has.
void add_workload_plan(const parallel::PlanChoice& plan, parallel::PlanChoice& choice);

/// "--tp 8 --pp 16": the keys of a workload's plan that are in force in `choice`; empty where none is.
std::string plan_in_force(const parallel::PlanChoice& plan, const parallel::PlanChoice& choice);

}  // namespace podsim::study
