#include "catalog/yaml/text_file.hpp"

#include "catalog/yaml/place.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace podsim::catalog {
namespace {

class Descriptor {
 public:
  /// Non-blocking, so that a pipe without a writer does not hang.
  explicit Descriptor(const std::string& path) : number_(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

[[noreturn]] void fail_unreadable(const std::string& path) {
  const std::string reason = std::generic_category().message(errno);
  fail_file(path, fmt::format("cannot be read: {}", reason), "give the path of a readable YAML file");
}

void check_size(size_t bytes, const std::string& path) {
  if (bytes <= kMaxFileBytes) return;
  fail_file(path, fmt::format("is larger than the {} bytes that are read of an input file", kMaxFileBytes),
            "give a YAML file that describes a machine or a model");
}

void check_kind_and_size(const Descriptor& file, const std::string& path) {
  struct stat status {};
  if (fstat(file.number(), &status) != 0) fail_unreadable(path);
  if (!S_ISREG(status.st_mode)) {
    fail_file(path, S_ISDIR(status.st_mode) ? "is a folder, not a file" : "is not a regular file",
              "give the path of a YAML file");
  }
  check_size(static_cast<size_t>(status.st_size), path);
}

/// Bytes of the code point at the front of `text`, 0 if it is not UTF-8 text.
size_t code_point_bytes(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) {
    const bool blank = first == '\t' || first == '\n' || first == '\r';
    return blank || (first >= 0x20 && first != 0x7F) ? 1 : 0;
  }
  const size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                        : (first & 0xF0) == 0xE0         ? 3
                        : first >= 0xF0 && first <= 0xF4 ? 4
                                                         : 0;
  if (length == 0 || text.size() < length) return 0;
  char32_t code_point = first & (0xFF >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    code_point = (code_point << 6) | (byte(i) & 0x3F);
  }
  const bool control = code_point < 0xA0;
  const bool overlong = (length == 3 && code_point < 0x800) || (length == 4 && code_point < 0x10000);
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  return control || overlong || surrogate || code_point > 0x10FFFF ? 0 : length;
}

}  // namespace

std::string read_text_file(const std::filesystem::path& path) {
  const Descriptor file(path.string());
  if (file.number() < 0) fail_unreadable(path.string());
  check_kind_and_size(file, path.string());
  std::string text(kMaxFileBytes + 1, '\0');
  size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t count = read(file.number(), text.data() + filled, text.size() - filled);
    if (count < 0) fail_unreadable(path.string());
    if (count == 0) break;
    filled += static_cast<size_t>(count);
  }
  check_size(filled, path);
  text.resize(filled);
  return text;
}

void check_is_text(std::string_view text, std::string_view path) {
  for (size_t position = 0; position < text.size();) {
    const size_t length = code_point_bytes(text.substr(position));
    if (length == 0) {
      const std::string_view before = text.substr(0, position);
      const auto line = std::count(before.begin(), before.end(), '\n') + 1;
      const size_t line_start = before.rfind('\n') + 1;
      fail_file(fmt::format("{}:{}:{}", path, line, position - line_start + 1),
                fmt::format("byte 0x{:02X} is not part of UTF-8 text", static_cast<unsigned char>(text[position])),
                "write the text in UTF-8");
    }
    position += length;
  }
}

}  // namespace podsim::catalog
