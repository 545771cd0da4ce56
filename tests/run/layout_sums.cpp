#include "run/layout_sums.hpp"

#include "run/traffic.hpp"
#include "workload/models/expand.hpp"

#include <cmath>
#include <vector>

namespace podsim::tests {
namespace {

using collective::Operation;
using parallel::Traffic;
using pipeline::ScheduleKind;

/// One request and what the formulas need of it.
class Sums {
 public:
  Sums(Findings& findings, const run::RunRequest& request, const run::Layout& layout)
      : findings_(findings),
        layout_(layout),
        plan_(layout.plan),
        program_(layout.programs.front()),
        graph_(layout.graphs.front()),
        model_(std::get<catalog::Transformer>(request.workload.model)),
        stack_(request.stack) {
    const auto& phase = request.workload.training.phases.front();
    const auto examples = static_cast<double>(plan_.batch.micro);
    whole_ = workload::expand(request.workload, phase, examples, request.stack);
    workload::recompute_every(whole_, plan_.recompute_every);
    activations_ = examples * phase.sequence_length / plan_.degrees.context * model_.hidden *
                   catalog::bytes_of(stack_.formats.activation);
    loss_ = 4 * examples * phase.sequence_length / plan_.degrees.context;
  }

  void check() {
    parameters();
    flops();
    for (int rank = 0; rank < plan_.degrees.pipeline; ++rank) {
      activations(rank);
      if (model_.experts) continue;
      tensor(rank);
      gradients(rank);
    }
  }

 private:
  /// A chunk of a rank: its stage of the model, and how many micro-batches pass through it.
  struct Part {
    int stage = 0;
    double passes = 1;
  };

  bool dualpipe() const { return plan_.degrees.pipeline > 1 && plan_.schedule == ScheduleKind::dualpipe; }
  bool zb_v() const { return plan_.degrees.pipeline > 1 && plan_.schedule == ScheduleKind::zb_v; }
  double passes() const { return static_cast<double>(plan_.batch.passes); }

  std::vector<Part> parts(int rank) const {
    if (plan_.degrees.pipeline == 1) return {{0, passes()}};
    std::vector<Part> parts;
    for (int chunk = 0; chunk < plan_.chunks; ++chunk) {
      parts.push_back(
          {pipeline::stage_of(plan_.schedule, plan_.shape(), rank, chunk), passes() / (dualpipe() ? 2 : 1)});
    }
    return parts;
  }

  /// Over stages and tensor ranks: the model's, copies of what each tensor rank has, of keys and values where there are
  /// fewer heads than ranks, and of tied words.
  void parameters() {
    const double t = plan_.degrees.tensor;
    double found = 0;
    double copies = 0;
    for (const workload::Layer& layer : graph_.layers) {
      found += t * layer.parameters + plan_.degrees.expert * plan_.degrees.expert_tensor * layer.expert_parameters;
      copies += (t - 1) * layer.replicated_parameters;
    }
    const double heads = model_.key_heads();
    const double column = model_.hidden + (model_.biases == catalog::Biases::none ? 0 : 1);
    const double keys = model_.layers * std::max(0.0, t - heads) * 2 * model_.head_elements() * column;
    const bool apart = plan_.degrees.pipeline > 1 && !dualpipe() && !zb_v();
    const double tied = apart && model_.tied_embeddings ? double(model_.vocabulary) * model_.hidden : 0;
    double biases = 0;  // of what an expert's tensor ranks sum, on each
    if (model_.experts && model_.biases == catalog::Biases::all) {
      biases = double(model_.layers) * model_.experts->count * (plan_.degrees.expert_tensor - 1) * model_.hidden;
    }
    findings_.same("parameters of all ranks", found, whole_.parameters() + copies + keys + tied + biases);
    double of_stages = 0;
    if (plan_.degrees.pipeline == 1) of_stages = layout_.memory.parameters;
    for (const auto& stage : layout_.memory.stages) of_stages += stage.parameters;
    findings_.same("parameters of the stages", of_stages,
                   (dualpipe() ? 2 : 1) * (graph_.parameters() + graph_.expert_parameters()));
  }

  /// Products of all ranks are those of the model, and what is computed again or twice.
  void flops() {
    double done = 0;
    for (const auto& kind : program_.kinds) {
      parallel::each_instruction(program_, kind, [&](const auto& instruction, int64_t times) {
        const auto* work = std::get_if<parallel::Work>(&instruction);
        for (int i = work != nullptr ? work->first : 0; work != nullptr && i < work->last; ++i) {
          done += static_cast<double>(times) * program_.operations[static_cast<size_t>(i)].flops;
        }
      });
    }
    done *= plan_.degrees.stage_ranks() * plan_.degrees.data;
    double asked = 0;
    for (const workload::Layer& layer : whole_.layers) {
      for (const auto& operation : layer.backward) asked += operation.flops();
      for (const auto& operation : layer.forward) {
        const bool layer_again = plan_.recompute == catalog::Recompute::full && layer.input_bytes > 0 && !layer.spared;
        const bool core_again =
            plan_.recompute != catalog::Recompute::none && operation.attention_core && !layer.spared;
        asked += (layer_again || core_again ? 2 : 1) * operation.flops();
      }
    }
    asked *= passes() * plan_.degrees.data;
    const bool exact = !model_.experts && plan_.degrees.context == 1 && plan_.degrees.tensor <= model_.key_heads();
    if (exact) findings_.same("FLOPs of all ranks", done, asked);
    findings_.at_most("FLOPs asked for", asked, done);
  }

  /// To and from each neighbour that has the next stage.
  void activations(int rank) {
    if (plan_.degrees.pipeline == 1) return;
    const bool first = rank == 0;
    const bool last = rank + 1 == plan_.degrees.pipeline;
    double messages = (first ? 0 : 1) + (last ? 0 : 1);
    if (zb_v()) messages *= 2;
    if (plan_.schedule == ScheduleKind::interleaved) messages = 2 * plan_.chunks - (first ? 1 : 0) - (last ? 1 : 0);
    const Sent sent = sent_of(program_, plan_, {Traffic::activations}, rank);
    findings_.same("messages between stages", static_cast<double>(sent.count), passes() * messages);
    findings_.same("bytes between stages", sent.bytes, passes() * messages * activations_ / plan_.degrees.tensor);
  }

  /// Two sums forward and two backward a block; with the tokens shared two gathers and two scatters each, and two
  /// gathers again. One sum at each end, or two and three halves of one; three small ones of the loss.
  void tensor(int rank) {
    const double t = plan_.degrees.tensor;
    const bool sequence = plan_.degrees.sequence;
    const double gather = sequence && stack_.formats.linear ? 0.5 : 1;  // what is gathered has been cast
    const bool full = plan_.recompute == catalog::Recompute::full;
    double halves = 0;
    double loss = 0;
    double replicated = 0;
    const auto stages = parallel_stages();
    for (const Part& part : parts(rank)) {
      const auto [blocks, copies, again] = stages[static_cast<size_t>(part.stage)];
      const bool first = part.stage == 0;
      const bool last = part.stage + 1 == static_cast<int>(stages.size());
      halves += part.passes * blocks * (sequence ? 4 + 6 * gather : 8);
      if (full) halves += part.passes * again * (sequence ? 2 + 2 * gather : 4);
      if (first) halves += part.passes * 2;
      if (last) halves += part.passes * (sequence ? 3 : 2);
      if (last) loss += part.passes * 3 * 2 * loss_;
      replicated += copies;
    }
    const double gradient = catalog::bytes_of(stack_.formats.gradient) / (plan_.zero >= 2 ? plan_.update_shards : 1);
    if (sequence) {
      loss += 2 * replicated * gradient;
    } else {
      halves += arrivals(rank);
    }
    const double sent = sent_of(program_, plan_, {Traffic::tensor}, rank).bytes;
    findings_.same("bytes among tensor ranks", sent,
                   (halves * activations_ + loss) * (t - 1) / t + keys(rank) * gradient);
  }

  /// Gradients of keys and values that c ranks have, of one head on each: 2 (c - 1)/c of them.
  double keys(int rank) const {
    const double copies = plan_.degrees.tensor / double(model_.key_heads());
    if (copies <= 1) return 0;
    double blocks = 0;
    for (const Part& part : parts(rank)) blocks += std::get<0>(parallel_stages()[static_cast<size_t>(part.stage)]);
    const double column = model_.hidden + (model_.biases == catalog::Biases::none ? 0 : 1);
    return 2 * (copies - 1) / copies * blocks * 2 * model_.head_elements() * column;
  }

  /// What arrives in parts and is gathered: as much as is sent, but the other way.
  double arrivals(int rank) const {
    if (plan_.degrees.pipeline == 1) return 0;
    double arrived = 0;
    for (const auto& loop : program_.kinds[static_cast<size_t>(rank)].loops) {
      for (const int block : loop.blocks) {
        for (const auto& instruction : program_.blocks[static_cast<size_t>(block)]) {
          const auto* await = std::get_if<parallel::Await>(&instruction);
          if (await == nullptr) continue;
          const auto& message = program_.messages[static_cast<size_t>(await->message)];
          const auto& place = program_.streams[static_cast<size_t>(message.stream)].place;
          if (message.traffic != Traffic::activations || place.first / plan_.mesh().stage_stride() == rank) continue;
          arrived += static_cast<double>(loop.times);
        }
      }
    }
    return arrived;
  }

  /// Blocks of each stage of the model, parameters that each tensor rank has, and blocks that are computed again.
  std::vector<std::tuple<double, double, double>> parallel_stages() const {
    std::vector<int> split = plan_.split;
    if (split.empty()) split = {model_.layers};
    std::vector<std::tuple<double, double, double>> stages;
    size_t at = 0;
    for (size_t i = 0; i < split.size(); ++i) {
      size_t count = static_cast<size_t>(split[i]) + (i == 0 ? 1 : 0);
      if (i + 1 == split.size()) count = graph_.layers.size() - at;
      double replicated = 0;
      double again = 0;
      for (size_t layer = at; layer < at + count; ++layer) {
        replicated += graph_.layers[layer].replicated_parameters;
        if (graph_.layers[layer].input_bytes > 0) again += (layer - 1) % plan_.recompute_every == 0 ? 1 : 0;
      }
      stages.emplace_back(split[i], replicated, again);
      at += count;
    }
    return stages;
  }

  /// By stage of ZeRO, with r groups of n ranks that share; of DualPipe's copies each sends what it updates.
  void gradients(int rank) {
    const double g = catalog::bytes_of(stack_.formats.gradient);
    const double w = catalog::bytes_of(stack_.formats.weight);
    const double all = plan_.degrees.replicas();
    const double n = plan_.zero > 0 ? plan_.update_shards : all;
    const double r = all / n;
    const double p = layout_.memory.stages.empty() ? layout_.memory.parameters
                                                   : layout_.memory.stages[static_cast<size_t>(rank)].parameters;
    const double times = parts(rank).front().passes;
    double bytes = plan_.zero == 0 ? 2 * g : g + w;
    if (plan_.zero == 2) bytes = times * g + w;
    if (plan_.zero == 3) bytes = times * (2 * w + g);
    bytes *= p * (n - 1) / n;
    if (plan_.zero > 0) bytes += 2 * (r - 1) / r * g * p / n;
    if (dualpipe()) bytes += g * p / (plan_.zero > 0 ? n : 1);
    const double sent = sent_of(program_, plan_, {Traffic::gradients}, rank).bytes +
                        sent_of(program_, plan_, {Traffic::weights}, rank).bytes;
    findings_.same("bytes of gradients and weights", sent, bytes);
  }

  Findings& findings_;
  const run::Layout& layout_;
  const parallel::Plan& plan_;
  const parallel::StepProgram& program_;
  const workload::Graph& graph_;
  const catalog::Transformer& model_;
  const catalog::Stack& stack_;
  workload::Graph whole_;
  double activations_ = 0;  ///< bytes of a micro-batch between two blocks, on a tensor group together
  double loss_ = 0;         ///< of one of the loss's sums
};

}  // namespace

void check_sums(Findings& findings, const run::RunRequest& request, const run::Layout& layout) {
  Sums(findings, request, layout).check();
}

}  // namespace podsim::tests
