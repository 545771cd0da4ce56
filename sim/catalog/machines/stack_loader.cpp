#include "catalog/machines/stack_loader.hpp"

#include "catalog/machines/layout_offer_loader.hpp"
#include "catalog/machines/library_loader.hpp"
#include "catalog/machines/number_format_loader.hpp"
#include "catalog/spec/names.hpp"
#include "catalog/text/units.hpp"
#include "catalog/yaml/rules.hpp"
#include "catalog/yaml/schema.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace podsim::catalog {
namespace {

std::vector<std::string> texts(const std::optional<Field>& list) {
  std::vector<std::string> result;
  if (!list) return result;
  for (const Field& element : list->list()) result.push_back(element.text());
  return result;
}

void load_chip_years(const Field& field, StackScope& scope) {
  const MapReader map = field.map({"from", "to"});
  const IntegerRule year = count("a year", "give the first year of a chip's production, for example 2020", 1990, 2100);
  scope.first_chip_year = map.integer_or("from", year, scope.first_chip_year);
  scope.last_chip_year = map.integer_or("to", year, scope.last_chip_year);
  if (scope.first_chip_year > scope.last_chip_year) {
    field.fail("the years are out of order: from is after to", "give {from: EARLIER, to: LATER}");
  }
}

StackScope load_scope(const Field& field) {
  const MapReader map = field.map({"chips", "vendors", "models", "chip_years"});
  StackScope scope{
      .given = true, .chips = texts(map.find("chips")), .vendors = texts(map.find("vendors")), .models = {}};
  if (const auto models = map.find("models")) {
    for (const Field& model : models->list()) {
      scope.models.push_back(model_kinds()[model.choice(model_kinds(), "kinds of model")]);
    }
  }
  if (const auto years = map.find("chip_years")) load_chip_years(*years, scope);
  return scope;
}

void load_matrix_formats(const Field& field, Stack& stack) {
  if (field.value().kind != Value::Kind::sequence) {
    stack.formats.matrix = number_format(field);
    return;
  }
  for (const Field& element : field.list()) stack.formats.other_matrix.push_back(number_format(element));
  stack.formats.matrix = stack.formats.other_matrix.front();
}

void load_formats(const Field& field, Stack& stack) {
  const MapReader map = field.map({"matrix", "linear", "activation", "weight", "gradient", "master_weights"});
  load_matrix_formats(map["matrix"], stack);
  if (const auto linear = map.find("linear")) stack.formats.linear = number_format(*linear);
  stack.formats.activation = number_format(map["activation"]);
  stack.formats.weight = number_format(map["weight"]);
  stack.formats.gradient = number_format(map["gradient"]);
  stack.formats.master_weights = map["master_weights"].boolean();
  if (stack.formats.master_weights && bytes_of(stack.formats.weight) == 4) {
    map["master_weights"].fail("weights of 4 bytes have no fp32 copy beside them",
                               "give master_weights: false, or weights in fp16 or bf16");
  }
}

/// The value of a key that chooses one of `names`, or `fallback` where it is absent.
template <typename T, size_t n>
T choice_or(const MapReader& map, const char* key, const std::array<const char*, n>& names,
            const std::array<T, n>& values, std::string_view noun, T fallback) {
  const auto field = map.find(key);
  return field ? values[field->choice({names.begin(), names.end()}, noun)] : fallback;
}

void load_operations(const MapReader& map, Stack& stack) {
  NumberRule slowdown =
      positive("a slow-down", "give device time over the operation model's time, for example 1.25", 100);
  slowdown.low = 1;
  slowdown.low_allowed = true;
  stack.kernels.slowdown = map["device_slowdown"].number(slowdown);
  stack.kernels.fusion = map["fusion"].number(
      not_negative("a share", "give the share of the unfused element-wise bytes that still move, for example 0.6", 4));
  stack.kernels.attention = choice_or<Attention, 4>(
      map, "attention", {"unfused", "fused_softmax", "fused", "fused_by_vendor"},
      {Attention::unfused, Attention::fused_softmax, Attention::fused, Attention::fused_by_vendor},
      "kinds of attention", stack.kernels.attention);
  stack.kernels.tensor_overlap = choice_or<TensorOverlap, 2>(map, "tensor_overlap", {"none", "pipelined"},
                                                             {TensorOverlap::none, TensorOverlap::pipelined},
                                                             "kinds of overlap", stack.kernels.tensor_overlap);
  stack.kernels.embedding = choice_or<EmbeddingLookup, 2>(map, "embedding", {"gather", "one_hot"},
                                                          {EmbeddingLookup::gather, EmbeddingLookup::one_hot},
                                                          "look-ups", stack.kernels.embedding);
  stack.kernels.convolution_layout = choice_or<ConvolutionLayout, 2>(map, "convolution_layout", {"nhwc", "nchw"},
                                                                     {ConvolutionLayout::nhwc, ConvolutionLayout::nchw},
                                                                     "layouts", stack.kernels.convolution_layout);
  if (const auto kept = map.find("kept_activations")) {
    constexpr std::array kKept = {KeptActivations::least, KeptActivations::stored};
    stack.kernels.kept = kKept.at(kept->choice({"least", "stored"}, "kinds of kept activations"));
  }
  stack.kernels.vocabulary_multiple =
      map.integer_or("vocabulary_multiple", count("a multiple", "give words, 1 for none, for example 8", 1, 65536),
                     stack.kernels.vocabulary_multiple);
}

NumberRule launches() { return not_negative("a count of launches", "give launches, for example 1.5", 1000); }

void load_host(const MapReader& map, Stack& stack) {
  if (const auto cost = map.find("host_launch_us")) {
    stack.host.launch_seconds =
        cost->number(not_negative("a time", "give the CPU time of one launch, for example 8", 1e6)) * kMicro;
  }
  if (const auto counts = map.find("host_launches")) {
    const MapReader per = counts->map({"forward_operation", "backward_operation", "collective"});
    stack.host.forward_per_operation = per["forward_operation"].number(launches());
    stack.host.backward_per_operation = per["backward_operation"].number(launches());
    stack.host.per_collective = per["collective"].number(launches());
  }
}

void load_jitter(const Field& field, Stack& stack) {
  const MapReader map = field.map({"short_steps", "long_steps", "knee_ms"});
  const auto share = [&](const char* key) {
    return map[key].number(
        not_negative("a share", "give a standard deviation over the step time, for example 0.01", 1));
  };
  stack.jitter.short_steps = share("short_steps");
  stack.jitter.long_steps = share("long_steps");
  stack.jitter.knee_seconds =
      map["knee_ms"].number(positive("a time", "give the step time between short and long, for example 100", 1e6)) *
      kMilli;
}

void load_optimizers(const Field& field, Stack& stack) {
  for (const NamedField& entry : field.names()) {
    const auto optimizer = static_cast<Optimizer>(entry.choice(optimizers(), "optimizers"));
    stack.update.bytes_per_parameter[optimizer] = entry.field.number(
        positive("a count of bytes", "give the bytes that one update of one parameter moves, for example 28", 1e4));
  }
}

void load_gradients(const Field& field, Stack& stack) {
  const MapReader map = field.map({"bucket_MiB", "overlap"});
  stack.gradients.bucket_bytes =
      map["bucket_MiB"].number(positive("a size", "give the size of a gradient bucket, for example 25", 1e6)) * kMiB;
  stack.gradients.overlap = map["overlap"].boolean();
}

std::map<Input, double> input_rates(const std::optional<Field>& field) {
  std::map<Input, double> rates;
  if (!field) return rates;
  for (const NamedField& entry : field->names()) {
    const auto input = static_cast<Input>(entry.choice(inputs(), "kinds of input"));
    rates[input] = entry.field.number(
        rate_rule("give the examples per second that one node's input pipeline feeds, for example 20000"));
  }
  return rates;
}

void load_pass_bytes(const MapReader& map, Stack& stack) {
  const NumberRule bytes =
      not_negative("a count of bytes", "give bytes for each parameter and pass, for example 10", 1e4);
  if (const auto field = map.find("pass_bytes_per_parameter"))
    stack.gradients.pass_bytes_per_parameter = field->number(bytes);
  const auto field = map.find("accumulation_bytes_per_parameter");
  stack.gradients.accumulation_bytes_per_parameter =
      field ? field->number(bytes) : 3 * bytes_of(stack.formats.gradient);
}

CheckpointPolicy load_checkpoint(const Field& field) {
  const MapReader map = field.map({"every_min", "writers", "snapshot_GBps"});
  CheckpointPolicy policy;
  policy.interval_seconds =
      map["every_min"].number(positive("a time", "give the minutes between two checkpoints, for example 10", 1e6)) *
      kMinute;
  policy.all_nodes_write = map["writers"].choice({"one_node", "all_nodes"}, "writers") == 1;
  if (const auto snapshot = map.find("snapshot_GBps")) {
    policy.snapshot_bytes_per_second =
        snapshot->number(rate_rule("give what a node copies into its memory in a second, for example 10", 1e6)) * kGB;
  }
  return policy;
}

/// What a run takes beside its steps.
void load_run_costs(const MapReader& map, Stack& stack) {
  const NumberRule seconds = not_negative("a time", "give seconds, for example 60", 1e6);
  if (const auto base = map.find("start_up_s")) stack.run.start_up_seconds = base->number(seconds);
  if (const auto more = map.find("start_up_per_doubling_s"))
    stack.run.start_up_per_doubling_seconds = more->number(seconds);
  if (const auto overhead = map.find("evaluation_overhead_s")) {
    stack.run.evaluation_seconds = overhead->number(seconds);
  }
  if (const auto checkpoint = map.find("checkpoint")) stack.run.checkpoint = load_checkpoint(*checkpoint);
}

void load_framework_memory(const Field& field, Stack& stack) {
  const MapReader map = field.map({"low", "high"});
  const NumberRule size =
      not_negative("a size", "give the memory of a rank in GB that the model does not ask for", 1e3);
  stack.memory = {.low_bytes = map["low"].number(size) * kGB, .high_bytes = map["high"].number(size) * kGB};
  if (stack.memory.low_bytes > stack.memory.high_bytes) {
    field.fail("the ends are out of order: low is above high", "give {low: LESS, high: MORE}");
  }
}

std::vector<std::string> stack_keys() {
  return {"schema",
          "name",
          "description",
          "base",
          "scope",
          "formats",
          "device_slowdown",
          "fusion",
          "attention",
          "tensor_overlap",
          "embedding",
          "convolution_layout",
          "kept_activations",
          "vocabulary_multiple",
          "optimizer_bytes_per_parameter",
          "optimizer_overhead_us",
          "pass_bytes_per_parameter",
          "accumulation_bytes_per_parameter",
          "weight_update_sharding",
          "weight_gather",
          "gradients",
          "collective_library",
          "host_launch_us",
          "host_launches",
          "jitter",
          "step_overhead_ms",
          "step_overhead_per_doubling_ms",
          "input_examples_per_second_per_node",
          "input_examples_per_second_per_chip",
          "input_examples_per_second_per_host_core",
          "start_up_s",
          "start_up_per_doubling_s",
          "evaluation_overhead_s",
          "checkpoint",
          "framework_memory_GB",
          "layouts",
          "sources"};
}

}  // namespace

Stack load_stack(const Field& field) {
  const MapReader map = field.map(stack_keys());
  Stack stack;
  stack.name = map["name"].name();
  stack.description = map["description"].text();
  if (const auto scope = map.find("scope")) stack.scope = load_scope(*scope);
  load_formats(map["formats"], stack);
  load_operations(map, stack);
  load_optimizers(map["optimizer_bytes_per_parameter"], stack);
  if (const auto overhead = map.find("optimizer_overhead_us")) {
    stack.update.overhead_seconds =
        overhead->number(not_negative("a time", "give the time of one update beyond its bytes, for example 400", 1e6)) *
        kMicro;
  }
  stack.update.sharded = map.boolean_or("weight_update_sharding", stack.update.sharded);
  if (const auto gather = map.find("weight_gather")) {
    stack.update.gather =
        static_cast<WeightGather>(gather->choice({"after_update", "under_forward"}, "times of the gather"));
  }
  load_pass_bytes(map, stack);
  load_gradients(map["gradients"], stack);
  stack.library = load_library(map["collective_library"]);
  load_host(map, stack);
  if (const auto jitter = map.find("jitter")) load_jitter(*jitter, stack);
  const NumberRule overhead = not_negative("a time", "give host time of one step, for example 1", 1e6);
  stack.host.step_seconds = map["step_overhead_ms"].number(overhead) * kMilli;
  stack.host.step_per_doubling_seconds = map["step_overhead_per_doubling_ms"].number(overhead) * kMilli;
  stack.input = {.per_node = input_rates(map.find("input_examples_per_second_per_node")),
                 .per_chip = input_rates(map.find("input_examples_per_second_per_chip")),
                 .per_host_core = input_rates(map.find("input_examples_per_second_per_host_core"))};
  load_run_costs(map, stack);
  if (const auto memory = map.find("framework_memory_GB")) load_framework_memory(*memory, stack);
  if (const auto layouts = map.find("layouts")) stack.layouts = load_layout_offer(*layouts);
  check_sources(field.value(), field.path());
  return stack;
}

StackScope load_stack_scope(const Value& file) {
  const Value* scope = file.find("scope");
  return scope != nullptr ? load_scope(Field(*scope, "scope")) : StackScope{};
}

}  // namespace podsim::catalog
