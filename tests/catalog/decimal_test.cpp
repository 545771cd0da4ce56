#include "catalog/text/decimal.hpp"

#include <catch2/catch.hpp>

namespace podsim::catalog {
namespace {

std::string broken_rule(std::string_view text) {
  const DecimalNumber read = read_number(text);
  return std::holds_alternative<std::string>(read) ? std::get<std::string>(read) : "";
}

std::string broken_integer_rule(std::string_view text) {
  const DecimalInteger read = read_integer(text);
  return std::holds_alternative<std::string>(read) ? std::get<std::string>(read) : "";
}

}  // namespace

TEST_CASE("decimal numbers are read exactly") {
  CHECK(std::get<double>(read_number("82")) == 82.0);
  CHECK(std::get<double>(read_number("-0.5")) == -0.5);
  CHECK(std::get<double>(read_number("+1.5e3")) == 1500.0);
  CHECK(std::get<double>(read_number("0")) == 0.0);
  CHECK(std::get<int64_t>(read_integer("1281167")) == 1281167);
  CHECK(std::get<int64_t>(read_integer("-3")) == -3);
}

TEST_CASE("other notations of YAML are no decimal numbers") {
  const std::string decimal = "it must be a decimal number without a leading zero";
  CHECK(broken_rule("0x10") == decimal);
  CHECK(broken_rule("0o10") == decimal);
  CHECK(broken_rule("010") == decimal);
  CHECK(broken_rule("-007.5") == decimal);
  CHECK(broken_rule(".inf") == "it must be a finite number");
  CHECK(broken_rule("-.INF") == "it must be a finite number");
  for (const char* text :
       {".nan", "nan", "", "-", ".", ".5", "5.", "1_000", "1,000", "12abc", "10 GB", "1e", "--1", "e5"}) {
    CAPTURE(text);
    CHECK(broken_rule(text) == "it must be a number");
  }
  CHECK(broken_rule("1e999") == "it must be a number that double precision holds");
  CHECK(broken_rule("1e-999") == "it must be a number that double precision holds");
}

TEST_CASE("whole numbers have no point, no exponent and at most 18 digits") {
  const std::string whole = "it must be a whole number, written without point or exponent";
  CHECK(broken_integer_rule("1.5") == whole);
  CHECK(broken_integer_rule("1.0") == whole);
  CHECK(broken_integer_rule("1e6") == whole);
  CHECK(broken_integer_rule("99999999999999999999") == "it must be a whole number of at most 18 digits");
}

}  // namespace podsim::catalog
