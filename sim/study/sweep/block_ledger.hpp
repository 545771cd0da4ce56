#pragma once

#include "study/grid/study_file.hpp"
#include "study/point/block.hpp"
#include "study/sweep/journal.hpp"
#include "study/sweep/sweep_files.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace podsim::study {

/// Which blocks of a study are finished.
class BlockLedger {
 public:
  /// Both must outlive the ledger.
  BlockLedger(const Study& study, const JournalIdentity& identity);

  /// Takes a record where it is of a block of this study, made from the same inputs; false where it is not.
  bool know(const JournalRecord& record);

  void finish(const Block& block);

  /// What this block is made from: its points, the files and the program.
  std::uint64_t inputs_of(const Block& block) const;

  std::size_t blocks() const { return blocks_.size(); }

  /// Points of a part; of the whole study without one.
  std::size_t points(const std::optional<Part>& part) const;

  /// Blocks of a part that are not finished.
  std::vector<Block> missing(const std::optional<Part>& part) const;
  std::size_t points_missing(const std::optional<Part>& part) const;

 private:
  std::vector<Block> of(const std::optional<Part>& part) const;

  const Study& study_;
  std::uint64_t digest_;
  std::vector<Block> blocks_;
  std::vector<char> is_finished_;
};

}  // namespace podsim::study
