#include "study/report/layout_report.hpp"

#include "catalog/text/units.hpp"
#include "results/quantity.hpp"
#include "results/text.hpp"
#include "results/text_table.hpp"
#include "run/account/interval.hpp"
#include "study/layouts/layout_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace podsim::study {
namespace {

constexpr std::size_t kLayoutColumns = 80;

std::string layout_lines(const std::string& text) { return results::paragraph(text, kLayoutColumns); }

/// Behind two blanks.
std::string item(const std::string& text) {
  std::string lines;
  for (const std::string& line : results::wrap(text, kLayoutColumns - 2)) lines += "  " + line + "\n";
  return lines;
}

std::string price_words(std::string kind) {
  std::replace(kind.begin(), kind.end(), '_', ' ');
  return kind;
}

std::string ratio_text(double ratio) { return fmt::format("{:.3f}", ratio); }

double share_of_step(double seconds, const run::RunResult& run) { return seconds / run.step.breakdown.total_seconds(); }

/// What is left of the memory beside the most that the framework was seen to take.
double left_bytes(const run::RunResult& run) {
  return run.memory.capacity_bytes - run.memory.total_bytes() - run.memory.framework_high_bytes;
}

std::string left_text(const run::RunResult& run) {
  if (run.memory.fit() == parallel::Fit::tight) return "tight";
  return results::bytes(left_bytes(run));
}

/// Layouts of the best that an 80 % interval of the ratio does not tell from the best one, itself left out.
std::size_t alike(const LayoutSearch& search) {
  const run::StepResult& best = search.best.front().run.step;
  std::size_t count = 0;
  for (std::size_t i = 1; i < search.best.size(); ++i) {
    const run::StepResult& step = search.best[i].run.step;
    const double ratio = step.seconds.value / best.seconds.value;
    if (ratio > run::ratio_factor(best.breakdown, step.breakdown, run::Evidence::prior)) break;
    ++count;
  }
  return count;
}

std::string head_text(const LayoutCase& solved, const std::string& price_kind) {
  const run::RunResult& run = solved.search.best.front().run;
  const run::Interval& step = run.step.seconds;
  const run::Interval& wall = run.wall.seconds;
  std::string text = layout_lines(fmt::format("The best layout of {} on {} of {} ({}), batch {}:", run.setup.workload,
                                              results::count(run.setup.chips, "chip"), run.setup.platform,
                                              run.setup.slice, results::count(solved.batch)));
  text += item(layout_words(solved.search.best.front().choice, run.plan.ranks));
  text += item(fmt::format("step {}, 80 % interval; MFU {}", results::duration(step), results::percent(run.step.mfu)));
  const auto usd = run.cost_usd.find(price_kind);
  text += item(fmt::format(
      "run {}{}", results::duration(wall),
      usd == run.cost_usd.end() ? "" : fmt::format(", {} {}", results::dollars(usd->second), price_words(price_kind))));
  text += item(fmt::format("memory {} of {} on the fullest rank: {}", results::bytes(run.memory.total_bytes()),
                           results::bytes(run.memory.capacity_bytes), parallel::name_of(run.memory.fit())));
  return text + item("options: " + layout_options(solved.search.best.front().choice));
}

std::string ranking_text(const LayoutSearch& search) {
  results::TextTable table({{"layout", results::Align::left}, {"x time"}, {"bubble"}, {"exposed"}, {"memory left"}},
                           kLayoutColumns);
  const double best = search.best.front().run.step.seconds.value;
  for (const RankedLayout& layout : search.best) {
    const run::RunResult& run = layout.run;
    table.add({layout_words(layout.choice, run.plan.ranks), ratio_text(run.step.seconds.value / best),
               results::percent(share_of_step(run.step.breakdown.pipeline_bubble_seconds, run)),
               results::percent(share_of_step(run.step.breakdown.exposed_communication_seconds, run)), left_text(run)});
  }
  return table.text();
}

std::string certainty_text(const LayoutSearch& search) {
  if (search.best.size() < 2) return "";
  const double factor = run::ratio_factor(search.best.front().run.step.breakdown, search.best.back().run.step.breakdown,
                                          run::Evidence::prior);
  const std::size_t same = alike(search);
  const std::string known =
      fmt::format("the ratio of two layouts on one stack is known to a factor of {:.2f} (80 %)", factor);
  if (same == 0) return layout_lines("The best one leads by more than is uncertain: " + known + ".");
  return layout_lines(fmt::format("The first {} cannot be told apart: {}.", same + 1, known));
}

std::string counts_words(const LayoutSearch& search) {
  const auto count = [](std::size_t value) { return results::count(static_cast<int64_t>(value)); };
  return fmt::format(
      "{} layouts: {} break a rule, {} are out of memory, {} cannot be among the best by their bounds, "
      "{} simulated",
      count(search.considered), count(search.illegal), count(search.unfit), count(search.bounded_away),
      count(search.simulated));
}

std::string family_words(const FamilyAnswer& family, double best_seconds) {
  if (family.step_seconds) {
    const double ratio = *family.step_seconds / best_seconds;
    return fmt::format("{}{} x the time", family.at_least ? "at least " : "", ratio_text(ratio));
  }
  if (family.nearest) return misfit_words(*family.nearest);
  return family.rule.empty() ? "no such layout" : "refused: " + family.rule;
}

std::string alternatives_text(const LayoutCase& solved) {
  const LayoutSearch& search = solved.search;
  const double best = search.best.front().run.step.seconds.value;
  std::string text = "\nOther ways:\n";
  const auto add = [&](const std::string& name, const std::string& words) {
    bool first = true;
    for (const std::string& line : results::wrap(words, kLayoutColumns - 27)) {
      text += fmt::format("  {}{}\n", results::pad_right(first ? name : "", 25), line);
      first = false;
    }
  };
  for (const FamilyAnswer& family : search.families) {
    if (family.legal > 0 || !family.rule.empty()) add(family.name, family_words(family, best));
  }
  if (!solved.own) return text;
  if (solved.own->run && solved.own->run->memory.fits()) {
    add("the workload's own plan",
        ratio_text(solved.own->run->step.seconds.value / best) + " x the time: " + solved.own->options);
  } else {
    add("the workload's own plan", fmt::format("{}: {}", solved.own->options, solved.own->reason));
  }
  return text;
}

std::string layout_front_text(const LayoutPlan& plan) {
  results::TextTable table({{"chips"}, {"batch"}, {"layout", results::Align::left}, {"hours"}, {"dollars"}, {"MFU"}},
                           kLayoutColumns);
  for (const PlannedRun& planned : plan.front) {
    table.add({results::count(planned.run.setup.chips), results::count(planned.run.plan.global_batch()),
               layout_words(planned.run.plan.chosen, planned.run.plan.ranks), results::number(planned.hours),
               results::dollars(planned.usd), results::percent(planned.run.step.mfu)});
  }
  return "\nFrom the fastest to the cheapest, each by its best layout:\n" + table.text();
}

std::string layout_question_text(const LayoutPlan& plan) {
  const PlanQuery& query = plan.query.plan;
  std::string limits;
  if (query.deadline_hours) limits += fmt::format(" within {} h", results::number(*query.deadline_hours));
  if (query.budget_usd) limits += fmt::format(" for at most {}", results::dollars(*query.budget_usd));
  if (!plan.best) {
    const PlannedRun& fastest = plan.front.front();
    return layout_lines(fmt::format("Nothing trains {}{}; the fastest takes {} h and {}.", query.workload, limits,
                                    results::number(fastest.hours), results::dollars(fastest.usd)));
  }
  if (plan.cases.size() == 1) return "";
  const bool fastest = query.budget_usd && !query.deadline_hours;
  return layout_lines(
      fmt::format("The {} way to train {}{}:", fastest ? "fastest" : "cheapest", query.workload, limits));
}

std::string left_out_text(const LayoutPlan& plan) {
  std::string text;
  for (const LayoutCase& solved : plan.cases) {
    if (solved.reason.empty()) continue;
    text += layout_lines(fmt::format("left out: {} of {}, batch {}: {}", results::count(solved.chips, "chip"),
                                     solved.platform, results::count(solved.batch), solved.reason));
  }
  return text;
}

}  // namespace

std::string layout_plan_table(const LayoutPlan& plan) {
  std::string text = layout_question_text(plan);
  if (plan.best) {
    const LayoutCase& best = plan.cases[*plan.best];
    text += head_text(best, plan.query.plan.price_kind) + "\n" + ranking_text(best.search) +
            certainty_text(best.search) + alternatives_text(best);
  }
  if (plan.cases.size() > 1) text += layout_front_text(plan);
  if (plan.best) text += "\n" + layout_lines(counts_words(plan.cases[*plan.best].search) + ".");
  return text + left_out_text(plan);
}

std::string layout_note(const LayoutSearch& search) {
  return fmt::format("layout chosen: {}; {}", layout_options(search.best.front().choice), counts_words(search));
}

}  // namespace podsim::study
