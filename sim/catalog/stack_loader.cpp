#include "catalog/stack_loader.hpp"

#include "catalog/names.hpp"
#include "catalog/rules.hpp"
#include "catalog/schema.hpp"
#include "catalog/units.hpp"

#include <string>

namespace podsim::catalog {
namespace {

NumberRule latency(const std::string& example) {
  return not_negative("a time", "give one step of a collective, for example " + example, 1e6);
}

StackScope load_scope(const Field& field) {
  const MapReader map = field.map({"chips", "models"});
  StackScope scope;
  for (const Field& chip : map["chips"].list()) scope.chips.push_back(chip.text());
  for (const Field& model : map["models"].list()) {
    scope.models.push_back(model_kinds()[model.choice(model_kinds(), "kinds of model")]);
  }
  return scope;
}

void load_formats(const Field& field, Stack& stack) {
  const MapReader map = field.map({"matrix", "activation", "weight", "gradient", "master_weights"});
  stack.matrix_format = number_format(map["matrix"]);
  stack.activation_format = number_format(map["activation"]);
  stack.weight_format = number_format(map["weight"]);
  stack.gradient_format = number_format(map["gradient"]);
  stack.master_weights = map["master_weights"].boolean();
  if (stack.master_weights && bytes_of(stack.weight_format) == 4) {
    map["master_weights"].fail("weights of 4 bytes have no fp32 copy beside them",
                               "give master_weights: false, or weights in fp16 or bf16");
  }
}

void load_optimizers(const Field& field, Stack& stack) {
  for (const NamedField& entry : field.names()) {
    entry.choice(optimizers(), "optimizers");
    stack.optimizer_bytes_per_parameter[entry.name] = entry.field.number(
        positive("a count of bytes", "give the bytes that one update of one parameter moves, for example 28", 1e4));
  }
}

void load_gradients(const Field& field, Stack& stack) {
  const MapReader map = field.map({"bucket_MiB", "overlap"});
  stack.bucket_bytes =
      map["bucket_MiB"].number(positive("a size", "give the size of a gradient bucket, for example 25", 1e6)) * kMiB;
  stack.overlap = map["overlap"].boolean();
}

CollectiveLatency load_latency(const Field& field) {
  const MapReader map = field.map({"base", "chip_hop", "network_hop"});
  return {.base_seconds = map["base"].number(latency("10")) * kMicro,
          .chip_hop_seconds = map["chip_hop"].number(latency("1")) * kMicro,
          .network_hop_seconds = map["network_hop"].number(latency("6.6")) * kMicro};
}

void load_input_rates(const Field& field, Stack& stack) {
  for (const NamedField& entry : field.names()) {
    entry.choice(input_kinds(), "kinds of input");
    stack.input_examples_per_second_per_node[entry.name] = entry.field.number(
        positive("a rate", "give the examples per second that one node's input pipeline feeds, for example 20000"));
  }
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
        snapshot->number(
            positive("a rate", "give what a node copies into its memory in a second, for example 10", 1e6)) *
        kGB;
  }
  return policy;
}

/// What a run takes beside its steps.
void load_run_costs(const MapReader& map, Stack& stack) {
  const NumberRule seconds = not_negative("a time", "give seconds, for example 60", 1e6);
  if (const auto base = map.find("start_up_s")) stack.start_up_seconds = base->number(seconds);
  if (const auto more = map.find("start_up_per_doubling_s"))
    stack.start_up_per_doubling_seconds = more->number(seconds);
  if (const auto overhead = map.find("evaluation_overhead_s")) {
    stack.evaluation_overhead_seconds = overhead->number(seconds);
  }
  if (const auto checkpoint = map.find("checkpoint")) stack.checkpoint = load_checkpoint(*checkpoint);
}

}  // namespace

Stack load_stack(const Field& field) {
  const MapReader map =
      field.map({"schema", "name", "description", "scope", "formats", "device_slowdown", "fusion",
                 "optimizer_bytes_per_parameter", "gradients", "collective_latency_us", "step_overhead_ms",
                 "step_overhead_per_doubling_ms", "input_examples_per_second_per_node", "start_up_s",
                 "start_up_per_doubling_s", "evaluation_overhead_s", "checkpoint", "sources"});
  Stack stack;
  stack.name = map["name"].name();
  stack.description = map["description"].text();
  stack.scope = load_scope(map["scope"]);
  load_formats(map["formats"], stack);
  NumberRule slowdown =
      positive("a slow-down", "give device time over the operation model's time, for example 1.25", 100);
  slowdown.low = 1;
  slowdown.low_allowed = true;
  stack.device_slowdown = map["device_slowdown"].number(slowdown);
  stack.fusion = map["fusion"].number(
      positive("a share", "give the share of the unfused element-wise bytes that still move, for example 0.6", 1.0));
  load_optimizers(map["optimizer_bytes_per_parameter"], stack);
  load_gradients(map["gradients"], stack);
  stack.latency = load_latency(map["collective_latency_us"]);
  const NumberRule overhead = not_negative("a time", "give host time of one step, for example 1", 1e6);
  stack.step_overhead_seconds = map["step_overhead_ms"].number(overhead) * kMilli;
  stack.step_overhead_per_doubling_seconds = map["step_overhead_per_doubling_ms"].number(overhead) * kMilli;
  load_input_rates(map["input_examples_per_second_per_node"], stack);
  load_run_costs(map, stack);
  check_sources(field.value(), field.path());
  return stack;
}

}  // namespace podsim::catalog
