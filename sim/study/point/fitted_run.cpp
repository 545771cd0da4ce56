#include "study/point/fitted_run.hpp"

#include "platform/impossible.hpp"
#include "run/fitting.hpp"

#include <optional>
#include <utility>

namespace podsim::study {

FittedRun fitted(Resolver& resolver, RunSpec spec) {
  run::RunRequest request = resolver.resolve(spec).request;
  std::optional<run::Fitting> fitting;
  try {
    fitting = run::lay_out_fitting(request);
  } catch (const platform::Impossible&) {
    return {std::move(spec), ""};
  }
  if (!fitting) return {std::move(spec), ""};
  spec.plan = request.plan;
  return {std::move(spec), std::move(fitting->words)};
}

}  // namespace podsim::study
