#include "study/sweep/sweep_session.hpp"

#include "catalog/text/error.hpp"
#include "results/file/output_file.hpp"
#include "study/point/outcome_text.hpp"
#include "study/point/simulate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace podsim::study {
namespace {

namespace fs = std::filesystem;

/// Of the parts first: where both have a block, that of the sweep itself counts.
std::vector<fs::path> journals_of(const SweepFiles& files) {
  std::vector<fs::path> paths;
  for (const Part& part : files.parts()) paths.push_back(files.part_journal(part));
  paths.push_back(files.journal());
  return paths;
}

/// A sweep that starts anew must not throw away what an interrupted one has finished.
void refuse_leftovers(const SweepFiles& files) {
  std::size_t points = 0;
  for (const fs::path& path : journals_of(files)) {
    read_journal(path, [&](const JournalRecord& record) { points += record.block.count; });
  }
  if (points == 0) return;
  std::vector<std::string> leftovers;
  for (const fs::path& path : {files.journal(), files.parts_folder()}) {
    if (fs::exists(path)) leftovers.push_back(path.string());
  }
  throw catalog::InputError(
      fmt::format("{}: an earlier sweep has finished {} points of it\n  way out: add --resume to go on with "
                  "them; to start again delete {}",
                  files.output.string(), points, fmt::join(leftovers, " and ")));
}

void refuse_busy_parts(const SweepFiles& files) {
  for (const Part& part : files.parts()) {
    const std::string holder = LockFile::live_holder(files.part_lock(part));
    if (holder.empty()) continue;
    throw catalog::InputError(fmt::format("{}: {} is still at work on it\n  way out: wait for it, or cancel its job",
                                          files.part_journal(part).string(), holder));
  }
}

/// A sweep of the whole file removes its parts when it ends.
void refuse_busy_sweep(const SweepFiles& files) {
  const std::string holder = LockFile::live_holder(files.lock());
  if (holder.empty()) return;
  throw catalog::InputError(fmt::format("{}: {} is at work on the whole sweep\n  way out: wait for it or stop it",
                                        files.output.string(), holder));
}

fs::path make_folder_of(const fs::path& file) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error) {
    throw catalog::InputError(
        fmt::format("cannot make the folder {}: {}\n  way out: give a place that you may write with -o",
                    file.parent_path().string(), error.message()));
  }
  return file;
}

}  // namespace

void read_journals(const SweepFiles& files, const JournalIdentity& identity, bool resume, BlockLedger& ledger) {
  refuse_busy_parts(files);
  if (!resume) refuse_leftovers(files);
  for (const fs::path& path : journals_of(files)) {
    const auto found = read_journal(path, [&](const JournalRecord& record) { ledger.know(record); });
    if (found) require_identity(path, *found, identity);
  }
}

SweepSession::SweepSession(const catalog::Catalog& catalog, Study study, SessionOptions options)
    : study_(std::move(study)),
      options_(std::move(options)),
      resolver_(catalog),
      identity_{options_.program, check_study(resolver_, study_), study_.points()},
      ledger_(study_, identity_) {
  const SweepFiles& files = options_.files;
  results::check_output(files.output);
  const auto unused = [](const JournalRecord&) {};
  if (options_.part) {
    refuse_busy_sweep(files);
    lock_ = std::make_unique<LockFile>(make_folder_of(files.part_lock(*options_.part)));
    read_journal(files.journal(), [this](const JournalRecord& record) { ledger_.know(record); });
    journal_ = std::make_unique<Journal>(files.part_journal(*options_.part), identity_,
                                         [this](const JournalRecord& record) { ledger_.know(record); });
  } else {
    lock_ = std::make_unique<LockFile>(files.lock());
    read_journals(files, identity_, options_.resume, ledger_);
    if (!options_.resume) files.remove_journals();
    journal_ = std::make_unique<Journal>(files.journal(), identity_, unused);
  }
}

void SweepSession::run(const WorkerLimits& limits, const std::function<void(std::size_t)>& progress) {
  std::size_t done = points_done();
  const auto simulate_points = [&](const std::vector<std::size_t>& points) {
    std::vector<RunSpec> specs;
    for (const std::size_t point : points) specs.push_back(study_.spec(point));
    return simulate_here(resolver_, specs);
  };
  const auto keep = [&](const Block& block, const std::string& outcomes, std::size_t failed) {
    lock_->beat();
    journal_->append({block, ledger_.inputs_of(block), failed, outcomes});
    ledger_.finish(block);
    done += block.count;
    progress(done);
  };
  const auto beat = [&] {
    journal_->sync();
    lock_->beat();
  };
  run_blocks(ledger_.missing(options_.part), simulate_points, limits, keep, beat);
}

Sweep SweepSession::collect() const {
  Sweep sweep{study_, std::vector<PointOutcome>(study_.points(), PendingRun{}), identity_.inputs};
  for (const fs::path& path : journals_of(options_.files)) {
    read_journal(path, [&](const JournalRecord& record) {
      if (record.inputs != ledger_.inputs_of(record.block)) return;
      auto outcomes = outcomes_from_text(record.outcomes);
      std::move(outcomes.begin(), outcomes.end(),
                sweep.outcomes.begin() + static_cast<std::ptrdiff_t>(record.block.first));
    });
  }
  return sweep;
}

void SweepSession::finish() const {
  refuse_busy_parts(options_.files);
  options_.files.remove_journals();
}

}  // namespace podsim::study
