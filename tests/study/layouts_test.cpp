#include "study/layouts/candidates.hpp"
#include "study/layouts/layout_search.hpp"
#include "study/layouts/layout_space.hpp"
#include "study/layouts/layout_text.hpp"

#include "parallel/plan/plan_keys.hpp"
#include "platform/impossible.hpp"
#include "study/layouts/step_floor.hpp"
#include "study/point/resolver.hpp"
#include "study/point/simulate.hpp"
#include "support/layout_draw.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <random>
#include <set>

using namespace podsim;
using namespace podsim::study;

namespace {

/// A small model: many layouts of it are simulated at once.
run::RunRequest small_request(const std::string& platform, int64_t chips, int64_t batch, int layers = 4) {
  RunSpec spec;
  spec.workload = "gpt-2";
  spec.platform = platform;
  spec.chips = chips;
  spec.plan.global_batch = batch;
  spec.search_layout = true;
  run::RunRequest request = resolve(catalog::Catalog({PODSIM_SOURCE_DIR}), spec).request;
  auto& model = std::get<catalog::Transformer>(request.workload.model);
  model.layers = layers;
  model.hidden = 2048;
  model.heads = 16;
  model.feed_forward = 8192;
  return request;
}

run::RunRequest with_experts(run::RunRequest request) {
  std::get<catalog::Transformer>(request.workload.model).experts =
      catalog::Experts{.count = 4, .per_token = 2, .feed_forward = 4096};
  return request;
}

void fix(run::RunRequest& request, const std::string& key, const std::string& value) {
  REQUIRE_FALSE(parallel::put(parallel::plan_key(key), value, request.plan));
}

std::string told(const parallel::PlanChoice& choice) {
  parallel::PlanChoice any_order = choice;
  any_order.order.reset();
  return layout_options(any_order);
}

void require_same(const run::RunRequest& request, std::size_t top) {
  const LayoutSearch pruned = search_layouts(request, {.top = top, .workers = 2});
  const LayoutSearch all = search_layouts(request, {.top = top, .workers = 2, .prune = false});
  CHECK(all.simulated + all.unfit + all.illegal == all.considered);
  CHECK(pruned.simulated + pruned.bounded_away == all.simulated);
  REQUIRE(pruned.best.size() == all.best.size());
  for (std::size_t i = 0; i < all.best.size(); ++i) {
    CHECK(told(pruned.best[i].choice) == told(all.best[i].choice));
    CHECK(pruned.best[i].run.step.seconds.value == all.best[i].run.step.seconds.value);
  }
}

std::vector<parallel::PlanChoice> layouts_of(const run::RunRequest& request, int64_t ranks) {
  std::vector<parallel::PlanChoice> choices;
  each_layout(request, ranks, 8, [&](const parallel::PlanChoice& choice) { choices.push_back(choice); });
  return choices;
}

platform::Slice slice_of(const run::RunRequest& request) {
  return platform::choose_slice(request.platform, request.chips, request.slice);
}

}  // namespace

TEST_CASE("the search finds what simulating all layouts finds") {
  std::mt19937_64 random(20240607);
  const auto one_of = [&](auto... values) {
    const std::vector<int64_t> all{values...};
    return all[random() % all.size()];
  };
  for (int i = 0; i < 3; ++i) {
    const std::string platform = i % 2 == 0 ? "dgx-a100" : "dgx-h100";
    run::RunRequest request = small_request(platform, one_of(8, 16), one_of(24, 32, 48), 2);
    if (i == 1) request = with_experts(std::move(request));
    if (i == 1) fix(request, "recompute", "none");
    if (i == 2) fix(request, "pp", "2");
    INFO(i << ": " << platform << ", " << *request.chips << " chips, batch " << *request.plan.global_batch);
    require_same(request, 4);
  }
}

TEST_CASE("the search finds what simulating all layouts finds on a torus") {
  run::RunRequest request = small_request("tpu-v4-pod", 8, 16, 2);
  require_same(request, 3);
}

TEST_CASE("the search finds what simulating all layouts finds with any schedule") {
  for (const char* schedule : {"gpipe", "zb-h1", "zb-v", "dualpipe"}) {
    run::RunRequest request = small_request("dgx-a100", 16, 64, 8);
    fix(request, "schedule", schedule);
    fix(request, "tp", "2");
    fix(request, "recompute", "none");
    request.stack.gradients.overlap = std::string(schedule) == "gpipe";
    INFO(schedule);
    require_same(request, 3);
  }
}

/// Of up to 64 ranks on boxes and tori, with every option that a layout may have.
TEST_CASE("no layout takes less than its floor") {
  tests::LayoutDraw draw;
  std::vector<run::RunRequest> requests;
  std::vector<std::string> words;
  std::vector<double> floors;
  for (uint64_t number = 0; number < 120; ++number) {
    tests::DrawnLayout drawn = draw.draw(number);
    const platform::Slice slice = slice_of(drawn.request);
    const parallel::Plan plan = parallel::make_plan(drawn.request.workload, drawn.request.platform, drawn.request.stack,
                                                    slice, drawn.request.plan);
    SharedStages shared(drawn.request);
    CollectiveTimes times(drawn.request, slice);
    StepFloor floor(drawn.request, shared, times);
    const double by_bounds = floor.seconds(plan);
    times.find_out(1);
    floors.push_back(floor.seconds(plan));
    CHECK(floors.back() >= by_bounds * (1 - 1e-5));
    requests.push_back(std::move(drawn.request));
    words.push_back(drawn.words);
  }
  const auto outcomes = run::run_all(requests);
  int close = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    INFO(words[i]);
    const double seconds = std::get<run::RunResult>(outcomes[i]).step.seconds.value;
    CHECK(seconds >= floors[i]);
    if (seconds <= 1.02 * floors[i]) ++close;
  }
  CHECK(close > 15);
}

TEST_CASE("each layout is there once") {
  for (const bool experts : {false, true}) {
    run::RunRequest request = small_request("dgx-a100", 16, 32, 8);
    if (experts) request = with_experts(std::move(request));
    std::set<std::string> known;
    const auto choices = layouts_of(request, 16);
    for (const parallel::PlanChoice& choice : choices) {
      std::string text;
      for (const parallel::PlanKey& key : parallel::plan_keys()) {
        if (const auto value = parallel::value_of(key, choice))
          text += key.name + "=" + parallel::text_of(*value) + " ";
      }
      CHECK(known.insert(text).second);
    }
    const LayoutCandidates found = layout_candidates(request, slice_of(request), 1);
    CHECK(found.considered == choices.size());
    CHECK(found.considered == found.illegal + found.unfit + found.fitting.size());
  }
}

/// Counted by hand: one node of two, eight examples, two blocks. tp 1: pp 1 has local batch 4 on two replicas, so
/// micro-batches of 1, 2 or 4 (3), with ZeRO 0 or 1 (2); pp 2 (1f1b; two chunks a rank would be four stages of two
/// blocks) has micro-batches of 1, 2, 4 or 8 (4). tp 2: with or without sequence parallelism (2), 1, 2, 4 or 8
/// examples (4). Each with three kinds of recomputation: 3 x (6 + 4 + 8) = 54.
TEST_CASE("a small space is as counted by hand") {
  run::RunRequest request = small_request("dgx-a100", 2, 8, 2);
  CHECK(layouts_of(request, 2).size() == 54);
  const LayoutCandidates found = layout_candidates(request, slice_of(request), 1);
  CHECK(found.illegal == 0);
  CHECK(found.unfit + found.fitting.size() == 54);
}

TEST_CASE("what is fixed stays") {
  run::RunRequest request = small_request("dgx-a100", 16, 32, 8);
  fix(request, "tp", "2");
  fix(request, "recompute", "full");
  fix(request, "zero", "1");
  fix(request, "schedule", "zb-h1");
  fix(request, "micro_batch", "2");
  const auto choices = layouts_of(request, 16);
  REQUIRE_FALSE(choices.empty());
  for (const parallel::PlanChoice& choice : choices) {
    CHECK(choice.tensor == 2);
    CHECK(choice.recompute == catalog::Recompute::full);
    CHECK(choice.zero == 1);
    CHECK(choice.schedule == static_cast<int64_t>(pipeline::ScheduleKind::zb_h1));
    CHECK(choice.micro_batch == 2);
  }
  const LayoutSearch search = search_layouts(request, {.top = 2, .workers = 2});
  REQUIRE_FALSE(search.best.empty());
  CHECK(search.best.front().run.plan.chosen.tensor == 2);
  CHECK(search.best.front().run.plan.chosen.zero == 1);
}

TEST_CASE("schedules and stages of ZeRO are those of the framework") {
  run::RunRequest request = small_request("dgx-a100", 16, 32, 8);
  request.stack.layouts = {.zero = {3}, .schedules = {}};
  const auto choices = layouts_of(request, 16);
  REQUIRE_FALSE(choices.empty());
  for (const parallel::PlanChoice& choice : choices) {
    CHECK(choice.pipeline == 1);
    CHECK((choice.zero == 3 || choice.tensor == 16));
  }
}

TEST_CASE("a model that fits nowhere says by how much") {
  run::RunRequest request = small_request("dgx-a100", 8, 32, 4);
  request.platform.chip.memory_bytes = 3.2e9;
  const LayoutSearch search = search_layouts(request, {.workers = 1});
  CHECK(search.best.empty());
  CHECK(search.simulated == 0);
  REQUIRE(search.nearest);
  CHECK(search.nearest->needed_bytes > search.nearest->capacity_bytes);
  CHECK(why_none(search).starts_with(
      fmt::format("none of {} legal layouts fits; out of memory: needs ", search.considered - search.illegal)));
}

TEST_CASE("a batch that no number of replicas divides is refused by the rules") {
  run::RunRequest request = small_request("dgx-a100", 8, 31, 4);
  fix(request, "tp", "2");
  fix(request, "pp", "2");
  const LayoutSearch search = search_layouts(request, {.workers = 1});
  CHECK(search.best.empty());
  CHECK(search.illegal == search.considered);
  CHECK(
      why_none(search) ==
      fmt::format("none of {} layouts is legal; the first is refused: --batch 31: does not divide over the 2 replicas "
                  "of 8 chips (1 node)",
                  search.considered));
}

TEST_CASE("families say what they cost or why they fail") {
  run::RunRequest request = small_request("dgx-a100", 8, 32, 4);
  const LayoutSearch search = search_layouts(request, {.top = 1, .workers = 2});
  const LayoutSearch all = search_layouts(request, {.top = 1, .workers = 2, .prune = false});
  REQUIRE(search.families.size() == all.families.size());
  for (std::size_t i = 0; i < all.families.size(); ++i) {
    CHECK(search.families[i].name == all.families[i].name);
    CHECK_FALSE(all.families[i].at_least);
    if (!all.families[i].step_seconds) continue;
    CHECK(*search.families[i].step_seconds <= *all.families[i].step_seconds * (1 + 1e-9));
    CHECK(*search.families[i].step_seconds >= search.best.front().run.step.seconds.value * (1 - 1e-9));
  }
}

TEST_CASE("a layout in words and as options") {
  parallel::PlanChoice choice;
  for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{{"tp", "8"},
                                                                                   {"sequence_parallel", "true"},
                                                                                   {"pp", "4"},
                                                                                   {"schedule", "interleaved"},
                                                                                   {"virtual_stages", "3"},
                                                                                   {"zero", "1"},
                                                                                   {"micro_batch", "2"},
                                                                                   {"recompute", "selective"},
                                                                                   {"order", "tp-cp-ep-pp-dp"}}) {
    REQUIRE_FALSE(parallel::put(parallel::plan_key(key), value, choice));
  }
  CHECK(layout_words(choice, 64) == "tp 8 sp, pp 4 x 3, dp 2, zero 1, mb 2, selective, order pp-dp");
  CHECK(layout_options(choice) ==
        "--micro-batch 2 --recompute selective --zero 1 --tp 8 --sequence-parallel --pp 4 --schedule interleaved "
        "--virtual-stages 3 --order tp-cp-ep-pp-dp");
}
