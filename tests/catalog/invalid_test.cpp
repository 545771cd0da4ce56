#include "catalog/error_text.hpp"
#include "catalog/lookup/catalog.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace podsim::catalog {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("each bad file gives exactly the message beside it") {
  fs::current_path(PODSIM_SOURCE_DIR);
  const Catalog catalog({"."});
  int files = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator("tests/invalid")) {
    if (entry.path().extension() != ".yaml") continue;
    ++files;
    CAPTURE(entry.path());
    const std::string message = error_text([&] { catalog.check_file(entry.path().string()); });
    CHECK(message + "\n" == text_of(fs::path(entry.path()).replace_extension(".expected")));
  }
  CHECK(files >= 40);
}

}  // namespace podsim::catalog
