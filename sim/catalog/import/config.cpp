#include "catalog/import/config.hpp"

#include "catalog/yaml/rules.hpp"
#include "catalog/yaml/text_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

namespace podsim::catalog {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWayOut = "give the config.json of a Hugging Face model, or the folder that holds it";
constexpr int64_t kMostElements = int64_t{1} << 24;

IntegerRule rule_of(std::string_view noun) {
  return catalog::count(std::string(noun), "write a whole number as Hugging Face does", 1, kMostElements);
}

fs::path file_of(const fs::path& path) {
  std::error_code error;
  fs::path file = fs::is_directory(path, error) ? path / "config.json" : path;
  if (!fs::exists(file, error)) fail_file(file.string(), "there is no such file", kWayOut);
  return file;
}

/// Where byte `position` (from 1) of a text stands.
Place place_of(const std::shared_ptr<const Source>& source, size_t position) {
  const std::string_view before = std::string_view(source->text).substr(0, position > 0 ? position - 1 : 0);
  const auto line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1;
  const size_t line_start = before.rfind('\n') + 1;
  return {source, line, static_cast<int>(before.size() - line_start) + 1};
}

class SyntaxCheck : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit SyntaxCheck(std::shared_ptr<const Source> source) : source_(std::move(source)) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    fail(place_of(source_, position), "", "not JSON from here on", kWayOut);
  }

 private:
  std::shared_ptr<const Source> source_;
};

/// JSON is YAML but for tabs between the values: the reader of YAML tells the place of each value, and bounds depth,
/// keys and numbers.
Document read_json(const fs::path& path) {
  std::string text = read_text_file(path);
  check_is_text(text, path.string());
  const auto written = std::make_shared<const Source>(Source{path.string(), text});
  SyntaxCheck check(written);
  nlohmann::json::sax_parse(text, &check);
  std::replace(text.begin(), text.end(), '\t', ' ');
  return parse_document(std::make_shared<const Source>(Source{path.string(), std::move(text)}));
}

bool is_null(const Value& value) { return value.kind == Value::Kind::nothing || (value.plain && value.text == "null"); }

}  // namespace

Config::Config(Document document) : document_(std::move(document)) {}

Config Config::read(const fs::path& path) {
  Config config(read_json(file_of(path)));
  const Value& root = config.document_.root;
  if (root.kind != Value::Kind::map) Field(root, "").fail("not an object with keys and values", kWayOut);
  return config;
}

std::vector<Field> Config::architectures() const {
  const auto found = find("architectures");
  if (!found) fail_file(path(), "architectures: missing", "add for example \"architectures\": [\"LlamaForCausalLM\"]");
  return found->list();
}

std::optional<Field> Config::find(std::string_view name) const {
  const Value* value = document_.root.find(name);
  if (value == nullptr || is_null(*value)) return std::nullopt;
  return Field(*value, std::string(name));
}

int Config::count(std::initializer_list<const char*> names, std::string_view noun) const {
  for (const char* name : names) {
    if (const auto found = count_if(name, noun)) return *found;
  }
  fail_file(path(), fmt::format("{}: missing, {} that the model has", *names.begin(), noun),
            fmt::format("add \"{}\": NUMBER", *names.begin()));
}

int Config::count_or(const char* name, std::string_view noun, int fallback, const std::string& key) {
  if (const auto found = count_if(name, noun)) return *found;
  assume(key, fmt::format("{} is absent: {}", name, fallback));
  return fallback;
}

std::optional<int> Config::count_if(const char* name, std::string_view noun) const {
  const auto found = find(name);
  if (!found) return std::nullopt;
  return static_cast<int>(found->integer(rule_of(noun)));
}

bool Config::yes_or(const char* name, bool fallback, const std::string& key) {
  if (const auto found = find(name)) return found->boolean();
  assume(key, fmt::format("{} is absent: {}, as its class has it", name, fallback));
  return fallback;
}

void Config::refuse(const char* name, std::string_view problem) const {
  const auto found = find(name);
  if (found) found->fail(problem, "write the workload by hand: docs/models.md has every key");
  fail_file(path(), fmt::format("{}: {}", name, problem), "write the workload by hand: docs/models.md has every key");
}

void Config::require(const char* name, bool wanted, std::string_view problem) const {
  const auto found = find(name);
  if (found && found->boolean() != wanted) refuse(name, problem);
}

}  // namespace podsim::catalog
