#pragma once

#include "parallel/plan/plan.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace podsim::parallel {

inline constexpr int64_t kMaxBatch = 1'000'000'000;

/// Whole numbers, both ends included.
struct WholeRange {
  int64_t low = 1;
  int64_t high = 1;
};

/// Whole numbers with commas between them.
struct WholeList {
  WholeRange each;
};

/// Yes or no; as an option without a value.
struct Switch {};

/// What a key may be: a whole number, one of some names in the order of their numbers, a list, a switch. Names of digits
/// are numbers wherever values are printed.
using LegalValues = std::variant<WholeRange, std::vector<std::string>, WholeList, Switch>;

/// Where a member of a choice stands; of an enumeration its number counts.
using PlanMember = std::variant<std::optional<int64_t> PlanChoice::*, std::optional<catalog::Recompute> PlanChoice::*,
                                std::optional<std::vector<int>> PlanChoice::*>;

/// Which commands leave a key to the user: those that choose among machines too, those that choose among sizes of one
/// machine too, or those alone that run on one slice.
enum class PlanReach { machines, sizes, slice };

/// Where results print a key: in JSON and in the columns of sweeps; in JSON alone; there as a number that need not be
/// whole, for ranks may share an example; in the layout of a result that has one.
enum class PlanPrint { everywhere, json, json_fraction, layout };

/// One thing that a user may fix of a plan, wherever texts name it. A new one is a line of plan_keys() and what
/// make_plan() makes of it.
struct PlanKey {
  std::string name;        ///< in published runs; with dashes the option: "micro_batch", --micro-batch
  std::string axis;        ///< of a study: "plan.micro_batch"
  std::string result;      ///< of a result's JSON and columns
  std::string value_name;  ///< of the option's help: "N"
  std::string help;        ///< one line
  std::string noun;        ///< of a whole number ("a micro-batch"), or of all names ("stages of ZeRO")
  LegalValues legal;
  PlanMember member;
  PlanReach reach = PlanReach::sizes;
  PlanPrint print = PlanPrint::everywhere;
  std::string way_out{};    ///< of a text that is no legal name; empty: the names
  std::string zero_name{};  ///< a name for the number 0 beside a range
};

/// All keys, in the order in which results print them.
const std::vector<PlanKey>& plan_keys();

/// The key of that name. Throws std::out_of_range.
const PlanKey& plan_key(std::string_view name);

/// "--micro-batch".
std::string option_of(const PlanKey& key);

/// Why a text is no value of a key.
struct PlanRefusal {
  std::string problem;  ///< "must be none, selective or full"
  std::string way_out;
};

/// Puts the value that `text` says into a choice; the choice is as before where it is refused.
std::optional<PlanRefusal> put(const PlanKey& key, const std::string& text, PlanChoice& choice);

/// A value as results print it.
using PlanValue = std::variant<int64_t, double, std::string, bool>;

std::string text_of(const PlanValue& value);

/// Absent where the choice leaves the key open.
std::optional<PlanValue> value_of(const PlanKey& key, const PlanChoice& choice);

/// The way back from value_of(). Throws std::invalid_argument for a value that no plan has.
void take(const PlanKey& key, const PlanValue& value, PlanChoice& choice);

}  // namespace podsim::parallel
