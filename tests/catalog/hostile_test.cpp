#include "catalog/error_text.hpp"
#include "catalog/lookup/catalog.hpp"
#include "catalog/temporary_folder.hpp"
#include "catalog/yaml/document.hpp"
#include "catalog/yaml/text_file.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <sys/resource.h>
#include <sys/stat.h>

#include <string>

namespace podsim::catalog {
namespace {

std::string repeated(std::string_view part, size_t bytes) {
  std::string text;
  while (text.size() + part.size() <= bytes) text += part;
  return text;
}

std::string read_error(const std::string& path) {
  return error_text([&] { Catalog({PODSIM_SOURCE_DIR}).check_file(path); });
}

long peak_mebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

}  // namespace

TEST_CASE("100,000 nested lists, maps or dashes are refused at level 33") {
  const TemporaryFolder folder;
  for (const char* part : {"[", "{", "- ", "? ", "[{", "{a: ", "[\n"}) {
    CAPTURE(part);
    const std::string path = folder.write("deep.yaml", repeated(part, 200'000));
    CHECK_THAT(first_line(read_error(path)), Catch::EndsWith("nested more than 32 levels deep"));
  }
  CHECK(peak_mebibytes() < 1024);
}

TEST_CASE("texts of the largest size end with a message, whatever they repeat") {
  const TemporaryFolder folder;
  for (const char* part : {"&a ", "*a ", "!a ", "a: ", "\"", "'", "#", "%TAG ! a\n", "---\n", ",", "[,", "]", ":",
                           "x\n", " ", "\xC3\xA9", "a: |\n x\n", "[?", "<<: "}) {
    CAPTURE(part);
    CHECK_FALSE(read_error(folder.write("same.yaml", repeated(part, kMaxFileBytes))).empty());
  }
  CHECK(peak_mebibytes() < 1024);
}

TEST_CASE("an alias bomb is refused at its first anchor") {
  const TemporaryFolder folder;
  std::string bomb = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 64; ++i) {
    bomb += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  }
  const std::string path = folder.write("bomb.yaml", bomb);
  CHECK(first_line(read_error(path)) == path + ":1:5: a0: anchor &a0 is not allowed");
}

TEST_CASE("too many values are refused") {
  const TemporaryFolder folder;
  const std::string path = folder.write("many.yaml", "[" + repeated("1,", 300'000) + "1]");
  CHECK_THAT(first_line(read_error(path)), Catch::EndsWith("more than 100000 values in one file"));
}

TEST_CASE("a file of 100 MB is refused unread") {
  const TemporaryFolder folder;
  const std::string path = folder.write("large.yaml", "");
  std::filesystem::resize_file(path, 100'000'000);
  const long before = peak_mebibytes();
  CHECK(read_error(path) == path +
                                ": is larger than the 524288 bytes that are read of an input file\n"
                                "  way out: give a YAML file that describes a machine or a model");
  CHECK(peak_mebibytes() - before < 50);
}

TEST_CASE("what is no regular file is refused without waiting for it") {
  const TemporaryFolder folder;
  CHECK(read_error(folder.path().string() + "/") ==
        folder.path().string() + "/: is a folder, not a file\n  way out: give the path of a YAML file");
  const std::string fifo = (folder.path() / "fifo.yaml").string();
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  CHECK(first_line(read_error(fifo)) == fifo + ": is not a regular file");
  CHECK(first_line(read_error("/dev/zero")) == "/dev/zero: is not a regular file");
  CHECK(first_line(read_error("/no/such.yaml")) == "/no/such.yaml: cannot be read: No such file or directory");
}

TEST_CASE("binary files are refused at their first strange byte") {
  const TemporaryFolder folder;
  const auto error_of = [&](std::string_view bytes) {
    const std::string path = folder.write("binary.yaml", bytes);
    return first_line(read_error(path)).substr(path.size());
  };
  using namespace std::string_view_literals;
  CHECK(error_of("a: 1\nb: \0"sv) == ":2:4: byte 0x00 is not part of UTF-8 text");
  CHECK(error_of("\x7F"
                 "ELF\x02\x01"sv) == ":1:1: byte 0x7F is not part of UTF-8 text");
  CHECK(error_of("a: \x1B[31m"sv) == ":1:4: byte 0x1B is not part of UTF-8 text");
  CHECK(error_of("\xFF\xFE"
                 "a\0"sv) == ":1:1: byte 0xFF is not part of UTF-8 text");
  CHECK(error_of("a: \xC0\xAF"sv) == ":1:4: byte 0xC0 is not part of UTF-8 text");
  CHECK(error_of("a: \xE0\x80\xAF"sv) == ":1:4: byte 0xE0 is not part of UTF-8 text");
  CHECK(error_of("a: \xED\xA0\x80"sv) == ":1:4: byte 0xED is not part of UTF-8 text");
  CHECK(error_of("a: \xF4\x90\x80\x80"sv) == ":1:4: byte 0xF4 is not part of UTF-8 text");
  CHECK(error_of("a: \xE2\x82"sv) == ":1:4: byte 0xE2 is not part of UTF-8 text");
  CHECK(error_of("a: \xC2\x85"sv) == ":1:4: byte 0xC2 is not part of UTF-8 text");
}

}  // namespace podsim::catalog
