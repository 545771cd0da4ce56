#include "catalog/yaml/document.hpp"

#include "catalog/yaml/text_file.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

namespace podsim::catalog {
namespace {

struct PendingKey {
  std::string text;
  Place place;
};

/// A sequence or map whose end has not come yet.
struct Open {
  Value value;
  std::optional<PendingKey> key;
  std::set<std::string> keys;
};

class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::shared_ptr<const Source> source)
      : source_(std::move(source)), root_(Value::Kind::nothing, {source_}) {}

  bool has_document() const { return has_document_; }
  Value take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (has_document_) {
      fail(place(mark), "", "a second YAML document starts here", "give one document a file: remove all after the ---");
    }
    has_document_ = true;
  }
  void OnDocumentEnd() override {}

  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    fail(place(mark), path(), fmt::format("anchor &{} is not allowed", shortened(name)),
         "write the value out where it is needed");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    fail(place(mark), path(), "an alias is not allowed", "write the value out where it is needed");
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add({Value::Kind::nothing, place(mark)}); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& text) override {
    refuse_tag(mark, tag);
    Value value(Value::Kind::scalar, place(mark));
    value.text = text;
    value.plain = tag != "!";
    add(std::move(value));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open_container(mark, tag, Value::Kind::sequence);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open_container(mark, tag, Value::Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  Place place(const YAML::Mark& mark) const { return {source_, mark.line + 1, mark.column + 1}; }

  /// The dotted path of the value that is being read.
  std::string path() const {
    std::string result;
    for (const Open& level : open_) {
      if (level.value.kind == Value::Kind::map && !level.key) break;
      const std::string word =
          level.value.kind == Value::Kind::map ? level.key->text : std::to_string(level.value.elements.size());
      result += result.empty() ? word : "." + word;
    }
    return result;
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (tag.empty() || tag == "?" || tag == "!") return;
    fail(place(mark), path(), fmt::format("tag {} is not allowed", shortened(tag)), "remove it: the key says the type");
  }

  void open_container(const YAML::Mark& mark, const std::string& tag, Value::Kind kind) {
    refuse_tag(mark, tag);
    if (open_.size() == kMaxDepth) {
      fail(place(mark), "", fmt::format("nested more than {} levels deep", kMaxDepth),
           "remove brackets or indentation: no podsim file needs more than a few levels");
    }
    open_.push_back({{kind, place(mark)}, {}, {}});
  }

  void close() {
    Value value = std::move(open_.back().value);
    open_.pop_back();
    add(std::move(value));
  }

  void add(Value value) {
    if (++nodes_ > kMaxNodes) {
      fail(value.place, "", fmt::format("more than {} values in one file", kMaxNodes), "split the file");
    }
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    Open& parent = open_.back();
    if (parent.value.kind == Value::Kind::sequence) {
      parent.value.elements.push_back(std::move(value));
    } else if (!parent.key) {
      set_key(parent, value);
    } else {
      if (value.kind == Value::Kind::nothing) value.place = parent.key->place;
      parent.value.members.push_back({std::move(parent.key->text), parent.key->place, std::move(value)});
      parent.key.reset();
    }
  }

  void set_key(Open& parent, const Value& key) const {
    if (key.kind != Value::Kind::scalar || key.text.empty()) {
      fail(key.place, path(), "a key must be a word", "write KEY: VALUE with a plain word before the colon");
    }
    if (key.text == "<<") {
      fail(key.place, path(), "merge key << is not allowed", "write the merged keys out");
    }
    if (!parent.keys.insert(key.text).second) {
      const std::string parent_path = path();
      fail(key.place, fmt::format("{}{}{}", parent_path, parent_path.empty() ? "" : ".", shortened(key.text)),
           "duplicate key", "keep one of the two values");
    }
    parent.key = PendingKey{key.text, key.place};
  }

  std::shared_ptr<const Source> source_;
  std::vector<Open> open_;
  Value root_;
  bool has_document_ = false;
  int nodes_ = 0;
};

}  // namespace

Value::Value(Kind value_kind, Place value_place) : kind(value_kind), place(std::move(value_place)) {}

const Value* Value::find(std::string_view key) const {
  const auto found = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.key == key; });
  return found == members.end() ? nullptr : &found->value;
}

Value* Value::find(std::string_view key) { return const_cast<Value*>(std::as_const(*this).find(key)); }

Document parse_document(const std::shared_ptr<const Source>& source) {
  check_is_text(source->text, source->path);
  TreeBuilder builder(source);
  try {
    std::istringstream stream(source->text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    if (error.msg == YAML::ErrorMsg::UNKNOWN_ANCHOR) builder.OnAlias(error.mark, YAML::NullAnchor);
    const Place place{source, std::max(error.mark.line, 0) + 1, std::max(error.mark.column, 0) + 1};
    fail(place, "", fmt::format("not YAML: {}", error.msg),
         "look here and just above for wrong indentation, a tab, or an unclosed bracket or quote");
  }
  if (!builder.has_document() && !source->command_line) {
    fail_file(source->path, "holds no YAML value", "start with its schema line, for example schema: podsim/platform/1");
  }
  return {source, builder.take_root()};
}

Document read_document(const std::filesystem::path& path) {
  return parse_document(std::make_shared<const Source>(Source{path.string(), read_text_file(path)}));
}

}  // namespace podsim::catalog
