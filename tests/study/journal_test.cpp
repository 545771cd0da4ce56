#include "study/sweep/journal.hpp"
#include "catalog/text/error.hpp"
#include "results/file/output_file.hpp"
#include "study/sweep/lock_file.hpp"

#include <catch2/catch.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using namespace podsim::study;
using podsim::catalog::InputError;
namespace fs = std::filesystem;

namespace {

/// A folder that goes with its test.
class JournalFolder {
 public:
  JournalFolder() : folder_("journal_" + std::to_string(getpid())) { fs::create_directory(folder_); }
  ~JournalFolder() { fs::remove_all(folder_); }
  JournalFolder(const JournalFolder&) = delete;
  JournalFolder& operator=(const JournalFolder&) = delete;

  fs::path operator/(const std::string& name) const { return folder_ / name; }

 private:
  fs::path folder_;
};

JournalIdentity identity(const std::string& text = "axes: ...") {
  return {"podsim 1", {{"study.yaml", text}, {"pod.yaml", "links"}}, 100};
}

const auto unheard = [](const JournalRecord&) {};

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// "0:first 4:second ..." of the whole records.
std::string records_of(const fs::path& path) {
  std::string text;
  read_journal(path, [&](const JournalRecord& record) {
    text += std::to_string(record.block.first) + ":" + std::string(record.outcomes) + " ";
  });
  return text;
}

void write_two_records(const fs::path& path) {
  Journal journal(path, identity(), unheard);
  journal.append({{0, 4}, 7, 0, "first"});
  journal.append({{4, 4}, 8, 1, "second"});
}

/// Exit code of `action` in a forked process.
template <typename Action>
int in_fork(const Action& action) {
  const pid_t child = fork();
  if (child == 0) _exit(action());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

TEST_CASE("a journal gives back its records and its identity") {
  const JournalFolder folder;
  write_two_records(folder / "j");
  std::vector<JournalRecord> records;
  const auto found = read_journal(folder / "j", [&](const JournalRecord& record) { records.push_back(record); });
  REQUIRE(found);
  CHECK(found->digest() == identity().digest());
  REQUIRE(records.size() == 2);
  CHECK(records[1].block == Block{4, 4});
  CHECK(records[1].inputs == 8);
  CHECK(records[1].failed == 1);
  CHECK_FALSE(read_journal(folder / "absent", unheard));
}

TEST_CASE("a journal cut at any byte keeps its whole records, and goes on from there") {
  const JournalFolder folder;
  write_two_records(folder / "whole");
  const std::string whole = bytes_of(folder / "whole");
  std::size_t first_only = 0;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::ofstream(folder / "cut", std::ios::binary) << whole.substr(0, size);
    const std::string before = records_of(folder / "cut");
    CHECK((before.empty() || before == "0:first "));
    first_only += before.empty() ? 0 : 1;
    {
      Journal journal(folder / "cut", identity(), unheard);
      if (before.empty()) journal.append({{0, 4}, 7, 0, "first"});
      journal.append({{4, 4}, 8, 1, "second"});
    }
    CHECK(bytes_of(folder / "cut") == whole);
  }
  CHECK(first_only == std::string("second").size() + 6 * 8);
}

TEST_CASE("a damaged record ends what is read") {
  const JournalFolder folder;
  write_two_records(folder / "j");
  std::string bytes = bytes_of(folder / "j");
  bytes[bytes.find("second")] = 'S';
  std::ofstream(folder / "j", std::ios::binary) << bytes;
  CHECK(records_of(folder / "j") == "0:first ");
}

TEST_CASE("a journal of another study, or of another program, is refused with what differs") {
  const JournalFolder folder;
  write_two_records(folder / "j");
  const std::string start = "--resume: " + (folder / "j").string() + " holds the points of another study: ";
  const std::string end = "\n  way out: put it back as it was, or delete the journal and start without --resume";
  CHECK_THROWS_WITH(Journal(folder / "j", identity("other"), unheard), start + "study.yaml has changed" + end);
  JournalIdentity newer = identity();
  newer.program = "podsim 2";
  CHECK_THROWS_WITH(Journal(folder / "j", newer, unheard),
                    start + "it was written by podsim 1, this is podsim 2" + end);
  JournalIdentity shorter = identity();
  shorter.inputs.pop_back();
  CHECK_THROWS_WITH(Journal(folder / "j", shorter, unheard), start + "pod.yaml is not read any more" + end);
  std::ofstream(folder / "text") << "a text of somebody";
  CHECK_THROWS_AS(Journal(folder / "text", identity(), unheard), InputError);
  CHECK(bytes_of(folder / "text") == "a text of somebody");
}

TEST_CASE("a full disk leaves the journal as it was, and says so") {
  const JournalFolder folder;
  const int code = in_fork([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    Journal journal(folder / "j", identity(), unheard);
    journal.append({{0, 4}, 7, 0, "first"});
    const rlimit limit{fs::file_size(folder / "j") + 100, RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &limit);
    try {
      journal.append({{4, 4}, 8, 0, std::string(1000, 'x')});
    } catch (const podsim::results::WriteError& error) {
      const bool told =
          std::string(error.what()) == "cannot write " + (folder / "j").string() +
                                           ": File too large\n  way out: free space there, or write to another disk";
      journal.append({{8, 4}, 9, 0, "small"});
      return told ? 0 : 1;
    }
    return 2;
  });
  CHECK(code == 0);
  CHECK(records_of(folder / "j") == "0:first 8:small ");
}

TEST_CASE("a lock is held by one process and goes with it") {
  const JournalFolder folder;
  {
    const LockFile lock(folder / "lock");
    const auto second = [&] {
      try {
        const LockFile other(folder / "lock");
        return 0;
      } catch (const InputError& error) {
        const std::string holder = "process " + std::to_string(getppid()) + " on ";
        return std::string(error.what()).find(holder) != std::string::npos ? 3 : 4;
      }
    };
    CHECK(in_fork(second) == 3);
    CHECK(fs::exists(folder / "lock"));
  }
  CHECK_FALSE(fs::exists(folder / "lock"));
}

TEST_CASE("the lock of a killed process is taken over") {
  const JournalFolder folder;
  const auto dies = [&] {
    const LockFile lock(folder / "lock");
    kill(getpid(), SIGKILL);
    return 0;
  };
  CHECK(in_fork(dies) == -SIGKILL);
  CHECK(fs::exists(folder / "lock"));
  CHECK(LockFile::live_holder(folder / "lock").empty());
  CHECK_NOTHROW(LockFile(folder / "lock"));
}

TEST_CASE("the lock of another host is live as long as it is touched") {
  const JournalFolder folder;
  std::ofstream(folder / "lock") << R"({"host": "elsewhere", "boot": "b", "pid": 7, "start": "1"})"
                                 << "\n";
  CHECK(LockFile::live_holder(folder / "lock") == "process 7 on elsewhere");
  CHECK_THROWS_AS(LockFile(folder / "lock"), InputError);
  fs::last_write_time(folder / "lock", fs::file_time_type::clock::now() - std::chrono::seconds(61));
  CHECK(LockFile::live_holder(folder / "lock").empty());
  CHECK_NOTHROW(LockFile(folder / "lock"));
}

TEST_CASE("a process number that is used again does not keep a lock alive") {
  const JournalFolder folder;
  std::string own;
  {
    const LockFile lock(folder / "lock");
    own = bytes_of(folder / "lock");
  }
  const std::size_t start = own.rfind(":\"") + 2;
  std::ofstream(folder / "lock") << own.substr(0, start) << "1\"}\n";
  CHECK(LockFile::live_holder(folder / "lock").empty());
  CHECK_NOTHROW(LockFile(folder / "lock"));
}

TEST_CASE("a holder that stood still while another took over stops, and leaves the other's lock alone") {
  const JournalFolder folder;
  {
    LockFile lock(folder / "lock");
    lock.beat();
    fs::rename(folder / "lock", folder / "away");
    std::ofstream(folder / "lock") << "of another process";
    CHECK_THROWS_WITH(lock.beat(), (folder / "lock").string() +
                                       ": another process has taken this sweep over while this one stood still; its "
                                       "finished points are kept");
  }
  CHECK(bytes_of(folder / "lock") == "of another process");
}

TEST_CASE("a journal whose head is damaged is not cut, one whose head is torn is begun anew") {
  const JournalFolder folder;
  write_two_records(folder / "j");
  const std::string whole = bytes_of(folder / "j");
  std::string damaged = whole;
  damaged[40] = static_cast<char>(damaged[40] ^ 1);
  std::ofstream(folder / "damaged", std::ios::binary) << damaged;
  CHECK_THROWS_WITH(Journal(folder / "damaged", identity(), unheard),
                    (folder / "damaged").string() +
                        ": the head of the journal is damaged\n  way out: move it away and start without --resume");
  CHECK(bytes_of(folder / "damaged") == damaged);
  std::ofstream(folder / "torn", std::ios::binary) << whole.substr(0, 40);
  { const Journal journal(folder / "torn", identity(), unheard); }
  CHECK(bytes_of(folder / "torn") == whole.substr(0, bytes_of(folder / "torn").size()));
  CHECK(records_of(folder / "torn").empty());
}
