#include "study/sweep/lock_file.hpp"

#include "catalog/text/error.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

namespace podsim::study {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kBeatPeriod{10};
constexpr std::int64_t kStaleSeconds = 60;

struct Holder {
  std::string host;
  std::string boot;  ///< id of the host's boot: process numbers begin anew with it
  int pid = 0;
  std::string start;  ///< of the process, in clock ticks after boot: process numbers are used again

  bool operator==(const Holder&) const = default;
};

std::string text_of_file(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Field 22 of /proc/PID/stat (proc(5)); the name before it may hold blanks and ends with the last parenthesis.
std::string start_of_process(int pid) {
  const std::string stat = text_of_file(fmt::format("/proc/{}/stat", pid));
  std::size_t at = stat.rfind(')');
  for (int field = 2; at != std::string::npos && field < 22; ++field) at = stat.find(' ', at + 1);
  return at == std::string::npos ? "" : stat.substr(at + 1, stat.find(' ', at + 1) - at - 1);
}

std::string host_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

Holder this_process() {
  return {host_name(), text_of_file("/proc/sys/kernel/random/boot_id"), getpid(), start_of_process(getpid())};
}

std::string to_text(const Holder& holder) {
  const nlohmann::ordered_json json{
      {"host", holder.host}, {"boot", holder.boot}, {"pid", holder.pid}, {"start", holder.start}};
  return json.dump() + "\n";
}

std::optional<Holder> read_holder(const fs::path& path) {
  const auto json = nlohmann::json::parse(text_of_file(path), nullptr, false);
  if (!json.is_object()) return std::nullopt;
  return Holder{json.value("host", ""), json.value("boot", ""), json.value("pid", 0), json.value("start", "")};
}

/// Seconds since the lock's holder showed itself, by the clock of the file system: both times are its own.
std::int64_t seconds_since_beat(const fs::path& path) {
  struct stat lock {};
  if (stat(path.c_str(), &lock) != 0) return kStaleSeconds + 1;
  const fs::path probe = path.string() + fmt::format(".{}", getpid());
  const int descriptor = open(probe.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  struct stat now {};
  const bool known = descriptor >= 0 && fstat(descriptor, &now) == 0;
  if (descriptor >= 0) close(descriptor);
  unlink(probe.c_str());
  return known ? now.st_mtime - lock.st_mtime : 0;
}

bool lives(const Holder& holder, const fs::path& path) {
  const Holder self = this_process();
  if (holder.host != self.host) return seconds_since_beat(path) <= kStaleSeconds;
  return holder.boot == self.boot && !holder.start.empty() && start_of_process(holder.pid) == holder.start;
}

std::string in_words(const Holder& holder) { return fmt::format("process {} on {}", holder.pid, holder.host); }

[[noreturn]] void refuse_lock(const fs::path& path, const std::string& holder) {
  throw catalog::InputError(
      fmt::format("{}: {} is at work on this sweep\n  way out: wait for it or stop it; a process that is gone frees "
                  "the lock by itself, from another host after {} s",
                  path.string(), holder, kStaleSeconds));
}

/// Writes the holder to a file of its own, then gives it the lock's name: a lock is never half-written.
fs::path write_candidate(const fs::path& path, const Holder& self) {
  fs::path candidate = path.string() + fmt::format(".{}.{}", self.host, self.pid);
  std::ofstream file(candidate);
  file << to_text(self) << std::flush;
  if (!file) {
    throw catalog::InputError(fmt::format("cannot write {}: {}\n  way out: give a place that you may write with -o",
                                          path.string(), std::strerror(errno)));
  }
  return candidate;
}

/// A kernel's lock on the lock file decides between two that take over at once. It is an extra: a file
/// system without locks refuses it, and then the names in the file decide alone.
bool kernel_lock(int descriptor) {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  return fcntl(descriptor, F_SETLK, &whole) == 0 || (errno != EACCES && errno != EAGAIN);
}

/// Whether the open file still has this name: otherwise another process has just taken the lock over.
bool is_at(int descriptor, const fs::path& path) {
  struct stat open_file {};
  struct stat named {};
  return fstat(descriptor, &open_file) == 0 && stat(path.c_str(), &named) == 0 && open_file.st_ino == named.st_ino;
}

}  // namespace

std::string LockFile::live_holder(const fs::path& path) {
  const auto holder = read_holder(path);
  return holder && lives(*holder, path) ? in_words(*holder) : "";
}

LockFile::LockFile(const fs::path& path) : path_(path), owner_(getpid()), beaten_(std::chrono::steady_clock::now()) {
  const Holder self = this_process();
  const fs::path candidate = write_candidate(path, self);
  if (link(candidate.c_str(), path.c_str()) != 0) {
    const std::string holder = live_holder(path);
    const int old = open(path.c_str(), O_RDWR | O_CLOEXEC);
    const bool free = holder.empty() && (old < 0 || (kernel_lock(old) && is_at(old, path)));
    if (free) rename(candidate.c_str(), path.c_str());
    if (old >= 0) close(old);
    if (!free) {
      unlink(candidate.c_str());
      refuse_lock(path, holder.empty() ? "another process" : holder);
    }
  }
  unlink(candidate.c_str());
  descriptor_ = open(path.c_str(), O_RDWR | O_CLOEXEC);
  const auto written = read_holder(path);
  if (descriptor_ < 0 || !written || *written != self || !kernel_lock(descriptor_)) {
    if (descriptor_ >= 0) close(descriptor_);
    refuse_lock(path, written ? in_words(*written) : "another process");
  }
}

LockFile::~LockFile() {
  if (getpid() == owner_ && is_at(descriptor_, path_)) unlink(path_.c_str());
  close(descriptor_);
}

void LockFile::beat() {
  if (!is_at(descriptor_, path_)) {
    throw std::runtime_error(fmt::format(
        "{}: another process has taken this sweep over while this one stood still; its finished points are kept",
        path_.string()));
  }
  const auto now = std::chrono::steady_clock::now();
  if (now - beaten_ < kBeatPeriod) return;
  futimens(descriptor_, nullptr);
  beaten_ = now;
}

}  // namespace podsim::study
