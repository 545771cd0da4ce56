#pragma once

#include <sys/types.h>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace podsim::results {

/// A finished result that cannot be written: "cannot write FILE: reason" (disk full, ...) and a way out.
class WriteError : public std::runtime_error {
 public:
  WriteError(const std::filesystem::path& file, const std::string& reason,
             const std::string& way_out = "free space there, or write to another disk");
};

/// Throws catalog::InputError where no file can be made at `target`: the folder is absent, it is a folder itself, ...
void check_output(const std::filesystem::path& target);

/// A file that is either complete or absent. Open it before the long work, so
/// that a bad path fails at once: a temporary beside the target holds the place
/// until `commit`. Without a commit the temporary goes and an older target stays.
class OutputFile {
 public:
  /// Throws catalog::InputError, "cannot write FILE: reason": the folder is absent or read-only, the target is not a
  /// regular file or holds something else than HDF5, ...
  explicit OutputFile(const std::filesystem::path& target);

  /// Any regular file, with a temporary of this name, for the only writer of both: what a kill left of the temporary is
  /// written over. Where the target is a result of the user, check_output() first.
  OutputFile(const std::filesystem::path& target, const std::filesystem::path& temporary);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  const std::filesystem::path& target() const { return target_; }

  /// Writes all bytes, syncs them to the disk and renames the temporary to the target; at most once.
  /// Throws WriteError (disk full, file too large, ...), and then leaves nothing behind.
  void commit(std::string_view bytes);

 private:
  void write_all(std::string_view bytes) const;
  void discard();
  /// A result that takes an older one's place has its permissions.
  void keep_mode() const;

  std::filesystem::path target_;
  std::filesystem::path temporary_;
  int descriptor_ = -1;  ///< -1 after commit or discard
  pid_t owner_;          ///< a forked child must not remove its parent's file
};

}  // namespace podsim::results
