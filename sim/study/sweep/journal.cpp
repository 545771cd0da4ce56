#include "study/sweep/journal.hpp"

#include "catalog/text/error.hpp"
#include "results/file/output_file.hpp"
#include "study/point/digest.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace podsim::study {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kJournalMagic = "podsim journal 1\n";
constexpr std::size_t kNumberBytes = 8;
constexpr std::chrono::seconds kSyncPeriod{1};
constexpr const char* kOtherJournal = "restore it, or delete it and start again";

/// Little-endian, whatever the machine: a journal may be merged on another one.
std::string number_bytes(std::uint64_t number) {
  std::string bytes;
  for (std::size_t i = 0; i < kNumberBytes; ++i) bytes += static_cast<char>(number >> (8 * i));
  return bytes;
}

/// Cuts numbers and texts from the front of some bytes.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  std::size_t left() const { return bytes_.size(); }

  std::uint64_t number() {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < kNumberBytes; ++i) {
      number |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes_[i])) << (8 * i);
    }
    bytes_.remove_prefix(kNumberBytes);
    return number;
  }

  std::string_view text(std::size_t size) {
    const std::string_view text = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return text;
  }

 private:
  std::string_view bytes_;
};

/// The payload of the next record; nothing at the end and where the record is torn or damaged.
std::optional<std::string_view> next_payload(ByteReader& reader) {
  if (reader.left() < 2 * kNumberBytes) return std::nullopt;
  const std::uint64_t size = reader.number();
  const std::uint64_t checksum = reader.number();
  if (size > reader.left()) return std::nullopt;
  const std::string_view payload = reader.text(size);
  if (digest(payload) != checksum) return std::nullopt;
  return payload;
}

std::string head_payload(const JournalIdentity& identity) {
  nlohmann::ordered_json json{
      {"program", identity.program}, {"points", identity.points}, {"inputs", nlohmann::ordered_json::array()}};
  for (const catalog::InputText& input : identity.inputs) {
    json["inputs"].push_back({{"path", input.path}, {"text", input.text}});
  }
  std::string payload;
  nlohmann::ordered_json::to_msgpack(json, payload);
  return payload;
}

JournalIdentity identity_of(std::string_view payload) {
  const auto json = nlohmann::ordered_json::from_msgpack(payload.begin(), payload.end());
  JournalIdentity identity;
  json.at("program").get_to(identity.program);
  json.at("points").get_to(identity.points);
  for (const auto& input : json.at("inputs")) identity.inputs.push_back({input.at("path"), input.at("text")});
  return identity;
}

std::string record_payload(const JournalRecord& record) {
  return number_bytes(record.block.first) + number_bytes(record.block.count) + number_bytes(record.inputs) +
         number_bytes(record.failed) + std::string(record.outcomes);
}

std::optional<JournalRecord> record_of(std::string_view payload) {
  if (payload.size() < 4 * kNumberBytes) return std::nullopt;
  ByteReader reader(payload);
  JournalRecord record;
  record.block.first = reader.number();
  record.block.count = reader.number();
  record.inputs = reader.number();
  record.failed = reader.number();
  record.outcomes = reader.text(reader.left());
  return record;
}

struct JournalScan {
  std::optional<JournalIdentity> identity;
  std::size_t whole_bytes = 0;
};

JournalScan scan_bytes(std::string_view bytes, const RecordObserver& observe) {
  JournalScan found;
  if (!bytes.starts_with(kJournalMagic)) return found;
  ByteReader reader(bytes.substr(kJournalMagic.size()));
  const auto head = next_payload(reader);
  if (!head) return found;
  found.identity = identity_of(*head);
  found.whole_bytes = bytes.size() - reader.left();
  while (const auto payload = next_payload(reader)) {
    const auto record = record_of(*payload);
    if (!record) break;
    observe(*record);
    found.whole_bytes = bytes.size() - reader.left();
  }
  return found;
}

std::string file_bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw results::WriteError(path, "the journal cannot be read", kOtherJournal);
  const std::uintmax_t size = fs::file_size(path);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (file.bad() || bytes.size() < size)
    throw results::WriteError(path, "the journal cannot be read to its end", kOtherJournal);
  return bytes;
}

/// Whether a journal without a whole head was cut while it was made; else the head is damaged.
bool is_torn_head(std::string_view bytes) {
  if (bytes.size() < kJournalMagic.size() + 2 * kNumberBytes) return true;
  ByteReader reader(bytes.substr(kJournalMagic.size()));
  const std::uint64_t size = reader.number();
  return size > reader.left() - kNumberBytes;
}

[[noreturn]] void refuse_journal(const fs::path& path, const std::string& difference) {
  throw catalog::InputError(
      fmt::format("--resume: {} holds the points of another study: {}\n  way out: put it back as it was, or delete "
                  "the journal and start without --resume",
                  path.string(), difference));
}

std::string input_difference(const std::vector<catalog::InputText>& before,
                             const std::vector<catalog::InputText>& now) {
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (i >= before.size() || before[i].path != now[i].path) return fmt::format("{} was not read then", now[i].path);
    if (before[i].text != now[i].text) return fmt::format("{} has changed", now[i].path);
  }
  return fmt::format("{} is not read any more", before[now.size()].path);
}

}  // namespace

std::uint64_t JournalIdentity::digest() const { return study::digest(head_payload(*this)); }

void require_identity(const fs::path& path, const JournalIdentity& before, const JournalIdentity& now) {
  if (before.digest() == now.digest()) return;
  if (before.program != now.program) {
    refuse_journal(path, fmt::format("it was written by {}, this is {}", before.program, now.program));
  }
  refuse_journal(path, input_difference(before.inputs, now.inputs));
}

std::optional<JournalIdentity> read_journal(const fs::path& path, const RecordObserver& observe) {
  if (!fs::exists(path)) return std::nullopt;
  return scan_bytes(file_bytes(path), observe).identity;
}

Journal::Journal(const fs::path& path, const JournalIdentity& identity, const RecordObserver& known)
    : path_(path), synced_(std::chrono::steady_clock::now()) {
  if (fs::exists(path)) {
    const std::string bytes = file_bytes(path);
    const bool ours = bytes.empty() || kJournalMagic.starts_with(bytes.substr(0, kJournalMagic.size()));
    if (!ours)
      throw catalog::InputError(fmt::format("{}: is no journal of podsim\n  way out: move it away", path.string()));
    std::vector<JournalRecord> records;
    const JournalScan found = scan_bytes(bytes, [&](const JournalRecord& record) { records.push_back(record); });
    if (found.identity) {
      require_identity(path, *found.identity, identity);
    } else if (!is_torn_head(bytes)) {
      throw catalog::InputError(fmt::format(
          "{}: the head of the journal is damaged\n  way out: move it away and start without --resume", path.string()));
    }
    for (const JournalRecord& record : records) known(record);
    bytes_ = static_cast<std::int64_t>(found.whole_bytes);
  }
  descriptor_ = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0 || ftruncate(descriptor_, bytes_) != 0) {
    throw catalog::InputError(fmt::format("cannot write {}: {}\n  way out: give a place that you may write with -o",
                                          path.string(), std::strerror(errno)));
  }
  if (bytes_ == 0) write_record(head_payload(identity));
}

Journal::~Journal() {
  if (descriptor_ < 0) return;
  fdatasync(descriptor_);
  close(descriptor_);
}

void Journal::append(const JournalRecord& record) { write_record(record_payload(record)); }

void Journal::write_record(std::string_view payload) {
  std::string bytes = bytes_ == 0 ? std::string(kJournalMagic) : std::string();
  bytes += number_bytes(payload.size()) + number_bytes(digest(payload));
  bytes += payload;
  for (std::size_t written = 0; written < bytes.size();) {
    const ssize_t count = write(descriptor_, bytes.data() + written, bytes.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int error = errno;
      if (ftruncate(descriptor_, bytes_) != 0) throw results::WriteError(path_, std::strerror(errno));
      throw results::WriteError(path_, std::strerror(error));
    }
    written += static_cast<std::size_t>(count);
  }
  bytes_ += static_cast<std::int64_t>(bytes.size());
}

void Journal::sync() {
  const auto now = std::chrono::steady_clock::now();
  if (bytes_ == synced_bytes_ || now - synced_ < kSyncPeriod) return;
  // A file system over a network may tell only now that the disk is full; special files cannot be synchronised.
  if (fdatasync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) {
    throw results::WriteError(path_, std::strerror(errno));
  }
  synced_ = now;
  synced_bytes_ = bytes_;
}

}  // namespace podsim::study
