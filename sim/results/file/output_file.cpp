#include "results/file/output_file.hpp"

#include "catalog/text/error.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace podsim::results {

namespace {

namespace fs = std::filesystem;

std::string reason_of(int error) { return std::strerror(error); }

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : fs::path("."); }

/// The file that a symbolic link points to, so that a commit keeps the link.
fs::path behind_links(const fs::path& file) {
  std::error_code error;
  if (!fs::is_symlink(file, error)) return file;
  const fs::path resolved = fs::canonical(file, error);
  return error ? file : resolved;
}

constexpr const char* kAnotherFolder = "give a file in a folder that you may write to";
constexpr const char* kAnotherName = "give another name, for example run.h5";

std::string message(const fs::path& file, const std::string& reason, const std::string& way_out) {
  return fmt::format("cannot write {}: {}\n  way out: {}", file.string(), reason, way_out);
}

[[noreturn]] void refuse(const fs::path& target, const std::string& reason, const std::string& way_out) {
  throw catalog::InputError(message(target, reason, way_out));
}

void check_folder(const fs::path& target) {
  std::error_code error;
  const fs::path folder = folder_of(target);
  const fs::file_status status = fs::status(folder, error);
  if (status.type() == fs::file_type::not_found)
    refuse(target, fmt::format("the folder {} does not exist", folder.string()), "make it first");
  if (status.type() == fs::file_type::none) refuse(target, error.message(), kAnotherFolder);
  if (!fs::is_directory(status)) refuse(target, fmt::format("{} is not a folder", folder.string()), kAnotherFolder);
}

/// An older result may be replaced; anything else, such as an input that was named by mistake or a file that only its
/// owner may read, may not.
bool is_result(const fs::path& file) {
  constexpr std::string_view kHdf5Signature = "\x89HDF\r\n\x1a\n";
  std::ifstream stream(file, std::ios::binary);
  if (!stream) refuse(file, "it exists and cannot be read: " + reason_of(errno), kAnotherName);
  std::string head(kHdf5Signature.size(), '\0');
  stream.read(head.data(), static_cast<std::streamsize>(head.size()));
  return stream.gcount() == 0 || head == kHdf5Signature;
}

void check_target(const fs::path& target) {
  if (target.empty()) refuse("to a file without a name", "-o is empty", "give a name, for example run.h5");
  if (!target.has_filename()) refuse(target, "it is the name of a folder", "add a file name");
  check_folder(target);
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (status.type() == fs::file_type::none) refuse(target, error.message(), kAnotherName);
  if (fs::is_directory(status)) refuse(target, "it is a folder", "add a file name");
  if (fs::exists(status) && !fs::is_regular_file(status)) refuse(target, "it is not a regular file", kAnotherName);
}

void check_result(const fs::path& target) {
  check_target(target);
  if (fs::exists(target) && !is_result(target)) {
    refuse(target, "it exists and is no HDF5 file", "give another name, or move it away");
  }
}

}  // namespace

void check_output(const fs::path& target) { check_result(behind_links(target)); }

WriteError::WriteError(const fs::path& file, const std::string& reason, const std::string& way_out)
    : std::runtime_error(message(file, reason, way_out)) {}

OutputFile::OutputFile(const fs::path& target) : target_(behind_links(target)), owner_(getpid()) {
  check_result(target_);
  for (int attempt = 0; descriptor_ < 0; ++attempt) {
    temporary_ = folder_of(target_) / fmt::format(".podsim-{}-{}.tmp", owner_, attempt);
    descriptor_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0 && errno != EEXIST) refuse(target_, reason_of(errno), kAnotherFolder);
  }
  keep_mode();
}

OutputFile::OutputFile(const fs::path& target, const fs::path& temporary)
    : target_(behind_links(target)), temporary_(temporary), owner_(getpid()) {
  check_target(target_);
  descriptor_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) refuse(target_, reason_of(errno), kAnotherFolder);
  keep_mode();
}

OutputFile::~OutputFile() { discard(); }

void OutputFile::commit(std::string_view bytes) {
  if (descriptor_ < 0) throw std::logic_error("OutputFile: committed twice");
  try {
    write_all(bytes);
    if (fsync(descriptor_) != 0) throw WriteError(target_, reason_of(errno));
    if (rename(temporary_.c_str(), target_.c_str()) != 0) throw WriteError(target_, reason_of(errno));
  } catch (const WriteError&) {
    discard();
    throw;
  }
  close(descriptor_);
  descriptor_ = -1;
}

void OutputFile::keep_mode() const {
  struct stat older {};
  if (stat(target_.c_str(), &older) == 0) fchmod(descriptor_, older.st_mode & 07777);
}

void OutputFile::write_all(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) throw WriteError(target_, reason_of(errno));
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void OutputFile::discard() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  descriptor_ = -1;
  if (getpid() == owner_) unlink(temporary_.c_str());
}

}  // namespace podsim::results
