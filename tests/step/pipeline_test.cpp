#include "step/isolated.hpp"
#include "step/paper_pipeline.hpp"
#include "step/simulation.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace podsim;
using tests::PaperPipeline;

namespace {

/// Seconds of the step, those left out, and flows.
std::vector<double> measured(const PaperPipeline& pipeline) {
  return tests::isolated([&] {
    step::Simulation simulation;
    simulation.add(pipeline.simulated());
    const auto step = simulation.run().front().front();
    std::vector<double> numbers{step.seconds, step.skipped_seconds, static_cast<double>(step.flows)};
    for (const step::PathSeconds& path : step.kinds) numbers.push_back(path.sum());
    return numbers;
  });
}

PaperPipeline equal_stages(size_t stages, int micro_batches, double send_seconds = 0) {
  return {.forward_seconds = std::vector<double>(stages, 1),
          .backward_seconds = std::vector<double>(stages, 2),
          .send_seconds = send_seconds,
          .micro_batches = micro_batches};
}

void check_paths(const std::vector<double>& numbers) {
  for (size_t i = 3; i < numbers.size(); ++i) CHECK(numbers[i] == Approx(numbers[0]).epsilon(1e-9));
}

}  // namespace

TEST_CASE("a pipeline of equal stages takes its micro-batches and the bubble, and each part is told") {
  // Four stages, six micro-batches: (6 + 3) x 3 s.
  step::Simulation simulation;
  simulation.add(equal_stages(4, 6).simulated());
  const auto step = simulation.run().front().front();
  CHECK(step.seconds == Approx(27).epsilon(1e-9));
  for (const step::PathSeconds& path : step.kinds) {
    CHECK(path.compute_seconds == Approx(18).epsilon(1e-9));
    CHECK(path.bubble_seconds == Approx(9).epsilon(1e-9));
    CHECK(path.exposed_communication_seconds == Approx(0).margin(1e-9));
  }
  CHECK(step.kind == 0);
}

TEST_CASE("what a stage waits for is a bubble until it is sent, and communication from then on") {
  // Two stages, one micro-batch, sends of 0.5 s: 1 + 0.5 + 1 + 2 + 0.5 + 2.
  step::Simulation simulation;
  simulation.add(equal_stages(2, 1, 0.5).simulated());
  const auto step = simulation.run().front().front();
  CHECK(step.seconds == Approx(7).epsilon(1e-9));
  // The first stage waits 0.5 + 1 + 2 for the gradients to be sent, and 0.5 for their way.
  CHECK(step.kinds[0].bubble_seconds == Approx(3.5).epsilon(1e-9));
  CHECK(step.kinds[0].exposed_communication_seconds == Approx(0.5).epsilon(1e-9));
  // The second waits 1 for the first, 0.5 for the way, and 2.5 at its end.
  CHECK(step.kinds[1].bubble_seconds == Approx(3.5).epsilon(1e-9));
  const auto activations = static_cast<size_t>(parallel::Traffic::activations);
  CHECK(step.kinds[1].exposed_seconds[activations] == Approx(0.5).epsilon(1e-9));
}

TEST_CASE("many micro-batches repeat themselves: they take what they take, and cost no more than a few") {
  const PaperPipeline few = equal_stages(8, 64, 0.01);
  PaperPipeline many = equal_stages(8, 2520, 0.01);
  const auto of_few = measured(few);
  const auto of_many = measured(many);
  CHECK(of_few[0] == Approx(few.seconds()).epsilon(1e-9));
  CHECK(of_many[0] == Approx(many.seconds()).epsilon(1e-9));
  CHECK(of_many[1] > 0.97 * of_many[0]);
  CHECK(of_many[2] == of_few[2]);
  check_paths(of_many);
}

TEST_CASE("pipelines of unequal stages take what they take pass by pass") {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> seconds(0.5, 1.5);
  int skipped = 0;
  for (int draw = 0; draw < 40; ++draw) {
    PaperPipeline pipeline;
    pipeline.micro_batches = draw % 2 == 0 ? 300 : 20;
    for (int stage = 0; stage < 2 + draw % 5; ++stage) {
      pipeline.forward_seconds.push_back(seconds(random));
      pipeline.backward_seconds.push_back(2 * seconds(random));
    }
    pipeline.send_seconds = draw % 3 * 0.3 * seconds(random);
    const auto numbers = measured(pipeline);
    INFO("draw " << draw << ", " << pipeline.stages() << " stages");
    CHECK(numbers[0] == Approx(pipeline.seconds()).epsilon(1e-9));
    check_paths(numbers);
    if (numbers[1] > 0.5 * numbers[0]) ++skipped;
  }
  CHECK(skipped >= 15);
}
