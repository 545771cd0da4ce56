#include "study/point/resolver.hpp"

#include "catalog/spec/stack_fit.hpp"
#include "catalog/text/error.hpp"
#include "study/point/reference.hpp"
#include "study/point/workload_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace podsim::study {
namespace {

/// Entries that one memory holds at most: beyond, it forgets all (a study of thousands of samples).
constexpr std::size_t kMostRemembered = 1000;

/// The overrides whose keys start with `prefix`, as a part of a memory's key.
std::string overrides_of(const RunSpec& spec, std::string_view prefix) {
  std::string text;
  for (const catalog::Override& override : spec.overrides) {
    if (override.key.starts_with(prefix)) text += "\n" + override.key + "=" + override.value;
  }
  return text;
}

template <typename Memory, typename Load>
auto remembered(Memory& memory, const std::string& key, const Load& load) {
  using Remembered = typename Memory::mapped_type::element_type;
  const auto known = memory.find(key);
  if (known != memory.end()) return known->second;
  auto loaded = std::make_shared<Remembered>(load());
  if (memory.size() >= kMostRemembered) memory.clear();
  memory.emplace(key, loaded);
  return typename Memory::mapped_type(std::move(loaded));
}

/// The stacks that are made for this kind of model on this chip, and can run on its platform.
std::vector<std::string> stacks_that_serve(const catalog::Catalog& catalog, const run::RunRequest& request) {
  std::vector<std::string> names = catalog.stacks_for(request.platform.chip, request.workload);
  std::erase_if(names, [&](const std::string& name) {
    return !catalog::serves(catalog.stack(name).value.library, request.platform.interconnect);
  });
  return names;
}

[[noreturn]] void refuse_library(const catalog::Catalog& catalog, const RunSpec& spec, const run::RunRequest& request) {
  throw catalog::InputError(
      fmt::format("{} {}: its collective library {} has no algorithm for {}, which {} is\n"
                  "  way out: choose by --stack one that is made for a {} model on {}: {}",
                  spec.stack ? "--stack" : "stack", request.stack.name, request.stack.library.name,
                  catalog::topology_text(request.platform.interconnect), request.platform.name,
                  catalog::model_kind(request.workload), request.platform.chip.name,
                  fmt::join(stacks_that_serve(catalog, request), ", ")));
}

}  // namespace

ResolvedRun Resolver::resolve(const RunSpec& spec) {
  const std::string workload_key = spec.workload + overrides_of(spec, "workload.");
  const auto workload =
      remembered(workloads_, workload_key, [&] { return catalog_.workload(spec.workload, spec.overrides); });
  const auto platform = remembered(platforms_, spec.platform + overrides_of(spec, "platform."),
                                   [&] { return catalog_.platform(spec.platform, spec.overrides); });
  // The default stack follows from the workload and the chip, and from nothing else of the platform.
  const std::string stack_name =
      spec.stack ? *spec.stack
                 : *remembered(stack_names_, workload_key + "\n" + spec.platform + overrides_of(spec, "platform.chip"),
                               [&] { return catalog_.default_stack_name(platform->value.chip, workload->value); });
  const auto stack = remembered(stacks_, stack_name + overrides_of(spec, "stack."),
                                [&] { return catalog_.stack(stack_name, spec.overrides); });
  ResolvedRun resolved;
  for (const auto* inputs : {&workload->inputs, &platform->inputs, &stack->inputs}) {
    resolved.inputs.insert(resolved.inputs.end(), inputs->begin(), inputs->end());
  }
  resolved.request = request_of(spec, workload->value, platform->value, stack->value);
  if (!spec.search_layout) add_plan(spec, workload_key, resolved.request);
  check_stack(spec, resolved.request);
  add_reference(spec, stack_name, resolved.request);
  return resolved;
}

void Resolver::add_plan(const RunSpec& spec, const std::string& workload_key, run::RunRequest& request) {
  const auto plan =
      remembered(plans_, workload_key, [&] { return workload_plan(catalog_, spec.workload, spec.overrides); });
  add_workload_plan(*plan, request.plan);
  const std::string options = plan_in_force(*plan, request.plan);
  if (options.empty()) return;
  request.plan_places = *remembered(places_, workload_key + "\n" + options, [&] {
    return workload_plan_places(catalog_, spec.workload, spec.overrides, request.plan);
  });
  request.notes.push_back("plan of the workload: " + options);
}

void Resolver::add_reference(const RunSpec& spec, const std::string& stack_name, run::RunRequest& request) {
  RunSpec kept = spec;
  kept.overrides = without_link_overrides(spec.overrides);
  if (kept.overrides.size() == spec.overrides.size()) return;
  try {
    const auto platform = remembered(platforms_, spec.platform + overrides_of(kept, "platform."),
                                     [&] { return catalog_.platform(spec.platform, kept.overrides); });
    const auto stack = remembered(stacks_, stack_name + overrides_of(kept, "stack."),
                                  [&] { return catalog_.stack(stack_name, kept.overrides); });
    request.reference = run::Reference{platform->value, catalog::for_chip(stack->value, platform->value.chip).library};
  } catch (const catalog::InputError&) {
    // The overrides belong together, such as all keys of a network: there is no machine without them.
    request.reference.reset();
  }
}

void Resolver::check_stack(const RunSpec& spec, run::RunRequest& request) {
  const std::string kind = catalog::model_kind(request.workload);
  const catalog::Chip& chip = request.platform.chip;
  if (!catalog::serves(request.stack.library, request.platform.interconnect)) refuse_library(catalog_, spec, request);
  if (!spec.stack) return;
  const auto scope = remembered(scopes_, *spec.stack, [&] { return catalog_.made_for(*spec.stack); });
  if (!scope->given || catalog::closeness(*scope, chip, kind) > 0) return;
  request.notes.push_back(fmt::format("stack {} is made for {}, not for a {} model on {}", request.stack.name,
                                      catalog::scope_text(*scope), kind, chip.name));
}

ResolvedRun resolve(const catalog::Catalog& catalog, const RunSpec& spec) { return Resolver(catalog).resolve(spec); }

}  // namespace podsim::study
