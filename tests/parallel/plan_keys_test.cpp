#include "parallel/plan/plan_keys.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <set>

using namespace podsim;
using parallel::plan_key;

namespace {

/// Texts of the smallest and largest numbers, or all names.
std::vector<std::string> legal_texts(const parallel::PlanKey& key) {
  const auto* range = std::get_if<parallel::WholeRange>(&key.legal);
  std::vector<std::string> texts;
  if (!key.zero_name.empty()) texts.push_back(key.zero_name);
  if (range != nullptr) {
    texts.insert(texts.end(), {std::to_string(range->low), std::to_string(range->high)});
    return texts;
  }
  if (std::holds_alternative<parallel::Switch>(key.legal)) return {"false", "true"};
  if (std::holds_alternative<parallel::WholeList>(key.legal)) return {"1", "7,8,8,7", "1000000,1"};
  return std::get<std::vector<std::string>>(key.legal);
}

parallel::PlanRefusal refusal(const char* name, const std::string& text) {
  parallel::PlanChoice choice;
  const auto refused = parallel::put(plan_key(name), text, choice);
  REQUIRE(refused);
  CHECK(choice == parallel::PlanChoice{});
  return *refused;
}

}  // namespace

TEST_CASE("what a text fixes of a plan is printed as that text, and read back") {
  for (const parallel::PlanKey& key : parallel::plan_keys()) {
    parallel::PlanChoice choice;
    CHECK_FALSE(parallel::value_of(key, choice));
    for (const std::string& text : legal_texts(key)) {
      CAPTURE(key.name, text);
      CHECK_FALSE(parallel::put(key, text, choice));
      const auto value = parallel::value_of(key, choice);
      REQUIRE(value);
      CHECK(parallel::text_of(*value) == text);
      parallel::PlanChoice again;
      parallel::take(key, *value, again);
      CHECK(again == choice);
    }
    for (const parallel::PlanKey& other : parallel::plan_keys()) {
      CHECK((&other == &key || !parallel::value_of(other, choice)));
    }
  }
}

TEST_CASE("no two keys of a plan share a name, an option, an axis or a place in a result") {
  std::set<std::string> names;
  for (const parallel::PlanKey& key : parallel::plan_keys()) {
    CAPTURE(key.name);
    CHECK(names.insert("name " + key.name).second);
    CHECK(names.insert(parallel::option_of(key)).second);
    CHECK(names.insert("axis " + key.axis).second);
    CHECK(names.insert("result " + key.result).second);
  }
  CHECK(parallel::option_of(plan_key("micro_batch")) == "--micro-batch");
}

TEST_CASE("a text that is no value of a key leaves the choice alone and says what is") {
  for (const char* text : {"0", "1000000001", "", "-1", "+1", "1.0", "1e3", " 1", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK(refusal("batch", text).problem == "must be a whole number from 1 to 1000000000");
  }
  CHECK(refusal("micro_batch", "x").way_out == "write it in digits, without a sign or a unit");
  CHECK(refusal("recompute", "ful").problem == "must be none, selective or full");
  CHECK(refusal("recompute", "ful").way_out == "did you mean full? kinds of recomputation are: none, selective, full");
  CHECK(refusal("zero", "4").problem == "must be 0, 1, 2 or 3");
  CHECK(refusal("tp", "0").problem == "must be a whole number from 1 to 2097152");
  CHECK(refusal("sequence_parallel", "yes").problem == "must be true or false");
  for (const char* text : {"", ",", "8,", ",8", "8,,8", "8,0", "8 8", "-8,8"}) {
    CAPTURE(text);
    CHECK(refusal("split", text).problem == "must be whole numbers from 1 with commas between them");
  }
  CHECK(refusal("schedule", "1f1").way_out ==
        "did you mean 1f1b? schedules are: gpipe, 1f1b, interleaved, zb-h1, zb-v, dualpipe");
}

TEST_CASE("a result may have more examples than an option takes, but no name that no plan has") {
  parallel::PlanChoice choice;
  const int64_t large = std::numeric_limits<int64_t>::max();
  parallel::take(plan_key("batch"), large, choice);
  CHECK(choice.global_batch == large);
  CHECK_THROWS_WITH(parallel::take(plan_key("batch"), 0.5, choice), Catch::Contains("0.5 is no value of a plan"));
  CHECK_THROWS_WITH(parallel::take(plan_key("batch"), int64_t{-5}, choice),
                    Catch::Contains("-5 is no value of a plan"));
  CHECK_THROWS_WITH(parallel::take(plan_key("recompute"), std::string("half"), choice),
                    "recompute: half is no value of a plan");
  CHECK_THROWS_WITH(parallel::take(plan_key("zero"), int64_t{7}, choice), "zero: 7 is no value of a plan");
  CHECK_THROWS_WITH(parallel::take(plan_key("split"), std::string("8,x"), choice), "split: 8,x is no value of a plan");
}
