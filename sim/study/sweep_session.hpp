#pragma once

#include "catalog/catalog.hpp"
#include "study/block.hpp"
#include "study/journal.hpp"
#include "study/lock_file.hpp"
#include "study/resolver.hpp"
#include "study/study_file.hpp"
#include "study/sweep.hpp"
#include "study/sweep_files.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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

  const Study& study() const { return study_; }
  std::size_t points() const;       ///< of the part
  std::size_t points_done() const;  ///< of the part, in journals
  std::uint64_t digest() const { return identity_.digest(); }

  /// Simulates what is missing. Throws Interrupted, and WriteError where the disk is full; finished blocks are kept.
  void run(const WorkerLimits& limits, const std::function<void(std::size_t done)>& progress);

  /// The whole study as the journals have it.
  Sweep collect() const;

  /// Removes journals and scripts.
  void finish() const;

 private:
  std::uint64_t inputs_of(const Block& block) const;
  void know(const JournalRecord& record);
  void know_other_journals();
  std::vector<Block> own_blocks() const;
  std::vector<Block> missing() const;
  std::vector<std::filesystem::path> journals() const;

  Study study_;
  SessionOptions options_;
  std::vector<Block> blocks_;   ///< of the whole study
  std::vector<char> is_known_;  ///< for each block
  std::unique_ptr<LockFile> lock_;
  Resolver resolver_;
  JournalIdentity identity_;
  std::unique_ptr<Journal> journal_;
};

}  // namespace podsim::study
