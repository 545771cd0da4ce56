#include "results/file/output_file.hpp"

#include "catalog/text/error.hpp"
#include "results/sample.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <functional>

using namespace podsim;
using namespace podsim::results;
using test::Folder;
using test::text_of;

namespace {

/// Runs `action` in a forked child, which leaves without destructors; its exit code.
int in_child(const std::function<int()>& action) {
  const pid_t child = fork();
  if (child == 0) _exit(action());
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

/// Starts as every HDF5 file does.
const std::string kOlder = "\x89HDF\r\n\x1a\n and more";

void write(const std::filesystem::path& target, const std::string& bytes) { OutputFile(target).commit(bytes); }

void expect_error(const std::filesystem::path& target, const std::string& reason, const std::string& way_out) {
  CHECK_THROWS_AS(OutputFile(target), catalog::InputError);
  CHECK_THROWS_WITH(OutputFile(target), "cannot write " + target.string() + ": " + reason + "\n  way out: " + way_out);
}

}  // namespace

TEST_CASE("a committed file holds its bytes and nothing stays beside it") {
  const Folder folder;
  const std::string bytes("a\0b\n", 4);
  write(folder / "run.h5", bytes);
  CHECK(text_of(folder / "run.h5") == bytes);
  CHECK(folder.files() == 1);
}

TEST_CASE("a committed file has the permissions of any new file") {
  const Folder folder;
  write(folder / "run.h5", "x");
  std::ofstream(folder / "other") << "x";
  struct stat written {};
  struct stat other {};
  REQUIRE(stat((folder / "run.h5").c_str(), &written) == 0);
  REQUIRE(stat((folder / "other").c_str(), &other) == 0);
  CHECK(written.st_mode == other.st_mode);
}

TEST_CASE("a result that replaces an older one keeps its permissions") {
  const Folder folder;
  write(folder / "run.h5", kOlder);
  REQUIRE(chmod((folder / "run.h5").c_str(), 0640) == 0);
  write(folder / "run.h5", kOlder);
  struct stat written {};
  REQUIRE(stat((folder / "run.h5").c_str(), &written) == 0);
  CHECK((written.st_mode & 07777) == 0640);
}

TEST_CASE("a file that cannot be read is not replaced, in a folder that anybody may write to") {
  const Folder folder;
  std::ofstream(folder / "colleague.h5") << kOlder;
  REQUIRE(chmod((folder / "colleague.h5").c_str(), 0) == 0);
  REQUIRE(chmod(std::filesystem::path(folder / "colleague.h5").parent_path().c_str(), 0777) == 0);
  constexpr int kNobody = 65534;
  const int code = in_child([&] {
    if (geteuid() == 0 && setuid(kNobody) != 0) return 1;
    try {
      const OutputFile file(folder / "colleague.h5");
    } catch (const catalog::InputError& error) {
      const std::string text = error.what();
      return text.find("it exists and cannot be read: Permission denied") == std::string::npos ? 2 : 0;
    }
    return 3;
  });
  CHECK(code == 0);
  REQUIRE(chmod((folder / "colleague.h5").c_str(), 0600) == 0);
  CHECK(text_of(folder / "colleague.h5") == kOlder);
}

TEST_CASE("the target appears at the commit, not before") {
  const Folder folder;
  OutputFile file(folder / "run.h5");
  CHECK_FALSE(exists(folder / "run.h5"));
  file.commit("x");
  CHECK(exists(folder / "run.h5"));
}

TEST_CASE("a file that is not committed leaves an older target as it was") {
  const Folder folder;
  write(folder / "run.h5", kOlder);
  { const OutputFile file(folder / "run.h5"); }
  CHECK(text_of(folder / "run.h5") == kOlder);
  CHECK(folder.files() == 1);
}

TEST_CASE("two files may be open for one target, the last commit stays") {
  const Folder folder;
  OutputFile first(folder / "run.h5");
  OutputFile second(folder / "run.h5");
  second.commit("second");
  first.commit("first");
  CHECK(text_of(folder / "run.h5") == "first");
  CHECK(folder.files() == 1);
}

TEST_CASE("a commit through a symbolic link keeps the link") {
  const Folder folder;
  write(folder / "run.h5", kOlder);
  std::filesystem::create_symlink(folder / "run.h5", folder / "link.h5");
  write(folder / "link.h5", "new");
  CHECK(is_symlink(folder / "link.h5"));
  CHECK(text_of(folder / "run.h5") == "new");
}

TEST_CASE("only an older result is replaced, or an empty file") {
  const Folder folder;
  std::ofstream(folder / "model.yaml") << "schema: podsim/workload/1\n";
  expect_error(folder / "model.yaml", "it exists and is no HDF5 file", "give another name, or move it away");
  CHECK(text_of(folder / "model.yaml") == "schema: podsim/workload/1\n");
  std::ofstream(folder / "empty.h5").close();
  write(folder / "empty.h5", "new");
  CHECK(text_of(folder / "empty.h5") == "new");
}

TEST_CASE("a second commit is a programming error") {
  const Folder folder;
  OutputFile file(folder / "run.h5");
  file.commit("x");
  CHECK_THROWS_AS(file.commit("y"), std::logic_error);
  CHECK(text_of(folder / "run.h5") == "x");
}

TEST_CASE("a process that dies before the commit leaves no target") {
  const Folder folder;
  const auto die = [&] {
    const OutputFile file(folder / "run.h5");
    _exit(3);
    return 0;
  };
  CHECK(in_child(die) == 3);
  CHECK_FALSE(exists(folder / "run.h5"));
  write(folder / "run.h5", "next");
  CHECK(text_of(folder / "run.h5") == "next");
}

TEST_CASE("a forked child does not remove its parent's temporary") {
  const Folder folder;
  auto file = std::make_unique<OutputFile>(folder / "run.h5");
  CHECK(in_child([&] {
          file.reset();
          return 0;
        }) == 0);
  file->commit("parent");
  CHECK(text_of(folder / "run.h5") == "parent");
}

TEST_CASE("a bad target fails when it is opened, with the reason") {
  const Folder folder;
  std::ofstream(folder / "plain") << "x";
  expect_error(folder.path(), "it is a folder", "add a file name");
  expect_error(folder / "", "it is the name of a folder", "add a file name");
  expect_error(folder / "absent/run.h5", "the folder " + (folder / "absent").string() + " does not exist",
               "make it first");
  expect_error(folder / "plain/run.h5", (folder / "plain").string() + " is not a folder",
               "give a file in a folder that you may write to");
  expect_error(folder / std::string(300, 'x'), "File name too long", "give another name, for example run.h5");
  expect_error("/dev/full", "it is not a regular file", "give another name, for example run.h5");
  CHECK_THROWS_WITH(OutputFile(""),
                    "cannot write to a file without a name: -o is empty\n  way out: give a name, for example run.h5");
  CHECK(folder.files() == 1);
}

TEST_CASE("a folder that may not be written fails when the file is opened") {
  const Folder folder;
  REQUIRE(chmod(folder.path().c_str(), 0555) == 0);
  const std::string expected = "cannot write " + (folder / "run.h5").string() +
                               ": Permission denied\n  way out: give a file in a folder that you may write to";
  const int code = in_child([&] {
    if (geteuid() == 0 && seteuid(65534) != 0) return 2;
    try {
      const OutputFile file(folder / "run.h5");
      return 1;
    } catch (const catalog::InputError& error) {
      return error.what() == expected ? 0 : 3;
    }
  });
  CHECK(code == 0);
}

TEST_CASE("a disk that fills up leaves the older target and no temporary") {
  const Folder folder;
  write(folder / "run.h5", kOlder);
  const std::string expected = "cannot write " + (folder / "run.h5").string() +
                               ": File too large\n  way out: free space there, or write to another disk";
  const int code = in_child([&] {
    const rlimit small{4096, 4096};
    if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || setrlimit(RLIMIT_FSIZE, &small) != 0) return 2;
    try {
      write(folder / "run.h5", std::string(10000, 'x'));
      return 1;
    } catch (const WriteError& error) {
      return error.what() == expected ? 0 : 3;
    }
  });
  CHECK(code == 0);
  CHECK(text_of(folder / "run.h5") == kOlder);
  CHECK(folder.files() == 1);
}

TEST_CASE("the only writer of a file and its temporary may replace any text") {
  const Folder folder;
  for (const char* text : {"first", "second"}) {
    std::ofstream(folder / "script.tmp") << "what a kill left";
    OutputFile(folder / "script", folder / "script.tmp").commit(text);
    CHECK(text_of(folder / "script") == text);
  }
  CHECK(folder.files() == 1);
}
