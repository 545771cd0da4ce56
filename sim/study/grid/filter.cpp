#include "study/grid/filter.hpp"

#include "catalog/text/decimal.hpp"
#include "catalog/text/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <functional>
#include <string_view>
#include <utility>

namespace podsim::study {
namespace {

using FilterValues = std::vector<FilterValue>;
using Term = std::function<FilterValue(const FilterValues&)>;

constexpr const char* kFilterForm = "compare two terms of axes and numbers, for example run.batch >= 2 * run.chips";
constexpr std::size_t kMaxFilterDepth = 50;

bool compare(const std::string& sign, const FilterValue& left, const FilterValue& right) {
  if (sign == "==") return left == right;
  if (sign == "!=") return left != right;
  if (sign == "<") return left < right;
  if (sign == "<=") return left <= right;
  return sign == ">" ? left > right : left >= right;
}

double apply(char sign, double left, double right) {
  switch (sign) {
    case '+': return left + right;
    case '-': return left - right;
    case '*': return left * right;
    case '%': return std::fmod(left, right);
    default: return left / right;
  }
}

/// Recursive descent over one line.
class FilterParser {
 public:
  FilterParser(std::string_view text, const catalog::Place& place, const std::vector<std::string>& keys)
      : text_(text), place_(place), keys_(keys) {}

  [[noreturn]] void fail(const std::string& problem, const std::string& way_out = kFilterForm) const {
    catalog::fail(place_, "keep", fmt::format("{}: {}", catalog::shortened(text_), problem), way_out);
  }

  Term sum() {
    Term left = product();
    while (const char sign = next_of("+-")) left = arithmetic(sign, std::move(left), product());
    return left;
  }

  std::string comparison_sign() {
    skip_blanks();
    for (const char* sign : {"<=", ">=", "==", "!=", "<", ">"}) {
      if (text_.substr(at_).starts_with(sign)) {
        at_ += std::string_view(sign).size();
        return sign;
      }
    }
    fail(at_ < text_.size() ? fmt::format("a comparison sign is missing before {}", text_.substr(at_))
                            : "a comparison sign is missing");
  }

  void expect_end() {
    skip_blanks();
    if (at_ < text_.size()) fail(fmt::format("{} is too much", text_.substr(at_)));
  }

 private:
  Term product() {
    Term left = factor();
    while (const char sign = next_of("*/%")) left = arithmetic(sign, std::move(left), factor());
    return left;
  }

  Term factor() {
    if (++depth_ > kMaxFilterDepth) fail("has too many parentheses and signs");
    Term term = plain_factor();
    --depth_;
    return term;
  }

  Term plain_factor() {
    if (next_of("-") != 0) return arithmetic('-', constant(0.0), factor());
    if (next_of("(") != 0) {
      Term inner = sum();
      if (next_of(")") == 0) fail("a closing parenthesis is missing");
      return inner;
    }
    if (const char quote = next_of("'\"")) return quoted(quote);
    const std::string word = next_word();
    if (word.empty()) fail(at_ < text_.size() ? fmt::format("{} is no term", text_.substr(at_)) : "a term is missing");
    if (std::isdigit(static_cast<unsigned char>(word.front())) != 0) return number(word);
    return axis(word);
  }

  Term quoted(char quote) {
    const std::size_t end = text_.find(quote, at_);
    if (end == std::string_view::npos) fail("a closing quote is missing");
    std::string text(text_.substr(at_, end - at_));
    at_ = end + 1;
    return constant(std::move(text));
  }

  Term number(const std::string& word) {
    const auto read = catalog::read_number(word);
    if (const auto* broken = std::get_if<std::string>(&read)) fail(fmt::format("{}: {}", word, *broken));
    return constant(std::get<double>(read));
  }

  Term axis(const std::string& word) {
    const auto found = std::find(keys_.begin(), keys_.end(), word);
    if (found == keys_.end()) fail(fmt::format("{} is no axis", word), catalog::suggestion(word, keys_, "the axes"));
    return
        [index = static_cast<std::size_t>(found - keys_.begin())](const FilterValues& values) { return values[index]; };
  }

  static Term constant(FilterValue value) {
    return [value = std::move(value)](const FilterValues&) { return value; };
  }

  Term arithmetic(char sign, Term left, Term right) const {
    return [*this, sign, left = std::move(left), right = std::move(right)](const FilterValues& values) -> FilterValue {
      return apply(sign, counted(left(values)), counted(right(values)));
    };
  }

  double counted(const FilterValue& value) const {
    if (const auto* text = std::get_if<std::string>(&value)) fail(fmt::format("'{}' is not a number", *text));
    return std::get<double>(value);
  }

  void skip_blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  /// The next sign where it is one of `signs`, else 0.
  char next_of(std::string_view signs) {
    skip_blanks();
    if (at_ >= text_.size() || signs.find(text_[at_]) == std::string_view::npos) return 0;
    return text_[at_++];
  }

  std::string next_word() {
    skip_blanks();
    const std::size_t begin = at_;
    const auto belongs = [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '_'; };
    while (at_ < text_.size() && belongs(static_cast<unsigned char>(text_[at_]))) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string_view text_;
  catalog::Place place_;
  const std::vector<std::string>& keys_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

struct Filter::Comparison {
  std::string text;
  catalog::Place place;
  std::vector<std::string> keys;
  Term left;
  std::string sign;
  Term right;
};

Filter::Filter(const std::string& text, const catalog::Place& place, const std::vector<std::string>& keys)
    : comparison_(std::make_unique<Comparison>(Comparison{text, place, keys, {}, {}, {}})) {
  FilterParser parser(comparison_->text, place, comparison_->keys);
  comparison_->left = parser.sum();
  comparison_->sign = parser.comparison_sign();
  comparison_->right = parser.sum();
  parser.expect_end();
}

Filter::~Filter() = default;
Filter::Filter(Filter&&) noexcept = default;
Filter& Filter::operator=(Filter&&) noexcept = default;

bool Filter::keeps(const std::vector<FilterValue>& values) const {
  const FilterValue left = comparison_->left(values);
  const FilterValue right = comparison_->right(values);
  const bool texts = std::holds_alternative<std::string>(left) || std::holds_alternative<std::string>(right);
  const bool equality = comparison_->sign == "==" || comparison_->sign == "!=";
  if (left.index() != right.index() || (texts && !equality)) {
    FilterParser(comparison_->text, comparison_->place, comparison_->keys)
        .fail(left.index() != right.index() ? "compares a text with a number"
                                            : "texts are only equal (==) or not (!=)");
  }
  return compare(comparison_->sign, left, right);
}

}  // namespace podsim::study
