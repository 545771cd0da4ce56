#pragma once

#include "catalog/lookup/catalog.hpp"
#include "study/point/block.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace podsim::study {

/// What a journal belongs to. A sweep goes on only where all of it is the same.
struct JournalIdentity {
  std::string program;  ///< "podsim 0.1.0 (abc1234), SimGrid 3.32"
  std::vector<catalog::InputText> inputs;
  std::uint64_t points = 0;

  /// Of program, texts and points.
  std::uint64_t digest() const;
};

/// A finished block.
struct JournalRecord {
  Block block;
  std::uint64_t inputs = 0;   ///< digest of what the block was made from
  std::uint64_t failed = 0;   ///< points that broke: a resumed sweep tries the block again
  std::string_view outcomes;  ///< as outcomes_to_text makes it; lives as long as the call that gives it
};

using RecordObserver = std::function<void(const JournalRecord& record)>;

/// Calls `observe` for each whole record, in file order, up to the first that is torn or damaged. Nothing where there
/// is no journal, or none with a whole head. Throws WriteError where the file cannot be read.
std::optional<JournalIdentity> read_journal(const std::filesystem::path& path, const RecordObserver& observe);

/// Throws InputError, naming what differs, where the journal at `path`, written by `before`, does not belong to `now`.
void require_identity(const std::filesystem::path& path, const JournalIdentity& before, const JournalIdentity& now);

/// An append-only file of finished blocks, for one writer. A kill loses no finished block, a power failure those of the
/// last second or two. The layout stands in docs/studies.md.
class Journal {
 public:
  /// Opens a journal of `identity`, or makes it; cuts off what a kill tore; calls `known` for each whole record.
  /// Throws InputError where it belongs to something else, or cannot be written.
  Journal(const std::filesystem::path& path, const JournalIdentity& identity, const RecordObserver& known);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Throws WriteError (disk full), and then leaves the journal as it was before.
  void append(const JournalRecord& record);

  /// Hands the records to the disk; cheap when called often.
  void sync();

 private:
  void write_record(std::string_view payload);

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::int64_t bytes_ = 0;
  std::int64_t synced_bytes_ = 0;
  std::chrono::steady_clock::time_point synced_;
};

}  // namespace podsim::study
