#pragma once

#include "parallel/compile.hpp"
#include "pipeline/schedule.hpp"
#include "step/paper_pipeline.hpp"
#include "support/machines.hpp"

#include <numeric>
#include <vector>

namespace podsim::tests {

/// A pipeline of blocks that do nothing but move bytes, as the plan's program: compiled, then simulated.
struct CompiledPipeline {
  pipeline::ScheduleKind kind = pipeline::ScheduleKind::one_f_one_b;
  pipeline::Shape shape{};
  double forward = 1;  ///< seconds of a block
  double input_gradient = 1;
  double weight_gradient = 1;
  double message = 0;            ///< seconds from stage to stage
  std::vector<double> blocks{};  ///< factors of the blocks' work, one a stage of the model; empty: all alike

  int stages() const { return pipeline::stages(kind, shape); }

  workload::Graph graph() const {
    workload::Graph graph;
    graph.layers.push_back({.name = "embedding", .forward = {}, .backward = {}, .saved_bytes = 0});
    for (int stage = 0; stage < stages(); ++stage) {
      const double factor = blocks.empty() ? 1 : blocks[static_cast<size_t>(stage)];
      graph.layers.push_back(
          {.name = "block",
           .forward = {{.name = "f", .bytes = factor * forward * 1e9}},
           .backward = {{.name = "i", .bytes = factor * input_gradient * 1e9},
                        {.name = "w", .bytes = factor * weight_gradient * 1e9, .weight_gradient = true}},
           .saved_bytes = 0,
           .input_bytes = message * 1e9});
    }
    graph.layers.push_back({.name = "head", .forward = {}, .backward = {}, .saved_bytes = 0});
    return graph;
  }

  parallel::Plan plan() const {
    parallel::Plan plan;
    plan.ranks = plan.ranks_per_node = plan.degrees.pipeline = shape.ranks;
    plan.batch = {
        .global = shape.micro_batches, .local = shape.micro_batches, .micro = 1, .passes = shape.micro_batches};
    plan.schedule = kind;
    plan.chunks = shape.chunks;
    plan.split = std::vector<int>(static_cast<size_t>(stages()), 1);
    return plan;
  }

  parallel::StepProgram program() const {
    auto machine = torus_machine({shape.ranks}, {{shape.ranks}});
    machine.chip.memory_bytes_per_second = 1e9;
    catalog::Stack stack;
    stack.update.bytes_per_parameter = {{catalog::Optimizer::adam, 28}};
    catalog::Training training;
    const parallel::Plan made = plan();
    return parallel::compile_step(graph(), made, made.batch, training, machine, stack);
  }

  /// Each stream has a link of 1 GB/s of its own.
  step::Case simulated() const {
    const auto made = program();
    std::vector<PaperRoute> routes;
    for (int link = 0; link < static_cast<int>(made.streams.size()); ++link) routes.push_back({.links = {link}});
    std::vector<size_t> kinds(made.kinds.size());
    std::iota(kinds.begin(), kinds.end(), size_t{0});
    return {.name = "pipeline",
            .collectives = paper_routes(made, static_cast<int>(routes.size()), routes),
            .kinds = kinds,
            .programs = {made}};
  }

  step::StepMeasurement measured() const {
    step::Simulation simulation;
    simulation.add(simulated());
    return simulation.run().front().front();
  }
};

}  // namespace podsim::tests
