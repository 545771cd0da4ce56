#pragma once

#include "catalog/yaml/document.hpp"
#include "catalog/yaml/field.hpp"

#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace podsim::catalog {

/// What a config.json does not say, or podsim does not count, and what is taken instead.
struct Assumption {
  std::string key;  ///< of the workload's file that it decides: "model.tied_embeddings"
  std::string text;
};

/// The config.json of a Hugging Face model: each getter checks and throws InputError with file, place, key and way out.
/// null counts as absent. What a getter takes for an absent key is remembered as an assumption.
class Config {
 public:
  /// A file, or the config.json of a folder.
  static Config read(const std::filesystem::path& path);

  const std::string& path() const { return document_.source->path; }
  const std::vector<Assumption>& assumptions() const { return assumptions_; }
  void assume(const std::string& key, std::string text) { assumptions_.push_back({key, std::move(text)}); }

  /// A word of `architectures`. Throws where there is none, or it is no list of words.
  std::vector<Field> architectures() const;

  std::optional<Field> find(std::string_view name) const;

  /// A whole number from 1 on under the first of the names that is there; one of them must be.
  int count(std::initializer_list<const char*> names, std::string_view noun) const;
  /// `fallback`, which `key` of the workload has then, where the name is absent.
  int count_or(const char* name, std::string_view noun, int fallback, const std::string& key);
  /// The same without an assumption, where absent means just that.
  std::optional<int> count_if(const char* name, std::string_view noun) const;
  bool yes_or(const char* name, bool fallback, const std::string& key);

  /// Refuses a value that makes another model than podsim has.
  [[noreturn]] void refuse(const char* name, std::string_view problem) const;
  void require(const char* name, bool wanted, std::string_view problem) const;

 private:
  explicit Config(Document document);

  Document document_;
  std::vector<Assumption> assumptions_;
};

}  // namespace podsim::catalog
