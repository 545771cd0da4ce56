#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace podsim::study {

/// A file that only one process holds at a time, also on file systems without locks (NFS, Lustre). It names its holder:
/// host, process and start of the process. The lock of a holder that is gone is taken over: on the same host its process
/// tells; from another host the time of the file does, which a holder sets anew every ten seconds.
class LockFile {
 public:
  /// Throws InputError, naming the holder, where another process holds it, or it cannot be written.
  explicit LockFile(const std::filesystem::path& path);
  /// Removes the file, unless another process has taken it over.
  ~LockFile();
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

  /// Shows other hosts that the holder lives; call it every few seconds, and before writing what the lock guards.
  /// Throws std::runtime_error where another process has taken over, after a pause of more than a minute.
  void beat();

  /// Who holds the lock at `path` and lives, in words; empty where nobody does.
  static std::string live_holder(const std::filesystem::path& path);

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  int owner_;
  std::chrono::steady_clock::time_point beaten_;
};

}  // namespace podsim::study
