#include "parallel/plan/plan_keys.hpp"

#include "catalog/spec/names.hpp"
#include "catalog/text/decimal.hpp"
#include "catalog/text/nearest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace podsim::parallel {
namespace {

using Names = std::vector<std::string>;

constexpr int64_t kMostRanks = int64_t{1} << 21;

/// Keys that a whole copy of the model on each rank has too.
std::vector<PlanKey> common_rows() {
  const WholeRange examples{1, kMaxBatch};
  return {
      {"batch", "run.batch", "global_batch", "B", "examples per step of all ranks", "a batch", examples,
       &PlanChoice::global_batch, PlanReach::machines},
      {"micro_batch",
       "plan.micro_batch",
       "micro_batch",
       "N",
       "examples per replica and pass; auto: what fits",
       "a micro-batch",
       examples,
       &PlanChoice::micro_batch,
       PlanReach::slice,
       PlanPrint::json_fraction,
       {},
       "auto"},
      {"recompute", "plan.recompute", "recompute", "WHAT", "computed again on the way back: none, selective, full",
       "kinds of recomputation", catalog::recomputes(), &PlanChoice::recompute, PlanReach::sizes, PlanPrint::json},
      {"recompute_every", "plan.recompute_every", "recompute_every", "N", "of so many blocks one is computed again",
       "a number of blocks", WholeRange{1, 1024}, &PlanChoice::recompute_every, PlanReach::sizes, PlanPrint::layout},
      {"zero", "plan.zero", "zero", "0|1|2|3", "replicas share: 1 the optimizer, 2 gradients too, 3 weights too",
       "stages of ZeRO", Names{"0", "1", "2", "3"}, &PlanChoice::zero, PlanReach::sizes, PlanPrint::json,
       "give 0 (each has all), 1 (the optimizer is shared), 2 (gradients too) or 3 (weights too)"},
  };
}

std::vector<PlanKey> layout_rows() {
  const WholeRange ranks{1, kMostRanks};
  const auto row = [](const char* name, const char* value, const char* help, const char* noun, LegalValues legal,
                      PlanMember member) {
    return PlanKey{name,
                   fmt::format("plan.{}", name),
                   name,
                   value,
                   help,
                   noun,
                   std::move(legal),
                   member,
                   PlanReach::sizes,
                   PlanPrint::layout};
  };
  return {
      row("tp", "N", "ranks that share the products of a layer", "a tensor-parallel size", ranks, &PlanChoice::tensor),
      row("sequence_parallel", "", "with --tp: they share the tokens between the products too", "a switch", Switch{},
          &PlanChoice::sequence_parallel),
      row("pp", "N", "stages of a pipeline", "a number of stages", ranks, &PlanChoice::pipeline),
      row("schedule", "NAME", "of a pipeline: gpipe, 1f1b, interleaved, zb-h1, zb-v, dualpipe", "schedules",
          pipeline::schedule_names(), &PlanChoice::schedule),
      row("virtual_stages", "N", "stages of the model on each rank of a pipeline", "a number of stages",
          WholeRange{1, 1024}, &PlanChoice::virtual_stages),
      row("split", "N,N,...", "blocks of each stage; absent: balanced", "a number of blocks", WholeList{{1, 1'000'000}},
          &PlanChoice::split),
      row("cp", "N", "ranks that share the tokens of a sequence", "a context-parallel size", ranks,
          &PlanChoice::context),
      row("context_method", "HOW", "of --cp: ring, all_gather, all_to_all", "methods",
          Names{"ring", "all_gather", "all_to_all"}, &PlanChoice::context_method),
      row("ep", "N", "ranks that share the experts of a layer", "an expert-parallel size", ranks, &PlanChoice::expert),
      row("etp", "N", "ranks that share the products of an expert", "a tensor-parallel size of experts", ranks,
          &PlanChoice::expert_tensor),
      row("hybrid_shard", "N", "ranks within which ZeRO shares; copies beyond", "a number of ranks",
          WholeRange{2, kMostRanks}, &PlanChoice::hybrid_shard),
      row("order", "ORDER", "of the ranks, innermost first", "orders", order_names(), &PlanChoice::order),
  };
}

std::vector<PlanKey> plan_rows() {
  std::vector<PlanKey> rows = common_rows();
  for (PlanKey& row : layout_rows()) rows.push_back(std::move(row));
  return rows;
}

/// The number that a name or a text of digits has.
std::optional<int64_t> number_of(const PlanKey& key, const std::string& text) {
  if (!key.zero_name.empty() && text == key.zero_name) return 0;
  if (const auto* range = std::get_if<WholeRange>(&key.legal)) {
    return catalog::parse_whole(text, range->low, range->high);
  }
  static const Names kSwitch{"false", "true"};
  const auto* names = std::get_if<Names>(&key.legal);
  if (names == nullptr) names = &kSwitch;
  const auto found = std::find(names->begin(), names->end(), text);
  if (found == names->end()) return std::nullopt;
  return found - names->begin();
}

std::optional<std::vector<int>> numbers_of(const WholeList& list, const std::string& text) {
  std::vector<int> numbers;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    const auto number = catalog::parse_whole(text.substr(begin, end - begin), list.each.low, list.each.high);
    if (!number) return std::nullopt;
    numbers.push_back(static_cast<int>(*number));
    begin = end + 1;
  }
  return numbers;
}

void set_number(PlanMember member, int64_t number, PlanChoice& choice) {
  if (const auto* whole = std::get_if<std::optional<int64_t> PlanChoice::*>(&member)) {
    choice.*(*whole) = number;
  } else {
    choice.*std::get<std::optional<catalog::Recompute> PlanChoice::*>(member) = static_cast<catalog::Recompute>(number);
  }
}

std::optional<int64_t> get_number(PlanMember member, const PlanChoice& choice) {
  if (const auto* whole = std::get_if<std::optional<int64_t> PlanChoice::*>(&member)) return choice.*(*whole);
  const auto& kind = choice.*std::get<std::optional<catalog::Recompute> PlanChoice::*>(member);
  if (!kind) return std::nullopt;
  return static_cast<int64_t>(*kind);
}

/// "none, selective or full".
std::string alternatives(const Names& names) {
  std::string text = names.front();
  for (size_t i = 1; i < names.size(); ++i) text += (i + 1 == names.size() ? " or " : ", ") + names[i];
  return text;
}

PlanRefusal refusal(const PlanKey& key, const std::string& text) {
  if (const auto* range = std::get_if<WholeRange>(&key.legal)) {
    const std::string or_name = key.zero_name.empty() ? "" : fmt::format(", or {}", key.zero_name);
    return {fmt::format("must be a whole number from {} to {}{}", range->low, range->high, or_name),
            "write it in digits, without a sign or a unit"};
  }
  if (std::holds_alternative<WholeList>(key.legal)) {
    return {"must be whole numbers from 1 with commas between them", "give for example 8,8,8,7"};
  }
  if (std::holds_alternative<Switch>(key.legal)) return {"must be true or false", "give true, or leave it away"};
  const auto& names = std::get<Names>(key.legal);
  return {"must be " + alternatives(names),
          key.way_out.empty() ? catalog::suggestion(text, names, key.noun) : key.way_out};
}

}  // namespace

const std::vector<PlanKey>& plan_keys() {
  static const std::vector<PlanKey> keys = plan_rows();
  return keys;
}

const PlanKey& plan_key(std::string_view name) {
  for (const PlanKey& key : plan_keys()) {
    if (key.name == name) return key;
  }
  throw std::out_of_range(fmt::format("plan: {} is no key", name));
}

std::string option_of(const PlanKey& key) {
  std::string option = "--" + key.name;
  std::replace(option.begin(), option.end(), '_', '-');
  return option;
}

std::optional<PlanRefusal> put(const PlanKey& key, const std::string& text, PlanChoice& choice) {
  if (const auto* list = std::get_if<WholeList>(&key.legal)) {
    auto numbers = numbers_of(*list, text);
    if (!numbers) return refusal(key, text);
    choice.*std::get<std::optional<std::vector<int>> PlanChoice::*>(key.member) = std::move(numbers);
    return std::nullopt;
  }
  const auto number = number_of(key, text);
  if (!number) return refusal(key, text);
  set_number(key.member, *number, choice);
  return std::nullopt;
}

std::string text_of(const PlanValue& value) {
  return std::visit([](const auto& known) { return fmt::format("{}", known); }, value);
}

std::optional<PlanValue> value_of(const PlanKey& key, const PlanChoice& choice) {
  if (const auto* list = std::get_if<std::optional<std::vector<int>> PlanChoice::*>(&key.member)) {
    const auto& numbers = choice.*(*list);
    if (!numbers) return std::nullopt;
    return fmt::format("{}", fmt::join(*numbers, ","));
  }
  const auto number = get_number(key.member, choice);
  if (!number) return std::nullopt;
  if (!key.zero_name.empty() && *number == 0) return key.zero_name;
  if (key.print == PlanPrint::json_fraction) return static_cast<double>(*number);
  if (std::holds_alternative<WholeRange>(key.legal)) return *number;
  if (std::holds_alternative<Switch>(key.legal)) return *number != 0;
  const std::string& name = std::get<Names>(key.legal).at(static_cast<size_t>(*number));
  if (const auto digits = catalog::parse_whole(name, 0, kMaxBatch)) return *digits;
  return name;
}

void take(const PlanKey& key, const PlanValue& value, PlanChoice& choice) {
  const auto refuse = [&](const auto& what) {
    throw std::invalid_argument(fmt::format("{}: {} is no value of a plan", key.result, what));
  };
  if (const auto* number = std::get_if<double>(&value)) {
    if (*number != std::floor(*number) || std::abs(*number) > 0x1p53) refuse(*number);
    return take(key, static_cast<int64_t>(*number), choice);
  }
  const auto* whole = std::get_if<int64_t>(&value);
  if (const auto* range = std::get_if<WholeRange>(&key.legal); whole != nullptr && range != nullptr) {
    if (*whole < range->low) refuse(*whole);
    return set_number(key.member, *whole, choice);
  }
  const std::string name = text_of(value);
  if (put(key, name, choice)) refuse(name);
}

}  // namespace podsim::parallel
