#include "study/sweep_session.hpp"

#include "catalog/error.hpp"
#include "results/output_file.hpp"
#include "study/digest.hpp"
#include "study/outcome_text.hpp"
#include "study/simulate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <system_error>
#include <utility>

namespace podsim::study {
namespace {

namespace fs = std::filesystem;

std::size_t points_in_journal(const fs::path& path) {
  std::size_t points = 0;
  read_journal(path, [&](const JournalRecord& record) { points += record.block.count; });
  return points;
}

std::size_t total_points(const std::vector<Block>& blocks) {
  return std::accumulate(blocks.begin(), blocks.end(), std::size_t{0},
                         [](std::size_t sum, const Block& block) { return sum + block.count; });
}

/// A sweep that starts anew must not throw away what an interrupted one has finished.
void refuse_leftovers(const SweepFiles& files) {
  std::size_t points = points_in_journal(files.journal());
  for (const Part& part : files.parts()) points += points_in_journal(files.part_journal(part));
  if (points > 0) {
    throw catalog::InputError(
        fmt::format("{}: an interrupted sweep has finished {} points of it\n  way out: add --resume to go on with "
                    "them; to start again delete {} and {}",
                    files.output.string(), points, files.journal().string(), files.parts_folder().string()));
  }
  files.remove_journals();
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw catalog::InputError(fmt::format("cannot make the folder {}: {}", folder.string(), error.message()));
}

}  // namespace

SweepSession::SweepSession(const catalog::Catalog& catalog, Study study, SessionOptions options)
    : study_(std::move(study)),
      options_(std::move(options)),
      blocks_(blocks_of(study_.points())),
      is_known_(blocks_.size(), 0),
      resolver_(catalog) {
  const SweepFiles& files = options_.files;
  results::check_output(files.output);
  identity_ = {options_.program, check_study(resolver_, study_), study_.points()};
  if (options_.part) make_folder(files.parts_folder());
  lock_ = std::make_unique<LockFile>(options_.part ? files.part_lock(*options_.part) : files.lock());
  if (!options_.resume && !options_.part) refuse_leftovers(files);
  journal_ = std::make_unique<Journal>(options_.part ? files.part_journal(*options_.part) : files.journal(), identity_,
                                       [this](const JournalRecord& record) { know(record); });
  if (options_.part) {
    read_journal(files.journal(), [this](const JournalRecord& record) { know(record); });
  } else {
    know_other_journals();
  }
}

std::uint64_t SweepSession::inputs_of(const Block& block) const {
  std::string text;
  for (std::size_t point = block.first; point < block.first + block.count; ++point) {
    for (std::size_t i = 0; i < study_.dimensions.size(); ++i) {
      for (const Setting& setting : study_.dimensions[i].settings[study_.index(i, point)]) {
        text += setting.key + "=" + setting.value.text + "\n";
      }
    }
  }
  return study::digest(text, identity_.digest());
}

/// Journals are only asked about blocks that this study has, made from the same inputs and without a failure.
void SweepSession::know(const JournalRecord& record) {
  const auto found = std::lower_bound(blocks_.begin(), blocks_.end(), record.block,
                                      [](const Block& a, const Block& b) { return a.first < b.first; });
  if (found == blocks_.end() || *found != record.block || record.inputs != inputs_of(record.block)) return;
  is_known_[static_cast<std::size_t>(found - blocks_.begin())] = record.failed == 0 ? 1 : 0;
}

/// The journals of parts: they must be of this study, and nobody may be writing them.
void SweepSession::know_other_journals() {
  for (const Part& part : options_.files.parts()) {
    const std::string holder = LockFile::live_holder(options_.files.part_lock(part));
    if (!holder.empty()) {
      throw catalog::InputError(fmt::format("{}: {} is still at work on it\n  way out: wait for it, or cancel its job",
                                            options_.files.part_journal(part).string(), holder));
    }
    const Journal checked(options_.files.part_journal(part), identity_,
                          [this](const JournalRecord& record) { know(record); });
  }
}

std::vector<Block> SweepSession::own_blocks() const {
  if (!options_.part) return blocks_;
  const auto [index, count] = *options_.part;
  const auto at = [&](std::size_t part) {
    return blocks_.begin() + static_cast<std::ptrdiff_t>(part * blocks_.size() / count);
  };
  return {at(index), at(index + 1)};
}

std::vector<Block> SweepSession::missing() const {
  std::vector<Block> missing;
  for (const Block& block : own_blocks()) {
    const auto index = block.first / blocks_.front().count;
    if (is_known_[index] == 0) missing.push_back(block);
  }
  return missing;
}

std::size_t SweepSession::points() const { return total_points(own_blocks()); }

std::size_t SweepSession::points_done() const { return points() - total_points(missing()); }

void SweepSession::run(const WorkerLimits& limits, const std::function<void(std::size_t)>& progress) {
  std::size_t done = points_done();
  const auto simulate_points = [&](const std::vector<std::size_t>& points) {
    std::vector<RunSpec> specs;
    for (const std::size_t point : points) specs.push_back(study_.spec(point));
    return simulate_here(resolver_, specs);
  };
  const auto keep = [&](const Block& block, const std::string& outcomes, std::size_t failed) {
    journal_->append({block, inputs_of(block), failed, outcomes});
    is_known_[block.first / blocks_.front().count] = 1;
    done += block.count;
    progress(done);
  };
  const auto beat = [&] {
    journal_->sync();
    lock_->beat();
  };
  run_blocks(missing(), simulate_points, limits, keep, beat);
}

std::vector<fs::path> SweepSession::journals() const {
  std::vector<fs::path> paths;
  for (const Part& part : options_.files.parts()) paths.push_back(options_.files.part_journal(part));
  paths.push_back(options_.files.journal());
  return paths;
}

Sweep SweepSession::collect() const {
  Sweep sweep{study_, std::vector<PointOutcome>(study_.points(), PendingRun{}), identity_.inputs};
  for (const fs::path& path : journals()) {
    read_journal(path, [&](const JournalRecord& record) {
      if (record.inputs != inputs_of(record.block)) return;
      auto outcomes = outcomes_from_text(record.outcomes);
      std::move(outcomes.begin(), outcomes.end(),
                sweep.outcomes.begin() + static_cast<std::ptrdiff_t>(record.block.first));
    });
  }
  return sweep;
}

void SweepSession::finish() const { options_.files.remove_journals(); }

}  // namespace podsim::study
