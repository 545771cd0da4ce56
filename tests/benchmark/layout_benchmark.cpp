#include "benchmark/isolated_benchmark.hpp"
#include "catalog/lookup/catalog.hpp"
#include "run/run.hpp"

#include <algorithm>

namespace podsim::tests {
namespace {

/// Eight-way tensor parallelism, 16 stages, micro-batches of one example, without the smallest slice beside it.
run::RunRequest laid_out(const std::string& workload, const std::string& platform, int chips, int64_t batch) {
  const catalog::Catalog catalog({PODSIM_SOURCE_DIR});
  run::RunRequest request;
  request.workload = catalog.workload(workload).value;
  request.platform = catalog.platform(platform).value;
  request.stack = catalog.default_stack(request.platform.chip, request.workload).value;
  request.chips = chips;
  request.plan.tensor = 8;
  request.plan.pipeline = 16;
  request.plan.sequence_parallel = 1;
  request.plan.zero = 1;
  request.plan.global_batch = batch;
  request.plan.micro_batch = 1;
  request.with_baseline = false;
  request.timeline = false;
  return request;
}

void time_run(benchmark::State& state, const run::RunRequest& request) {
  time_isolated(state, [&] { run::run_all({request}); });
}

/// GPT-3 175B on 1,024 A100; argument: the batch, of which each of eight replicas takes an eighth.
void gpt3_175b(benchmark::State& state) { time_run(state, laid_out("gpt3-175b", "dgx-a100", 1024, state.range(0))); }

void gpt3_175b_full(benchmark::State& state) {
  run::RunRequest request = laid_out("gpt3-175b", "dgx-a100", 1024, state.range(0));
  request.full = true;
  time_run(state, request);
}

/// The first phase of Llama 3.1 405B on H100 with 16 micro-batches; argument: chips.
void llama_405b(benchmark::State& state) {
  run::RunRequest request =
      laid_out("llama-3.1-405b", "dgx-h100", static_cast<int>(state.range(0)), state.range(0) / 8);
  auto& phases = request.workload.training.phases;
  phases.resize(1);
  phases.front().share_of_steps = 1;
  time_run(state, request);
}

BENCHMARK(gpt3_175b)->Arg(512)->Arg(1536)->Arg(20160)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(gpt3_175b_full)->Arg(1536)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(llama_405b)->Arg(16384)->Arg(65536)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace podsim::tests
