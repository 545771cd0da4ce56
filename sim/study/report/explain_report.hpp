#pragma once

#include "run/account/result.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace podsim::study {

/// What ten percent more of a resource brings to a run.
struct Improvement {
  std::string resource;
  double elasticity = 0;
  double step_seconds = 0;  ///< with it
  double hours_saved = 0;   ///< of the run
  double usd_saved = 0;     ///< on demand; 0 where there is no such price
};

/// Largest first: the elasticities of `result`, and "overlap": a tenth of the communication that is
/// waited for hidden behind work. That one is no resource and stands last.
std::vector<Improvement> improvements(const run::RunResult& result);

/// About one for all resources, and for all parts of the machine.
double elasticity_sum(const std::vector<run::Elasticity>& elasticities);

/// At most 100 columns, for people.
std::string explain_table(const run::RunResult& result);

/// Schema podsim/explain/1.
nlohmann::ordered_json explain_json(const run::RunResult& result);

}  // namespace podsim::study
