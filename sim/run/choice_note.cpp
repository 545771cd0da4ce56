#include "run/choice_note.hpp"

#include "catalog/spec/link_classes.hpp"
#include "catalog/text/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace podsim::run {
namespace {

using collective::ChangedChoice;

std::vector<double> link_rates(catalog::Platform platform) {
  std::vector<double> rates;
  for (const auto& links : catalog::link_classes(platform)) {
    for (const double* rate : links.bytes_per_second) rates.push_back(*rate);
  }
  return rates;
}

/// What tells the second setting from the first, and changes the choice.
std::string difference(const collective::Setting& first, const collective::Setting& second) {
  const std::vector<double> before = link_rates(first.platform);
  const std::vector<double> after = link_rates(second.platform);
  if (before == after) return "the library's other constants change its choice";
  const bool comparable = before.size() == after.size();
  const auto all = [&](const auto& holds) {
    return comparable && std::equal(before.begin(), before.end(), after.begin(), holds);
  };
  if (all([](double old_rate, double rate) { return rate >= old_rate; })) {
    return "the faster links change the library's choice";
  }
  if (all([](double old_rate, double rate) { return rate <= old_rate; })) {
    return "the slower links change the library's choice";
  }
  return "the other links change the library's choice";
}

double slow_down(const ChangedChoice& change) { return change.after_seconds / change.before_seconds; }

std::string example(const std::vector<ChangedChoice>& alike, const ChangedChoice& change) {
  return fmt::format("{} of {:.3g} MB in {:.3g} ms instead of {:.3g} ms{}",
                     collective::name_of(change.demand.operation), change.demand.bytes / 1e6,
                     change.after_seconds * 1e3, change.before_seconds * 1e3,
                     alike.size() > 1 ? fmt::format(", and {} more of other sizes", alike.size() - 1) : "");
}

}  // namespace

std::vector<std::string> choice_notes(const collective::Setting& first, const collective::Setting& second,
                                      const collective::DemandsOnSlice& asked) {
  const bool torus = std::holds_alternative<catalog::Torus>(second.platform.interconnect);
  if (torus || first.platform.interconnect.index() != second.platform.interconnect.index()) return {};
  std::map<std::tuple<std::string, std::string, bool>, std::vector<ChangedChoice>> by_pair;
  for (const ChangedChoice& change : collective::changed_choices(first, second, asked)) {
    by_pair[{name_of(change.before), name_of(change.after), slow_down(change) > 1}].push_back(change);
  }
  std::vector<std::string> notes;
  for (const auto& [pair, alike] : by_pair) {
    const auto& [before, after, slower] = pair;
    const auto largest =
        std::max_element(alike.begin(), alike.end(), [is_slower = slower](const auto& a, const auto& b) {
          return is_slower ? slow_down(a) < slow_down(b) : slow_down(a) > slow_down(b);
        });
    notes.push_back(fmt::format("{} from {} to {}, which is {} here: {}", difference(first, second), before, after,
                                slower ? "slower" : "faster", example(alike, *largest)));
  }
  return notes;
}

collective::DemandsOnSlice collectives_of(const Layout& layout) {
  collective::DemandsOnSlice asked{.slice = layout.slice, .nodes = layout.nodes, .demands = {}};
  for (const auto& [demand, schedule] : layout.collectives.schedules) asked.demands.push_back(demand);
  return asked;
}

}  // namespace podsim::run
