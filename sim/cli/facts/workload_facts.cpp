#include "catalog/text/units.hpp"
#include "cli/facts/facts.hpp"
#include "results/quantity.hpp"
#include "study/point/workload_plan.hpp"
#include "workload/models/expand.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

namespace podsim::cli {
namespace {

using Json = nlohmann::ordered_json;
using catalog::Workload;

/// The sums over the layers for one example; the formats of the stack do not enter them.
workload::Graph one_example(const Workload& workload, const catalog::TrainingPhase& phase) {
  return workload::expand(workload, phase, 1, catalog::Stack{});
}

/// What tells today's blocks from the plain one of 2017; nothing where they are plain.
std::string block_text(const catalog::Transformer& model) {
  std::string text;
  if (model.kv_heads > 0) text += fmt::format(", {} heads of keys and values", model.kv_heads);
  if (model.head_size > 0) text += fmt::format(", heads of {}", model.head_size);
  if (model.gated) text += ", gated";
  if (model.latent) text += fmt::format(", latent attention of {}", model.latent->key_value_rank);
  if (model.window > 0) text += fmt::format(", windows of {}", model.window);
  if (model.global_every > 0) text += fmt::format(" but on each layer {}", model.global_every);
  if (!model.experts) return text;
  return text + fmt::format(", {} experts of {}, {} a token", model.experts->count, model.experts->feed_forward,
                            model.experts->per_token);
}

void add_block_json(const catalog::Transformer& model, Json& json) {
  if (model.kv_heads > 0) json["kv_heads"] = model.kv_heads;
  if (model.head_size > 0) json["head_size"] = model.head_size;
  if (model.gated) json["gated"] = true;
  if (model.window > 0) json["window"] = model.window;
  if (model.global_every > 0) json["global_every"] = model.global_every;
  if (model.latent) {
    json["latent_attention"] = {{"query_rank", model.latent->query_rank},
                                {"key_value_rank", model.latent->key_value_rank},
                                {"plain", model.latent->plain_size},
                                {"rotary", model.latent->rotary_size},
                                {"value", model.latent->value_size}};
  }
  if (!model.experts) return;
  json["experts"] = {{"count", model.experts->count},
                     {"per_token", model.experts->per_token},
                     {"feed_forward", model.experts->feed_forward},
                     {"shared_feed_forward", model.experts->shared_feed_forward},
                     {"dense_layers", model.experts->dense_layers}};
}

Fact model_fact(const catalog::Transformer& model) {
  Json json{{"kind", "transformer"},
            {"layers", model.layers},
            {"hidden", model.hidden},
            {"heads", model.heads},
            {"feed_forward", model.feed_forward},
            {"vocabulary", model.vocabulary}};
  add_block_json(model, json);
  return {"model",
          fmt::format("transformer: {} layers, hidden {}, {} heads, feed-forward {}, vocabulary {}{}", model.layers,
                      model.hidden, model.heads, model.feed_forward, model.vocabulary, block_text(model)),
          "model", std::move(json)};
}

Fact model_fact(const catalog::Convolutional& model) {
  Json stages = Json::array();
  std::string text;
  for (const catalog::ConvolutionalStage& stage : model.stages) {
    stages.push_back({{"blocks", stage.blocks}, {"width", stage.width}, {"stride", stage.stride}});
    text += fmt::format("{}{} x {}", text.empty() ? "" : ", ", stage.blocks, stage.width);
  }
  return {"model",
          fmt::format("convolutional: {} px images, stages of blocks x width: {}; {} classes", model.image_px, text,
                      model.classes),
          "model",
          {{"kind", "convolutional"}, {"image_px", model.image_px}, {"stages", stages}, {"classes", model.classes}}};
}

std::string cell_name(catalog::RecurrentCell cell) {
  if (cell == catalog::RecurrentCell::rnn) return "rnn";
  return cell == catalog::RecurrentCell::gru ? "gru" : "lstm";
}

Json layers_json(const catalog::RecurrentLayers& layers) {
  return {{"cell", cell_name(layers.cell)},
          {"layers", layers.layers},
          {"hidden", layers.hidden},
          {"bidirectional_layers", layers.bidirectional_layers}};
}

std::string layers_text(const catalog::RecurrentLayers& layers) {
  std::string text = fmt::format("{} {} layers of {}", layers.layers, cell_name(layers.cell), layers.hidden);
  if (layers.bidirectional_layers > 0) text += fmt::format(", {} of them both ways", layers.bidirectional_layers);
  return text;
}

Fact model_fact(const catalog::Recurrent& model) {
  const std::string first = model.language_model ? "decoder" : "encoder";
  Json json{{"kind", "recurrent"}, {first, layers_json(model.encoder)}, {"vocabulary", model.vocabulary}};
  std::string text = "recurrent: " + first + " of " + layers_text(model.encoder);
  if (model.decoder) {
    json["decoder"] = layers_json(*model.decoder);
    json["attention"] = model.attention;
    text += "; decoder of " + layers_text(*model.decoder) + (model.attention ? " with attention" : "");
  }
  return {"model", fmt::format("{}; vocabulary {}", text, model.vocabulary), "model", std::move(json)};
}

Fact model_fact(const catalog::Gan& model) {
  const char* blocks = model.block == catalog::GanBlock::style ? "style" : "residual";
  return {"model",
          fmt::format("gan: {} px images, {} blocks, {} of the generator's filters at 4 px; {} to 1 updates",
                      model.image_px, blocks, model.generator_channels.front(), model.discriminator_steps),
          "model",
          {{"kind", "gan"},
           {"blocks", blocks},
           {"image_px", model.image_px},
           {"generator_channels", model.generator_channels},
           {"discriminator_channels", model.discriminator_channels},
           {"discriminator_steps", model.discriminator_steps}}};
}

std::string length_text(const catalog::Training& training) {
  if (training.steps) return fmt::format("{} steps", results::count(*training.steps));
  if (training.epochs) {
    return fmt::format("{} epochs of {} examples", *training.epochs, results::count(training.examples_per_epoch));
  }
  if (training.tokens) return fmt::format("{} tokens", results::number(*training.tokens));
  return fmt::format("until {}", training.quality);
}

Fact recipe_fact(const catalog::Training& training) {
  const std::string length = length_text(training);
  Json json{{"optimizer", name_of(training.optimizer)},
            {"global_batch", training.global_batch},
            {"input", name_of(training.input)}};
  json["steps"] = training.steps ? Json(*training.steps) : Json(nullptr);
  json["epochs"] = training.epochs ? Json(*training.epochs) : Json(nullptr);
  if (training.epochs) json["examples_per_epoch"] = training.examples_per_epoch;
  json["tokens"] = training.tokens ? Json(*training.tokens) : Json(nullptr);
  return {"recipe",
          fmt::format("{}, {} examples per step, {}, {} input", name_of(training.optimizer),
                      results::count(training.global_batch), length, name_of(training.input)),
          "training", std::move(json)};
}

Json phase_json(const catalog::TrainingPhase& phase, const workload::Graph& graph) {
  return {{"name", phase.name},
          {"share_of_steps", phase.share_of_steps},
          {"sequence_length", phase.sequence_length},
          {"target_length", phase.target_length},
          {"resolution_px", phase.resolution_px},
          {"batch_factor", phase.batch_factor},
          {"layers", graph.layers.size()},
          {"forward_flops_per_example", graph.forward_flops()},
          {"backward_flops_per_example", graph.backward_flops()},
          {"flops_per_example", graph.forward_flops() + graph.backward_flops()}};
}

std::vector<Fact> phase_facts(const Workload& workload) {
  std::vector<Fact> facts;
  Json phases = Json::array();
  for (const catalog::TrainingPhase& phase : workload.training.phases) {
    const workload::Graph graph = one_example(workload, phase);
    const std::string share =
        workload.training.phases.size() == 1
            ? std::string()
            : fmt::format("{}, {} of the steps: ", phase.name, results::percent(phase.share_of_steps));
    const std::string length =
        phase.sequence_length > 0 ? fmt::format("{} tokens, ", phase.sequence_length) : std::string();
    facts.push_back({facts.empty() ? "example" : "",
                     fmt::format("{}{}{} forward and {} backward, in {} layers", share, length,
                                 results::metric(graph.forward_flops(), "FLOP"),
                                 results::metric(graph.backward_flops(), "FLOP"), graph.layers.size()),
                     "", nullptr});
    phases.push_back(phase_json(phase, graph));
  }
  facts.front().key = "phases";
  facts.front().value = std::move(phases);
  return facts;
}

/// The plan that the workload's file gives, as options of `podsim run`.
std::vector<Fact> plan_facts(const parallel::PlanChoice& plan) {
  const std::string options = study::plan_in_force(plan, plan);
  if (options.empty()) return {};
  return {{"plan", options, "plan", options}};
}

std::vector<Fact> published_facts(const Workload& workload) {
  std::vector<Fact> facts;
  Json json = Json::array();
  for (const catalog::PublishedRun& run : workload.published) {
    facts.push_back(
        {facts.empty() ? "published" : "",
         fmt::format("{} on {} of {}, batch {} ({})", results::duration(run.hours * catalog::kHour),
                     results::count(run.chips, "chip"), run.platform, results::count(run.global_batch), run.source),
         "", nullptr});
    json.push_back({{"platform", run.platform},
                    {"chips", run.chips},
                    {"global_batch", run.global_batch},
                    {"hours", run.hours},
                    {"source", run.source}});
  }
  if (!facts.empty()) {
    facts.front().key = "published";
    facts.front().value = std::move(json);
  }
  return facts;
}

}  // namespace

std::vector<Fact> facts_of(const catalog::Loaded<Workload>& loaded, const parallel::PlanChoice& plan) {
  const Workload& workload = loaded.value;
  double largest = 0;
  for (const catalog::TrainingPhase& phase : workload.training.phases) {
    largest = std::max(largest, one_example(workload, phase).parameters());
  }
  const auto parameters = static_cast<int64_t>(largest);
  std::vector<Fact> facts{{"workload", workload.name, "name", workload.name},
                          {"", workload.description, "description", workload.description},
                          std::visit([](const auto& model) { return model_fact(model); }, workload.model),
                          {"parameters", results::count(parameters), "parameters", parameters},
                          recipe_fact(workload.training)};
  for (const auto& part :
       {phase_facts(workload), plan_facts(plan), published_facts(workload), source_facts(loaded.inputs)}) {
    facts.insert(facts.end(), part.begin(), part.end());
  }
  return facts;
}

}  // namespace podsim::cli
