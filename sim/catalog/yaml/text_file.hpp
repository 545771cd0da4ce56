#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace podsim::catalog {

/// A file that went into a result, kept for provenance.
struct InputText {
  std::string path;
  std::string text;
};

/// No input file may be larger: bounds the time and memory of every later step.
constexpr size_t kMaxFileBytes = 512 * 1024;

/// Reads a regular file. Refuses folders, devices, pipes and large files with
/// an InputError before reading them.
std::string read_text_file(const std::filesystem::path& path);

/// Throws InputError, placed in `path`, at the first byte that is not UTF-8 text or is a control character.
void check_is_text(std::string_view text, std::string_view path);

}  // namespace podsim::catalog
