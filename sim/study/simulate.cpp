#include "study/simulate.hpp"

#include "catalog/error.hpp"
#include "study/outcome_json.hpp"
#include "study/worker_pool.hpp"

#include <algorithm>
#include <utility>

namespace podsim::study {
namespace {

/// Points first, first + 1, ..., first + count - 1.
struct Block {
  std::size_t first = 0;
  std::size_t count = 0;
};

std::vector<Block> cut(std::size_t points, std::size_t size) {
  std::vector<Block> blocks;
  for (std::size_t first = 0; first < points; first += size) {
    blocks.push_back({first, std::min(size, points - first)});
  }
  return blocks;
}

std::vector<Job> jobs_for(const std::vector<Block>& blocks, const std::vector<RunSpec>& points,
                          const BlockFunction& simulate_block) {
  std::vector<Job> jobs;
  for (const Block& block : blocks) {
    jobs.emplace_back([block, &points, &simulate_block] {
      const auto first = points.begin() + static_cast<std::ptrdiff_t>(block.first);
      return outcomes_to_text(simulate_block({first, first + static_cast<std::ptrdiff_t>(block.count)}));
    });
  }
  return jobs;
}

/// Resolves the points and runs those that can be in one engine.
std::vector<PointOutcome> run_block(const catalog::Catalog& catalog, const std::vector<RunSpec>& block,
                                    const SimulateOptions& options) {
  std::vector<PointOutcome> outcomes(block.size());
  std::vector<run::RunRequest> requests;
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < block.size(); ++i) {
    try {
      requests.push_back(resolve(catalog, block[i]).request);
      positions.push_back(i);
    } catch (const catalog::InputError& error) {
      outcomes[i] = run::ImpossibleRun{error.what()};
    }
  }
  if (requests.empty()) return outcomes;
  try {
    const auto results = options.run(requests);
    for (std::size_t i = 0; i < results.size(); ++i) {
      std::visit([&](const auto& result) { outcomes[positions[i]] = result; }, results[i]);
    }
  } catch (const catalog::InputError& error) {
    if (requests.size() > 1) throw;
    outcomes[positions.front()] = run::ImpossibleRun{error.what()};
  }
  return outcomes;
}

}  // namespace

std::string status_of(const PointOutcome& outcome) {
  if (std::holds_alternative<run::RunResult>(outcome)) return "done";
  return std::holds_alternative<run::ImpossibleRun>(outcome) ? "impossible" : "failed";
}

std::string reason_of(const PointOutcome& outcome) {
  if (const auto* impossible = std::get_if<run::ImpossibleRun>(&outcome)) return impossible->reason;
  if (const auto* failed = std::get_if<FailedRun>(&outcome)) return failed->reason;
  return {};
}

std::string short_reason_of(const PointOutcome& outcome) {
  const std::string reason = reason_of(outcome);
  return reason.substr(0, reason.find('\n'));
}

std::vector<PointOutcome> simulate_blocks(const std::vector<RunSpec>& points, const SimulateOptions& options,
                                          const BlockFunction& simulate_block) {
  std::vector<PointOutcome> outcomes(points.size(), FailedRun{});
  std::size_t settled = 0;
  for (std::vector<Block> blocks = cut(points.size(), options.block); !blocks.empty();) {
    const auto jobs = jobs_for(blocks, points, simulate_block);
    const auto results = run_jobs(jobs, options.workers, [&](std::size_t job, const JobResult& result) {
      if (result.failure && blocks[job].count > 1) return;
      settled += blocks[job].count;
      options.progress(settled);
    });
    std::vector<Block> again;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const auto& [first, count] = blocks[i];
      if (!results[i].failure) {
        auto done = outcomes_from_text(results[i].output);
        std::move(done.begin(), done.end(), outcomes.begin() + static_cast<std::ptrdiff_t>(first));
      } else if (count == 1) {
        outcomes[first] = FailedRun{*results[i].failure};
      } else {
        for (std::size_t point = first; point < first + count; ++point) again.push_back({point, 1});
      }
    }
    blocks = std::move(again);
  }
  return outcomes;
}

std::vector<PointOutcome> simulate(const catalog::Catalog& catalog, const std::vector<RunSpec>& points,
                                   const SimulateOptions& options) {
  return simulate_blocks(points, options,
                         [&](const std::vector<RunSpec>& block) { return run_block(catalog, block, options); });
}

}  // namespace podsim::study
