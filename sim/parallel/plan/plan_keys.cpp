#include "parallel/plan/plan_keys.hpp"

#include "catalog/spec/names.hpp"
#include "catalog/text/decimal.hpp"
#include "catalog/text/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace podsim::parallel {
namespace {

using Names = std::vector<std::string>;

const char* const kZeroWayOut =
    "give 1 to share the optimizer over the ranks (stages 2 and 3 share gradients and weights too: not built)";

std::vector<PlanKey> plan_rows() {
  const WholeRange examples{1, kMaxBatch};
  return {
      {"batch", "run.batch", "global_batch", "B", "examples per step of all ranks", "a batch", examples,
       &PlanChoice::global_batch, PlanReach::machines},
      {"micro_batch", "plan.micro_batch", "micro_batch", "N", "examples per rank and pass", "a micro-batch", examples,
       &PlanChoice::micro_batch, PlanReach::slice, PlanPrint::json_fraction},
      {"recompute", "plan.recompute", "recompute", "WHAT", "computed again on the way back: none, selective, full",
       "kinds of recomputation", catalog::recomputes(), &PlanChoice::recompute, PlanReach::sizes, PlanPrint::json},
      {"zero", "plan.zero", "zero", "0|1", "1: the ranks share the optimizer; 0: each has all of it", "stages of ZeRO",
       Names{"0", "1"}, &PlanChoice::zero, PlanReach::sizes, PlanPrint::json, kZeroWayOut},
  };
}

/// The number that a name or a text of digits has.
std::optional<int64_t> number_of(const LegalValues& legal, const std::string& text) {
  if (const auto* range = std::get_if<WholeRange>(&legal)) return catalog::parse_whole(text, range->low, range->high);
  const auto& names = std::get<Names>(legal);
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) return std::nullopt;
  return found - names.begin();
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
    return {fmt::format("must be a whole number from {} to {}", range->low, range->high),
            "write it in digits, without a sign or a unit"};
  }
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
  const auto number = number_of(key.legal, text);
  if (!number) return refusal(key, text);
  set_number(key.member, *number, choice);
  return std::nullopt;
}

std::string text_of(const PlanValue& value) {
  return std::visit([](const auto& known) { return fmt::format("{}", known); }, value);
}

std::optional<PlanValue> value_of(const PlanKey& key, const PlanChoice& choice) {
  const auto number = get_number(key.member, choice);
  if (!number) return std::nullopt;
  if (key.print == PlanPrint::json_fraction) return static_cast<double>(*number);
  if (std::holds_alternative<WholeRange>(key.legal)) return *number;
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
  const std::string name = whole != nullptr ? std::to_string(*whole) : std::get<std::string>(value);
  const auto number = number_of(key.legal, name);
  if (!number) refuse(name);
  set_number(key.member, *number, choice);
}

}  // namespace podsim::parallel
