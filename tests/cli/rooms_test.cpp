#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace {

namespace fs = std::filesystem;

using Names = std::set<std::string>;
using Rooms = std::map<std::string, Names>;  ///< what each room names that it sees

constexpr long kMostLinesOfFile = 300;
constexpr long kMostLinesOfRoom = 2500;

std::string text_of_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Names words_of(const std::string& text) {
  static const std::regex word("[^ &]+");
  return {std::sregex_token_iterator(text.begin(), text.end(), word), {}};
}

/// Groups one and two of all matches.
std::vector<std::pair<std::string, std::string>> matches(const std::string& text, const std::string& pattern) {
  const std::regex expression(pattern);
  std::vector<std::pair<std::string, std::string>> found;
  for (std::sregex_iterator match(text.begin(), text.end(), expression), end; match != end; ++match) {
    found.emplace_back((*match)[1], (*match)[2]);
  }
  return found;
}

/// As built: libraries from outside are no rooms.
Rooms built_rooms() {
  Rooms rooms;
  for (const auto& [name, seen] :
       matches(text_of_file(PODSIM_SOURCE_DIR "/CMakeLists.txt"), "\npodsim_room\\(([a-z/]+)([^)]*)\\)")) {
    rooms[name] = words_of(seen);
  }
  for (auto& [name, seen] : rooms)
    std::erase_if(seen, [&](const std::string& other) { return !rooms.contains(other); });
  return rooms;
}

std::string design() {
  const std::string text = text_of_file(PODSIM_SOURCE_DIR "/docs/design.md");
  const std::size_t begin = text.find("\n## Rooms");
  return text.substr(begin, text.find("\n## ", begin + 1) - begin);
}

Rooms drawn_rooms() {
  Rooms rooms;
  for (const auto& [name, seen] : matches(design(), "\n  ([a-z/]+) --> ([^\n]+)")) {
    CAPTURE(name);
    CHECK_FALSE(rooms.contains(name));
    rooms[name] = words_of(seen);
  }
  return rooms;
}

long lines_of(const fs::path& path) {
  const std::string text = text_of_file(path);
  return std::count(text.begin(), text.end(), '\n');
}

}  // namespace

TEST_CASE("the picture of the rooms has the arrows of the build") {
  const Rooms built = built_rooms();
  REQUIRE(built.size() > 20);
  Rooms drawn = drawn_rooms();
  for (const auto& [name, seen] : built) drawn[name];  // one that sees no other has no arrow
  CHECK(drawn == built);
}

TEST_CASE("each room has one line that tells what it holds") {
  Names told;
  for (const auto& [name, what] : matches(design(), "\n\\| `([a-z/]+)` \\| ([^|\n]+) \\|")) {
    CAPTURE(name);
    CHECK(told.insert(name).second);
  }
  Names built;
  for (const auto& [name, seen] : built_rooms()) built.insert(name);
  CHECK(told == built);
}

TEST_CASE("every folder with sources is a room, and rooms and files keep their limits") {
  const Rooms rooms = built_rooms();
  const fs::path sim = PODSIM_SOURCE_DIR "/sim";
  std::map<std::string, long> lines;
  for (const auto& entry : fs::recursive_directory_iterator(sim)) {
    const std::string extension = entry.path().extension();
    if (extension != ".cpp" && extension != ".hpp") continue;
    const fs::path file = entry.path().lexically_relative(sim);
    if (!file.has_parent_path()) continue;  // main.cpp
    CAPTURE(file);
    CHECK(rooms.contains(file.parent_path().string()));
    CHECK(lines_of(entry.path()) <= kMostLinesOfFile);
    lines[file.parent_path().string()] += lines_of(entry.path());
  }
  for (const auto& [room, count] : lines) {
    CAPTURE(room);
    CHECK(count <= kMostLinesOfRoom);
  }
}

TEST_CASE("a source includes headers of rooms alone that its room sees") {
  const Rooms rooms = built_rooms();
  std::map<std::string, Names> reached;
  for (const auto& [name, seen] : rooms) {
    Names& all = reached[name];
    all.insert(name);
    for (std::size_t before = 0; before < all.size();) {
      before = all.size();
      for (const std::string& other : Names(all)) all.insert(rooms.at(other).begin(), rooms.at(other).end());
    }
  }
  const fs::path sim = PODSIM_SOURCE_DIR "/sim";
  for (const auto& entry : fs::recursive_directory_iterator(sim)) {
    const std::string extension = entry.path().extension();
    const fs::path file = entry.path().lexically_relative(sim);
    if ((extension != ".cpp" && extension != ".hpp") || !file.has_parent_path()) continue;
    for (const auto& [room, header] :
         matches(text_of_file(entry.path()), "#include \"([a-z/]+)/([a-z_0-9]+)\\.hpp\"")) {
      CAPTURE(file, room, header);
      CHECK((room == "version" || reached.at(file.parent_path().string()).contains(room)));
    }
  }
}
