#include "study/point/simulate.hpp"

#include "catalog/text/error.hpp"
#include "study/point/outcome_text.hpp"

#include <algorithm>
#include <utility>

namespace podsim::study {

std::vector<PointOutcome> simulate_here(Resolver& resolver, const std::vector<RunSpec>& points,
                                        const RunFunction& run) {
  std::vector<PointOutcome> outcomes(points.size());
  std::vector<run::RunRequest> requests;
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < points.size(); ++i) {
    try {
      requests.push_back(resolver.resolve(points[i]).request);
      requests.back().timeline = false;
      positions.push_back(i);
    } catch (const catalog::InputError& error) {
      outcomes[i] = run::ImpossibleRun{error.what()};
    }
  }
  if (requests.empty()) return outcomes;
  try {
    auto results = run(requests);
    for (std::size_t i = 0; i < results.size(); ++i) {
      std::visit([&](auto& result) { outcomes[positions[i]] = std::move(result); }, results[i]);
    }
  } catch (const catalog::InputError& error) {
    if (requests.size() > 1) throw;
    outcomes[positions.front()] = run::ImpossibleRun{error.what()};
  }
  return outcomes;
}

std::vector<PointOutcome> simulate_blocks(std::size_t points, const SimulateOptions& options,
                                          const PointsFunction& simulate_points) {
  std::vector<PointOutcome> outcomes(points, PendingRun{});
  std::size_t settled = 0;
  const auto finished = [&](const Block& block, const std::string& text, std::size_t /*failed*/) {
    auto done = outcomes_from_text(text);
    std::move(done.begin(), done.end(), outcomes.begin() + static_cast<std::ptrdiff_t>(block.first));
    settled += block.count;
    options.progress(settled);
  };
  run_blocks(blocks_of(points, options.block), simulate_points, {.workers = options.workers}, finished);
  return outcomes;
}

std::vector<PointOutcome> simulate(const catalog::Catalog& catalog, const std::vector<RunSpec>& points,
                                   const SimulateOptions& options) {
  Resolver resolver(catalog);
  return simulate_blocks(points.size(), options, [&](const std::vector<std::size_t>& places) {
    std::vector<RunSpec> block;
    for (const std::size_t place : places) block.push_back(points[place]);
    return simulate_here(resolver, block, options.run);
  });
}

}  // namespace podsim::study
