#include "cli/facts/facts.hpp"
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
          fmt::format("matrix {}{}, activations {}, weights {}{}, gradients {}", name(stack.formats.matrix),
                      stack.formats.linear ? ", linear layers " + name(*stack.formats.linear) : "",
                      name(stack.formats.activation), name(stack.formats.weight),
                      stack.formats.master_weights ? " with fp32 master copies" : "", name(stack.formats.gradient)),
          "formats",
          {{"matrix", name(stack.formats.matrix)},
           {"linear", name(stack.formats.linear.value_or(stack.formats.matrix))},
           {"activation", name(stack.formats.activation)},
           {"weight", name(stack.formats.weight)},
           {"gradient", name(stack.formats.gradient)},
           {"master_weights", stack.formats.master_weights}}};
}

/// Numbers by the names of what they belong to, in the order of the alphabet: "adam 28, lamb 44".
template <typename Named>
Fact map_fact(const std::string& label, const std::string& key, const std::map<Named, double>& values,
              const std::string& unit) {
  std::map<std::string, double> by_name;
  for (const auto& [named, value] : values) by_name.emplace(name_of(named), value);
  std::string text;
  for (const auto& [name, value] : by_name) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, results::number(value));
  }
  return {label, text + unit, key, by_name};
}

Fact layouts_fact(const Stack& stack) {
  const auto& [zero, schedules] = stack.layouts;
  return {"layouts",
          fmt::format("--layout auto tries ZeRO {}; pipelines {}", fmt::join(zero, ", "),
                      schedules.empty() ? "none" : fmt::format("{}", fmt::join(schedules, ", "))),
          "layouts",
          {{"zero", zero}, {"schedules", schedules}}};
}

std::string years_of(const catalog::StackScope& scope) {
  const bool from = scope.first_chip_year > 0;
  const bool to = scope.last_chip_year < 9999;
  if (from && to) return fmt::format(" of {} to {}", scope.first_chip_year, scope.last_chip_year);
  if (from) return fmt::format(" since {}", scope.first_chip_year);
  return to ? fmt::format(" until {}", scope.last_chip_year) : "";
}

std::string any_of(const std::vector<std::string>& names, const std::string& noun) {
  return names.empty() ? "any " + noun : fmt::format("{}", fmt::join(names, ", "));
}

Fact scope_fact(const catalog::StackScope& scope) {
  if (!scope.given) return {"default for", "nothing: choose it by --stack", "scope", nullptr};
  const std::string chips = scope.chips.empty() ? "chips of " + any_of(scope.vendors, "vendor") + years_of(scope)
                                                : fmt::format("{}", fmt::join(scope.chips, ", "));
  return {"default for",
          any_of(scope.models, "kind of") + " models on " + chips,
          "scope",
          {{"models", scope.models},
           {"chips", scope.chips},
           {"vendors", scope.vendors},
           {"first_chip_year", scope.first_chip_year},
           {"last_chip_year", scope.last_chip_year}}};
}

std::string name_of(catalog::Attention attention) {
  switch (attention) {
    case catalog::Attention::unfused: return "unfused";
    case catalog::Attention::fused_softmax: return "fused_softmax";
    case catalog::Attention::fused: return "fused";
    case catalog::Attention::fused_by_vendor: return "fused_by_vendor";
  }
  return "unknown";
}

Fact operations_fact(const Stack& stack) {
  const std::string embedding = stack.kernels.embedding == catalog::EmbeddingLookup::one_hot ? "one_hot" : "gather";
  const bool pipelined = stack.kernels.tensor_overlap == catalog::TensorOverlap::pipelined;
  const std::string layout = stack.kernels.convolution_layout == catalog::ConvolutionLayout::nchw ? "nchw" : "nhwc";
  return {"operations",
          fmt::format("attention {}, look-ups {}, images {}, vocabulary in multiples of {}{}",
                      name_of(stack.kernels.attention), embedding, layout, stack.kernels.vocabulary_multiple,
                      pipelined ? ", exchanges of tensor groups beside their products" : ""),
          "operations",
          {{"attention", name_of(stack.kernels.attention)},
           {"tensor_overlap", pipelined ? "pipelined" : "none"},
           {"embedding", embedding},
           {"convolution_layout", layout},
           {"vocabulary_multiple", stack.kernels.vocabulary_multiple}}};
}

Fact launch_fact(const Stack& stack) {
  const catalog::Host& host = stack.host;
  return {"launches",
          host.launch_seconds > 0
              ? fmt::format("{} of the CPU each; {} a forward operation, {} a backward one, {} a collective",
                            results::duration(host.launch_seconds), host.forward_per_operation,
                            host.backward_per_operation, host.per_collective)
              : "the device never waits for them",
          "host_launch",
          {{"seconds", host.launch_seconds},
           {"forward_operation", host.forward_per_operation},
           {"backward_operation", host.backward_per_operation},
           {"collective", host.per_collective}}};
}

Fact jitter_fact(const catalog::Jitter& jitter) {
  return {
      "jitter",
      fmt::format("{} of a short step, {} of a long one, half-way at {}", results::percent(jitter.short_steps),
                  results::percent(jitter.long_steps), results::duration(jitter.knee_seconds)),
      "jitter",
      {{"short_steps", jitter.short_steps}, {"long_steps", jitter.long_steps}, {"knee_seconds", jitter.knee_seconds}}};
}

std::string update_of(const Stack& stack) {
  return fmt::format(" bytes per parameter and {}, {}", results::duration(stack.update.overhead_seconds),
                     stack.update.sharded ? "each rank its share" : "each rank all");
}

}  // namespace

std::vector<Fact> facts_of(const catalog::Loaded<Stack>& loaded) {
  const Stack& stack = loaded.value;
  std::vector<Fact> facts{
      {"stack", stack.name, "name", stack.name},
      {"", stack.description, "description", stack.description},
      scope_fact(stack.scope),
      formats_fact(stack),
      {"device time", fmt::format("{} times the operation model's", stack.kernels.slowdown), "device_slowdown",
       stack.kernels.slowdown},
      {"fusion", fmt::format("{} of the element-wise bytes move", results::percent(stack.kernels.fusion)), "fusion",
       stack.kernels.fusion},
      operations_fact(stack),
      {"gradients",
       fmt::format("buckets of {}, {} the backward pass", results::bytes(stack.gradients.bucket_bytes),
                   stack.gradients.overlap ? "during" : "after"),
       "gradients",
       {{"bucket_bytes", stack.gradients.bucket_bytes}, {"overlap", stack.gradients.overlap}}},
      {"collectives", stack.library.name, "collective_library", stack.library.name},
      map_fact("optimizer", "optimizer_bytes_per_parameter", stack.update.bytes_per_parameter, update_of(stack)),
      launch_fact(stack),
      jitter_fact(stack.jitter),
      {"host",
       fmt::format("{} a step, and {} for each doubling of the chips", results::duration(stack.host.step_seconds),
                   results::duration(stack.host.step_per_doubling_seconds)),
       "step_overhead_seconds",
       {{"base", stack.host.step_seconds}, {"per_doubling", stack.host.step_per_doubling_seconds}}},
      {"passes",
       fmt::format("{} bytes per parameter move each pass, {} more where gradients accumulate",
                   stack.gradients.pass_bytes_per_parameter, stack.gradients.accumulation_bytes_per_parameter),
       "pass_bytes_per_parameter",
       {{"each", stack.gradients.pass_bytes_per_parameter},
        {"accumulation", stack.gradients.accumulation_bytes_per_parameter}}}};
  const auto add_rates = [&](const std::string& key, const std::map<catalog::Input, double>& rates, const char* unit) {
    if (!rates.empty()) facts.push_back(map_fact("input", key, rates, unit));
  };
  add_rates("input_examples_per_second_per_node", stack.input.per_node, " examples per second and node");
  add_rates("input_examples_per_second_per_chip", stack.input.per_chip, " examples per second and chip");
  add_rates("input_examples_per_second_per_host_core", stack.input.per_host_core,
            " examples per second and core of the host");
  facts.push_back(layouts_fact(stack));
  for (Fact& fact : source_facts(loaded.inputs)) facts.push_back(std::move(fact));
  return facts;
}

}  // namespace podsim::cli
