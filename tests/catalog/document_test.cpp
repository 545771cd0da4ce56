#include "catalog/yaml/document.hpp"

#include "catalog/error_text.hpp"

#include <catch2/catch.hpp>

namespace podsim::catalog {
namespace {

Document parse(const std::string& text) {
  return parse_document(std::make_shared<const Source>(Source{"x.yaml", text}));
}

std::string parse_error(const std::string& text) {
  return error_text([&] { parse(text); });
}

}  // namespace

TEST_CASE("a document keeps order, places and the difference between 82 and \"82\"") {
  const Document document = parse("# head\na: 82\nb:\n  c: \"82\"\n  d: [1, x]\n");
  const Value& root = document.root;
  REQUIRE(root.kind == Value::Kind::map);
  REQUIRE(root.members.size() == 2);
  CHECK(root.members[0].key == "a");
  CHECK(root.members[0].value.text == "82");
  CHECK(root.members[0].value.plain);
  CHECK(root.members[0].value.place.line == 2);
  CHECK(root.members[0].value.place.column == 4);
  const Value* b = root.find("b");
  REQUIRE(b != nullptr);
  CHECK_FALSE(b->find("c")->plain);
  CHECK(b->members[0].place.line == 4);
  CHECK(b->members[0].place.column == 3);
  CHECK(b->find("d")->elements[1].text == "x");
  CHECK(root.find("e") == nullptr);
}

TEST_CASE("a key without a value has nothing, placed at its key") {
  const Document document = parse("a: 1\nb:\nc: 2\n");
  const Value* b = document.root.find("b");
  REQUIRE(b != nullptr);
  CHECK(b->kind == Value::Kind::nothing);
  CHECK(b->place.line == 2);
  CHECK(b->place.column == 1);
}

TEST_CASE("what plain YAML readers let pass is an error with its place") {
  CHECK(first_line(parse_error("a: 1\na: 2\n")) == "x.yaml:2:1: a: duplicate key");
  CHECK(first_line(parse_error("a: &n 1\n")) == "x.yaml:1:4: a: anchor &n is not allowed");
  CHECK(first_line(parse_error("a: {<<: {b: 1}}\n")) == "x.yaml:1:5: a: merge key << is not allowed");
  CHECK(first_line(parse_error("a: !!int 1\n")) == "x.yaml:1:4: a: tag tag:yaml.org,2002:int is not allowed");
  CHECK(first_line(parse_error("a: [1, {b: *n}]\n")) == "x.yaml:1:12: a.1.b: an alias is not allowed");
  CHECK(first_line(parse_error("a: {b: 1, b: 2}\n")) == "x.yaml:1:11: a.b: duplicate key");
  CHECK(first_line(parse_error("a: 1\n---\nb: 1\n")) == "x.yaml:2:1: a second YAML document starts here");
  CHECK(first_line(parse_error("[1]: 2\n")) == "x.yaml:1:1: a key must be a word");
  CHECK(first_line(parse_error("# only a comment\n")) == "x.yaml: holds no YAML value");
}

TEST_CASE("broken YAML tells the place, the reason and where to look") {
  CHECK(parse_error("a: 1\n\tb: 2\n") ==
        "x.yaml:2:1: not YAML: illegal tab when looking for indentation\n"
        "    2 |  b: 2\n"
        "      | ^\n"
        "  way out: look here and just above for wrong indentation, a tab, or an unclosed bracket or quote");
}

TEST_CASE("32 levels are read, 33 are refused") {
  const auto nested = [](int levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  CHECK(parse_error(nested(kMaxDepth)).empty());
  CHECK(first_line(parse_error(nested(kMaxDepth + 1))) == "x.yaml:1:33: nested more than 32 levels deep");
}

TEST_CASE("the caret of a long line stays readable and under its column") {
  const std::string line = "a: [" + std::string(300, '1') + ", &n 2, " + std::string(300, '3') + "]\n";
  const std::string error = parse_error(line);
  const size_t second = error.find('\n') + 1;
  const size_t third = error.find('\n', second) + 1;
  const std::string excerpt = error.substr(second, third - second - 1);
  const std::string caret = error.substr(third, error.find('\n', third) - third);
  CHECK(excerpt.size() < 130);
  CHECK(excerpt[caret.size() - 1] == '&');
}

TEST_CASE("the caret counts letters, not bytes") {
  CHECK(parse_error("\"\xC3\xA9\xC3\xA9\": &n 1\n") ==
        "x.yaml:1:9: \xC3\xA9\xC3\xA9: anchor &n is not allowed\n"
        "    1 | \"\xC3\xA9\xC3\xA9\": &n 1\n"
        "      |       ^\n"
        "  way out: write the value out where it is needed");
}

}  // namespace podsim::catalog
