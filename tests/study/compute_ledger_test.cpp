#include "study/answer/compute_ledger.hpp"
#include "catalog/text/units.hpp"

#include "study/report/compute_report.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

using namespace podsim;
using namespace podsim::study;

namespace {

LedgerEntry published(const std::string& name, int month, double flops, bool limit = false) {
  LedgerEntry entry;
  entry.row.name = name;
  entry.row.month = month;
  entry.row.published_flops = flops;
  entry.row.published_is_limit = limit;
  return entry;
}

const ComputeLedger& shipped_ledger() {
  static const ComputeLedger ledger = compute_ledger(catalog::Catalog({PODSIM_SOURCE_DIR}));
  return ledger;
}

const LedgerEntry& shipped_entry(const std::string& name) {
  const auto& entries = shipped_ledger().entries;
  return *std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.row.name == name; });
}

}  // namespace

TEST_CASE("what doubles every three months has a doubling time of three months") {
  CHECK(doubling_months({0, 3, 6, 12}, {1, 2, 4, 16}) == Approx(3));
  CHECK(doubling_months({0, 3, 6}, {2, 2, 2}) == std::numeric_limits<double>::infinity());
  CHECK(doubling_months({0, 1, 2}, {1, 4, 4}) == Approx(1));
}

TEST_CASE("the frontier is above every row before it, without limits, between the two ends") {
  std::vector<LedgerEntry> entries = {
      published("before", 0, 1e30), published("first", 1, 1), published("limit", 2, 9, true), published("higher", 3, 2),
      published("lower", 4, 1.5),   published("last", 7, 8),  published("after", 9, 99)};
  const Growth growth = fit_growth({"first", "last", 8, 2}, entries);
  std::vector<std::string> frontier;
  for (const LedgerEntry& entry : entries) {
    if (entry.frontier) frontier.push_back(entry.row.name);
  }
  CHECK(frontier == std::vector<std::string>{"first", "higher", "last"});
  CHECK(growth.factor == 8);
  CHECK(growth.months == 6);
  CHECK(growth.two_point_doubling_months == Approx(2));
  CHECK(growth.doubling_months == Approx(2));
}

TEST_CASE("eras are those of the article") {
  CHECK(era_of(12 * 2012 - 1) == "before 2012: GPUs are rare");
  CHECK(era_of(12 * 2012) == "2012 to mid-2014: one to eight GPUs");
  CHECK(era_of(12 * 2014 + 6) == "mid-2014 to mid-2016: ten to a hundred GPUs");
  CHECK(era_of(12 * 2017 + 11) == "mid-2016 to 2017: large batches, search, self-play, TPUs");
  CHECK(era_of(12 * 2018) == "from 2018: after the article");
  CHECK(era_of(std::nullopt) == "undated");
}

TEST_CASE("the operations of a recipe are those of an example times the examples") {
  catalog::Workload workload;
  workload.model = catalog::Transformer{.layers = 1, .hidden = 8, .heads = 2, .feed_forward = 16, .vocabulary = 10};
  workload.training.global_batch = 4;
  workload.training.steps = 100;
  workload.training.phases = {{.name = "short", .share_of_steps = 0.75, .sequence_length = 2},
                              {.name = "long", .share_of_steps = 0.25, .sequence_length = 4, .batch_factor = 2}};
  // products of a token: 4 x 64 and 2 x 128 in the block, 80 in the head; of a pair of tokens: 2 x 8
  const auto forward = [](double tokens) { return 2 * (tokens * (4 * 64 + 2 * 128 + 80) + tokens * tokens * 16); };
  CHECK(recipe_flops(workload) == Approx(3 * (75 * 4 * forward(2) + 25 * 8 * forward(4))));
}

TEST_CASE("both methods give the published operations of AlexNet and VGG within a factor of 2") {
  for (const char* name : {"AlexNet", "VGG"}) {
    CAPTURE(name);
    const LedgerEntry& entry = shipped_entry(name);
    const double value = *entry.row.published_flops;
    for (const double counted : {*entry.method_1_flops, *entry.method_2_flops, *entry.podsim_flops}) {
      CHECK(counted / value > 0.5);
      CHECK(counted / value < 2);
    }
  }
}

TEST_CASE("the methods agree within a factor of 3 where both exist") {
  int both = 0;
  for (const LedgerEntry& entry : shipped_ledger().entries) {
    if (!entry.method_1_flops || !entry.method_2_flops) continue;
    CAPTURE(entry.row.name);
    CHECK(std::abs(std::log(*entry.method_1_flops / *entry.method_2_flops)) < std::log(3));
    ++both;
  }
  CHECK(both >= 6);
}

TEST_CASE("the methods are the article's arithmetic") {
  CHECK(*shipped_entry("AlexNet").method_1_flops == Approx(0.75e9 * 2 * 3 * 1.2e6 * 90));
  CHECK(*shipped_entry("AlexNet").method_2_flops == Approx(2 * 5.5 * 86400 * 1.58e12 * 0.33));
  CHECK(*shipped_entry("Neural Architecture Search").method_1_flops / catalog::kPfsDayFlops ==
        Approx(22).epsilon(0.02));
  CHECK(*shipped_entry("Xception").method_2_flops / catalog::kPfsDayFlops == Approx(5).epsilon(0.02));
  CHECK(*shipped_entry("Attention is all you need").method_2_flops / catalog::kPfsDayFlops ==
        Approx(0.089).epsilon(0.02));
}

TEST_CASE("operations double every three to four months and grow 300,000 times") {
  const Growth& growth = shipped_ledger().growth;
  CHECK(growth.doubling_months > 3);
  CHECK(growth.doubling_months < 4);
  CHECK(growth.factor == Approx(300000).epsilon(0.1));
  CHECK(shipped_entry("AlexNet").frontier);
  CHECK(shipped_entry("AlphaGo Zero").frontier);
  CHECK_FALSE(shipped_entry("AlphaZero").frontier);
}

TEST_CASE("every workload of the catalogue has its operations, and every run of the ledger is simulated") {
  for (const catalog::Entry& workload : catalog::Catalog({PODSIM_SOURCE_DIR}).list(catalog::EntryKind::workload)) {
    const auto& entries = shipped_ledger().entries;
    const bool listed = std::any_of(entries.begin(), entries.end(), [&](const LedgerEntry& entry) {
      const bool named = entry.row.name == workload.name || (entry.row.run && entry.row.run->workload == workload.name);
      return named && entry.podsim_flops > 0.0;
    });
    CAPTURE(workload.name);
    CHECK(listed);
  }
  for (const LedgerEntry& entry : shipped_ledger().entries) {
    if (!entry.row.run) continue;
    CAPTURE(entry.row.name);
    CHECK(entry.reason.empty());
    CHECK(entry.utilisation > 0.0);
    CHECK(entry.utilisation < 1.0);
  }
}

TEST_CASE("the JSON has the doubling time and a row for each run") {
  const auto json = to_json(shipped_ledger());
  CHECK(json["schema"] == "podsim/compute/1");
  CHECK(json["pfs_day_flops"] == 8.64e19);
  CHECK(json["doubling_months"] == shipped_ledger().growth.doubling_months);
  CHECK(json["rows"].size() == shipped_ledger().entries.size());
  const auto& row = json["rows"][0];
  for (const char* key : {"name", "date", "era", "frontier", "method_1_pfs_days", "method_2_pfs_days",
                          "podsim_pfs_days", "published_pfs_days", "utilisation"}) {
    CHECK(row.contains(key));
  }
}
