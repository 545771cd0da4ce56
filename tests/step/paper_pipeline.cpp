#include "step/paper_pipeline.hpp"

#include "parallel/code_builder.hpp"

#include <algorithm>
#include <numeric>
#include <string>

namespace podsim::tests {
namespace {

using parallel::Activity;

/// A stage's passes in their order: true for forward.
std::vector<bool> passes_of(const PaperPipeline& pipeline, size_t stage) {
  const int warm_up = std::min(static_cast<int>(pipeline.stages() - 1 - stage), pipeline.micro_batches);
  std::vector<bool> passes(static_cast<size_t>(warm_up), true);
  for (int i = warm_up; i < pipeline.micro_batches; ++i) passes.insert(passes.end(), {true, false});
  passes.insert(passes.end(), static_cast<size_t>(warm_up), false);
  return passes;
}

/// When the passes of the stages have ended, forward and backward; -1: not yet.
struct PassEnds {
  std::vector<std::vector<double>> forward;
  std::vector<std::vector<double>> backward;
};

/// Adds a send that is ready at `ready` to a line that sends one after the other.
double sent(double ready, double& line, double seconds) {
  line = std::max(line, ready) + seconds;
  return line;
}

}  // namespace

collective::Collectives paper_routes(const parallel::StepProgram& program, int links,
                                     const std::vector<PaperRoute>& routes, bool whole, double rate) {
  collective::Collectives collectives;
  for (int i = 0; i < links; ++i) collectives.network.add_link("link" + std::to_string(i), rate);
  for (const PaperRoute& route : routes) collectives.network.add_route({.links = route.links});
  for (const auto& message : program.messages) {
    collective::Schedule schedule;
    schedule.phases.push_back({.name = "send",
                               .fill_seconds = routes[static_cast<size_t>(message.stream)].fill_seconds,
                               .flows = {{.route = message.stream, .share = 1}}});
    if (whole) schedule.phases.push_back({.name = "nothing", .flows = {}});
    collectives.schedules[program.demand(message)] = schedule;
  }
  return collectives;
}

/// Stream 2i carries activations from stage i, stream 2i+1 their gradients back to it.
parallel::StepProgram PaperPipeline::program() const {
  parallel::CodeBuilder builder;
  const auto count = static_cast<int>(stages());
  for (int stage = 0; stage + 1 < count; ++stage) {
    for (const int back : {0, 1}) {
      const int stream = builder.add_stream({.size = 2, .stride = back ? -1 : 1},
                                            {.first = stage + back, .count = 1, .period = count});
      builder.add_message({stream, parallel::Traffic::activations, collective::Operation::send, send_seconds * 1e9, 0});
    }
  }
  for (int stage = 0; stage < count; ++stage) {
    const auto place = static_cast<size_t>(stage);
    const int forward = builder.begin_block();
    if (stage > 0) builder.await(2 * stage - 2);
    builder.work({"forward", Activity::forward, forward_seconds[place], 0, 0});
    if (stage + 1 < count) builder.start(2 * stage);
    const int backward = builder.begin_block();
    if (stage + 1 < count) builder.await(2 * stage + 1);
    builder.work({"backward", Activity::backward, backward_seconds[place], 0, 0});
    if (stage > 0) builder.start(2 * stage - 1);
    const int warm_up = std::min(count - 1 - stage, micro_batches);
    builder.begin_kind(stage, stage == 0);
    builder.add_loop({forward}, warm_up);
    builder.add_loop({forward, backward}, micro_batches - warm_up);
    builder.add_loop({backward}, warm_up);
  }
  return builder.take();
}

step::Case PaperPipeline::simulated() const {
  const auto made = program();
  std::vector<PaperRoute> routes;
  for (int link = 0; link < static_cast<int>(made.streams.size()); ++link) routes.push_back({.links = {link}});
  std::vector<size_t> kinds(stages());
  std::iota(kinds.begin(), kinds.end(), size_t{0});
  return {.name = "pipeline",
          .collectives = paper_routes(made, static_cast<int>(routes.size()), routes),
          .kinds = kinds,
          .programs = {made}};
}

double PaperPipeline::seconds() const {
  const size_t count = stages();
  std::vector<double> line_on(count, 0);
  std::vector<double> line_back(count, 0);
  std::vector<double> now(count, 0);
  std::vector<size_t> at(count, 0);
  std::vector<std::vector<bool>> passes;
  for (size_t stage = 0; stage < count; ++stage) passes.push_back(passes_of(*this, stage));
  PassEnds there{std::vector<std::vector<double>>(count), std::vector<std::vector<double>>(count)};  // inputs of passes
  there.forward.front().assign(static_cast<size_t>(micro_batches), 0);
  there.backward.back().assign(static_cast<size_t>(micro_batches), 0);
  std::vector<size_t> forwards(count, 0);
  std::vector<size_t> backwards(count, 0);
  for (bool moved = true; moved;) {
    moved = false;
    for (size_t stage = 0; stage < count; ++stage) {
      while (at[stage] < passes[stage].size()) {
        const bool forward = passes[stage][at[stage]];
        const auto& inputs = forward ? there.forward[stage] : there.backward[stage];
        size_t& done = forward ? forwards[stage] : backwards[stage];
        if (done >= inputs.size()) break;
        const double work = forward ? forward_seconds[stage] : backward_seconds[stage];
        now[stage] = std::max(now[stage], inputs[done++]) + work;
        if (forward && stage + 1 < count) {
          there.forward[stage + 1].push_back(sent(now[stage], line_on[stage], send_seconds));
        }
        if (!forward && stage > 0) {
          there.backward[stage - 1].push_back(sent(now[stage], line_back[stage], send_seconds));
        }
        ++at[stage];
        moved = true;
      }
    }
  }
  return *std::max_element(now.begin(), now.end());
}

}  // namespace podsim::tests
