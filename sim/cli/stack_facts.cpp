#include "cli/facts.hpp"
#include "results/quantity.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace podsim::cli {
namespace {

using Json = nlohmann::ordered_json;
using catalog::Stack;

Fact formats_fact(const Stack& stack) {
  const auto name = [](catalog::NumberFormat format) { return std::string(catalog::name_of(format)); };
  return {"formats",
          fmt::format("matrix {}, activations {}, weights {}{}, gradients {}", name(stack.matrix_format),
                      name(stack.activation_format), name(stack.weight_format),
                      stack.master_weights ? " with fp32 master copies" : "", name(stack.gradient_format)),
          "formats",
          {{"matrix", name(stack.matrix_format)},
           {"activation", name(stack.activation_format)},
           {"weight", name(stack.weight_format)},
           {"gradient", name(stack.gradient_format)},
           {"master_weights", stack.master_weights}}};
}

/// A map of numbers: "adam 28, lamb 44".
Fact map_fact(const std::string& label, const std::string& key, const std::map<std::string, double>& values,
              const std::string& unit) {
  std::string text;
  for (const auto& [name, value] : values) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, results::number(value));
  }
  return {label, text + unit, key, values};
}

}  // namespace

std::vector<Fact> facts_of(const catalog::Loaded<Stack>& loaded) {
  const Stack& stack = loaded.value;
  std::vector<Fact> facts{
      {"stack", stack.name, "name", stack.name},
      {"", stack.description, "description", stack.description},
      {"scope",
       fmt::format("{} models on {}", fmt::join(stack.scope.models, ", "), fmt::join(stack.scope.chips, ", ")),
       "scope",
       {{"models", stack.scope.models}, {"chips", stack.scope.chips}}},
      formats_fact(stack),
      {"device time", fmt::format("{} times the operation model's", stack.device_slowdown), "device_slowdown",
       stack.device_slowdown},
      {"fusion", fmt::format("{} of the element-wise bytes move", results::percent(stack.fusion)), "fusion",
       stack.fusion},
      {"gradients",
       fmt::format("buckets of {}, {} the backward pass", results::bytes(stack.bucket_bytes),
                   stack.overlap ? "during" : "after"),
       "gradients",
       {{"bucket_bytes", stack.bucket_bytes}, {"overlap", stack.overlap}}},
      {"collectives", stack.library.name, "collective_library", stack.library.name},
      map_fact("optimizer", "optimizer_bytes_per_parameter", stack.optimizer_bytes_per_parameter,
               " bytes per parameter"),
      {"host",
       fmt::format("{} a step, and {} for each doubling of the chips", results::duration(stack.step_overhead_seconds),
                   results::duration(stack.step_overhead_per_doubling_seconds)),
       "step_overhead_seconds",
       {{"base", stack.step_overhead_seconds}, {"per_doubling", stack.step_overhead_per_doubling_seconds}}},
      map_fact("input", "input_examples_per_second_per_node", stack.input_examples_per_second_per_node,
               " examples per second and node")};
  for (Fact& fact : source_facts(loaded.inputs)) facts.push_back(std::move(fact));
  return facts;
}

}  // namespace podsim::cli
