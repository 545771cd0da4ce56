#pragma once

#include "catalog/lookup/catalog.hpp"
#include "study/grid/study_file.hpp"
#include "study/point/resolver.hpp"
#include "study/sweep/block_ledger.hpp"
#include "study/sweep/journal.hpp"
#include "study/sweep/lock_file.hpp"
#include "study/sweep/sweep.hpp"
#include "study/sweep/sweep_files.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace podsim::study {

struct SessionOptions {
  SweepFiles files;
  std::string program;       ///< as in JournalIdentity
  bool resume = false;       ///< go on with what journals hold; otherwise a journal with points is refused
  std::optional<Part> part;  ///< simulate only this part, into its own journal
};

/// One process at work on a sweep: it holds the lock, skips what its journals already have, and keeps every block that
/// it finishes.
class SweepSession {
 public:
  /// Checks the study and opens the journal. Throws InputError: another process is at work, the study has changed, ...
  SweepSession(const catalog::Catalog& catalog, Study study, SessionOptions options);
  SweepSession(const SweepSession&) = delete;
  SweepSession& operator=(const SweepSession&) = delete;

  std::size_t points() const { return ledger_.points(options_.part); }
  std::size_t points_done() const { return points() - ledger_.points_missing(options_.part); }
  std::uint64_t digest() const { return identity_.digest(); }

  /// Simulates what is missing. Throws Interrupted, and WriteError where the disk is full; finished blocks are kept.
  void run(const WorkerLimits& limits, const std::function<void(std::size_t done)>& progress);

  /// The whole study as the journals have it.
  Sweep collect() const;

  /// Removes journals and scripts.
  void finish() const;

 private:
  Study study_;
  SessionOptions options_;
  Resolver resolver_;
  JournalIdentity identity_;
  BlockLedger ledger_;
  std::unique_ptr<LockFile> lock_;
  std::unique_ptr<Journal> journal_;
};

/// Reads all journals of a sweep into `ledger`. Throws InputError where one belongs to something else, where a process is
/// at work on a part, and without `resume` where one has points.
void read_journals(const SweepFiles& files, const JournalIdentity& identity, bool resume, BlockLedger& ledger);

}  // namespace podsim::study
