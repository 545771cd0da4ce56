#include "results/sample.hpp"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace podsim::results::test {

namespace {

run::Breakdown breakdown(double compute, double communication, double optimizer, double overhead) {
  run::Breakdown parts;
  parts.compute_seconds = compute;
  parts.exposed_communication_seconds = communication;
  parts.optimizer_seconds = optimizer;
  parts.overhead_seconds = overhead;
  return parts;
}

run::PhaseResult short_phase() {
  run::PhaseResult phase;
  phase.name = "length 128";
  phase.share_of_steps = 0.9;
  phase.global_batch = 1024;
  phase.sequence_length = 128;
  phase.step_seconds = 0.25;
  phase.step_bound_seconds = 0.0625;
  phase.model_flops_per_step = 2.5e14;
  phase.breakdown = breakdown(0.125, 0.0625, 0.03125, 0.03125);
  phase.timeline = {{0, 0.125, "device", "forward", "layer 0", 1e12, 5e8},
                    {0.125, 0.1875, "network", "collective", "bucket 0", 0, 1.34e9}};
  return phase;
}

run::PhaseResult long_phase() {
  run::PhaseResult phase;
  phase.name = "length 512";
  phase.share_of_steps = 0.1;
  phase.global_batch = 1024;
  phase.sequence_length = 512;
  phase.step_seconds = 0.75;
  phase.step_bound_seconds = 0.25;
  phase.model_flops_per_step = 1.1e15;
  phase.breakdown = breakdown(0.625, 0.0625, 0.03125, 0.03125);
  phase.timeline = {{0.5, 0.75, "host", "overhead", "", 0, 0}};
  return phase;
}

}  // namespace

run::RunResult sample_run() {
  run::RunResult result;
  result.setup.workload = "bert-large-500k";
  result.setup.platform = "tpu-v3-pod";
  result.setup.chip = "tpu-v3";
  result.setup.stack = "tf-tpu-estimator";
  result.setup.chips = 32;
  result.plan.ranks = 64;
  result.setup.slice = "4x8";
  result.plan.chosen = {.global_batch = 1024, .micro_batch = 16, .recompute = catalog::Recompute::selective, .zero = 1};
  result.plan.local_batch = 16;
  result.setup.parameters = 336226108;
  result.step.seconds = {0.3, 0.24, 0.375};
  result.step.interval_source = "class";
  result.step.bound_seconds = 0.08125;
  result.length.steps = 500000;
  result.length.target = {"table", false, true, "F1 90.5"};
  result.wall.seconds = {150000, 120000, 187500};
  result.wall.parts = {148400, 180, 500, 920};
  result.wall.checkpoint = run::Checkpoint{4e9, 600, 8, 4, false, 230, 1500.0, 0.965, 0.97, 0.974};
  result.step.examples_per_second = 1024 / 0.3;
  result.step.model_flops = 3.35e14;
  result.step.mfu = 0.28;
  result.length.pfs_days = 1.94;
  result.step.breakdown = breakdown(0.175, 0.0625, 0.03125, 0.03125);
  result.memory.capacity_bytes = 16.0 * 0x1p30;
  result.memory.weights_bytes = 1.25 * 0x1p30;
  result.memory.gradients_bytes = 1.25 * 0x1p30;
  result.memory.optimizer_bytes = 2.5 * 0x1p30;
  result.memory.activations_bytes = 7.5 * 0x1p30;
  result.cost_usd = {{"commitment_1y", 1680}, {"on_demand", 2666.67}, {"preemptible", 800}};
  result.energy.joules = 1.044e9;
  result.energy.site_joules = 1.1484e9;
  result.energy.co2e_kg = 127.6;
  result.wall.with_failures =
      run::FaultForecast{1000,
                         0.5,
                         0,
                         0.98,
                         151000,
                         {150000, 150400, 152000},
                         {150000, 150400, 152000},
                         {{"commitment_1y", {1680, 1690, 1700}}, {"on_demand", {2666.67, 2674, 2702}}}};
  result.wall.with_preemptions = run::FaultForecast{1000,
                                                    0.5,
                                                    2.5,
                                                    0.96,
                                                    154000,
                                                    {150000, 154000, 160000},
                                                    {150000, 152000, 157000},
                                                    {{"preemptible", {800, 811, 837}}}};
  result.scaling.efficiency = 0.931;
  result.scaling.baseline_chips = 4;
  result.explanation.resources = {{"matrix_rate", 0.5}, {"network", 0.25}};
  result.explanation.parts = {{"chip", 0.7}, {"links", 0.3}};
  result.explanation.links = {{"network", 0.3}};
  result.plan.collective = "torus, one axis after the other";
  result.simulation = {"folded", "all ranks do the same", 128, 3, 0.042};
  result.step.phases = {short_phase(), long_phase()};
  result.calibration = run::Calibration{16, 512, 0.293, 0.265, 1.2, 1.125};
  result.published = run::Published{43.2, 0.9645, "You et al. 2019, table 1"};
  result.notes = {
      "The slice is an eighth of a row of the pod: its axes do not wrap around, so that each ring closes "
      "over its own links."};
  return result;
}

run::RunResult misfit_run() {
  run::RunResult result = sample_run();
  result.memory.activations_bytes = 13.0 * 0x1p30;
  result.memory.remedies = {"--micro-batch 8 halves the activations to 6.50 GiB", "64 chips halve the local batch"};
  result.setup.what_if = true;
  result.wall.checkpoint.reset();
  result.wall.parts = {150000, 0, 0, 0};
  result.wall.with_failures.reset();
  result.wall.with_preemptions.reset();
  result.energy.site_joules.reset();
  result.energy.co2e_kg.reset();
  result.published.reset();
  result.calibration.reset();
  result.notes.clear();
  return result;
}

Provenance sample_provenance() {
  return {.version = "0.1.0",
          .git_commit = "0123abc",
          .simgrid_version = "3.32",
          .command_line = "podsim run bert-large-500k tpu-v3-pod --chips 32 -o run.h5",
          .seed = 7,
          .created_utc = "2024-05-01T12:00:00Z",
          .inputs = {{"workloads/bert-large-500k.yaml", "name: bert\n# größer\n"}, {"platforms/empty.yaml", ""}}};
}

StudyTable sample_study() {
  StudyTable table;
  table.points = {{"chips", "chip", std::vector<int64_t>{32, 32, 64, 64}},
                  {"link_GBps", "GB/s", std::vector<double>{70, 140, 70, 140}},
                  {"wall_hours", "h", std::vector<double>{43.5, 41.25, 24.5, std::nan("")}},
                  {"status", "", std::vector<std::string>{"done", "done", "done", "impossible"}}};
  table.axes = {{"run.chips", "chip", std::vector<int64_t>{32, 64}},
                {"platform.interconnect.link_GBps", "GB/s", std::vector<double>{70, 140}}};
  return table;
}

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "podsim-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::size_t Folder::files() const {
  const std::filesystem::directory_iterator begin(path_);
  return static_cast<std::size_t>(std::distance(begin, std::filesystem::directory_iterator()));
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace podsim::results::test
