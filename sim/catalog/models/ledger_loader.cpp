#include "catalog/models/ledger_loader.hpp"

#include "catalog/text/units.hpp"
#include "catalog/yaml/month.hpp"
#include "catalog/yaml/rules.hpp"
#include "catalog/yaml/schema.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace podsim::catalog {
namespace {

constexpr double kGiga = 1e9;

CountedOperations load_counted(const Field& field) {
  const MapReader map = field.map({"forward_GMAC_per_example", "examples_per_epoch", "epochs", "passes"});
  CountedOperations counted;
  counted.multiply_adds_per_example =
      kGiga * map["forward_GMAC_per_example"].number(
                  positive("a count", "give billions of multiply-adds of one forward pass, for example 0.75", 1e9));
  const double epoch = map["examples_per_epoch"].number(
      positive("a count of examples", "give the examples of one epoch, for example 1200000", 1e18));
  counted.examples =
      epoch * map["epochs"].number(positive("a count of epochs", "give passes over the data, for example 90", 1e9));
  if (const auto passes = map.find("passes")) {
    counted.passes = passes->number(
        positive("a count of passes", "give 3 for training (forward and backward), 1 for inference", 100));
  }
  return counted;
}

MachineTime load_machine_time(const Field& field) {
  const MapReader map = field.map({"chip", "chips", "days", "peak_TFLOPs", "utilisation", "factor"});
  MachineTime machine;
  machine.chip = map["chip"].text();
  machine.chips = map["chips"].number(positive("a count of chips", "give the chips of the run, for example 8", 1e9));
  machine.days = map["days"].number(positive("a time", "give days, for example 5.5", 1e6));
  machine.peak_flops_per_second =
      map["peak_TFLOPs"].number(positive("a peak", "give the peak of one chip, for example 1.58", 1e7)) * kTera;
  machine.utilisation = map["utilisation"].number(
      positive("a share", "give the assumed share of the peak, 0.33 for GPUs and 0.17 for CPUs", 1.0));
  if (const auto factor = map.find("factor")) {
    machine.factor = factor->number(positive("a factor", "give 1 where the run itself counts", 1e6));
  }
  return machine;
}

LedgerRun load_ledger_run(const Field& field) {
  const MapReader map = field.map({"workload", "platform", "chips"});
  return {.workload = map["workload"].name(),
          .platform = map["platform"].name(),
          .chips = map["chips"].integer(count("a count of chips", "give chips, not cores or devices"))};
}

LedgerRow load_row(const Field& field) {
  const MapReader map = field.map(
      {"name", "date", "counted", "machine", "run", "published_pfs_days", "published_is_limit", "note", "source"});
  LedgerRow row;
  row.name = map["name"].text();
  row.month = month_of(map["date"], "give the month of publication, for example 2012-12");
  if (const auto counted = map.find("counted")) row.counted = load_counted(*counted);
  if (const auto machine = map.find("machine")) row.machine = load_machine_time(*machine);
  if (const auto run = map.find("run")) row.run = load_ledger_run(*run);
  if (const auto published = map.find("published_pfs_days")) {
    row.published_flops = kPfsDayFlops * published->number(positive("a count of operations",
                                                                    "give petaflop/s-days, for example 0.0058", 1e9));
  }
  row.published_is_limit = map.boolean_or("published_is_limit", false);
  if (const auto note = map.find("note")) row.note = note->text();
  map["source"].text();
  if (!row.counted && !row.machine && !row.run && !row.published_flops) {
    map.fail("the row has no operations", "give counted, machine, run or published_pfs_days");
  }
  return row;
}

/// Names a row that has a published figure.
std::string row_name(const Field& field, const std::vector<LedgerRow>& rows) {
  std::string name = field.text();
  const auto published = [&](const LedgerRow& row) { return row.name == name && row.published_flops; };
  if (std::any_of(rows.begin(), rows.end(), published)) return name;
  field.fail("no row of this name has published_pfs_days", "name one of the rows");
}

PublishedGrowth load_growth(const Field& field, const std::vector<LedgerRow>& rows) {
  const MapReader map = field.map({"from", "to", "published_factor", "published_doubling_months"});
  return {
      .from = row_name(map["from"], rows),
      .to = row_name(map["to"], rows),
      .factor = map["published_factor"].number(positive("a factor", "give how often the first is in the last", 1e18)),
      .doubling_months =
          map["published_doubling_months"].number(positive("a time", "give months, for example 3.43", 1e4))};
}

}  // namespace

std::string month_text(int month) { return fmt::format("{:04}-{:02}", month / 12, month % 12 + 1); }

Ledger load_ledger(const Field& field) {
  const MapReader map = field.map({"schema", "name", "description", "growth", "rows", "sources"});
  map["schema"].choice({"podsim/ledger/1"}, "schemas of a ledger");
  Ledger ledger;
  ledger.name = map["name"].name();
  ledger.description = map["description"].text();
  for (const Field& element : map["rows"].list()) ledger.rows.push_back(load_row(element));
  std::stable_sort(ledger.rows.begin(), ledger.rows.end(),
                   [](const LedgerRow& a, const LedgerRow& b) { return a.month < b.month; });
  ledger.growth = load_growth(map["growth"], ledger.rows);
  check_sources(field.value(), field.path());
  return ledger;
}

}  // namespace podsim::catalog
