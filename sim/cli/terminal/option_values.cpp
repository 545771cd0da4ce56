#include "cli/terminal/option_values.hpp"

#include "catalog/text/decimal.hpp"
#include "catalog/yaml/place.hpp"
#include "cli/terminal/usage.hpp"
#include "study/point/processors.hpp"
#include "study/point/run_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <variant>

namespace podsim::cli {
namespace {

using study::kMaxChips;

constexpr int64_t kMostWorkers = 1024;
constexpr int kUsualWorkers = 2;

[[noreturn]] void fail_chip_counts(const std::string& text, const std::string& problem) {
  fail_usage("--chips " + catalog::shortened(text), problem,
             "give a range such as 16..512, or a list such as 16,32,64");
}

int64_t chips_of(const std::string& whole, const std::string& part) {
  const auto chips = catalog::parse_whole(part, 1, kMaxChips);
  if (!chips) fail_chip_counts(whole, fmt::format("must be whole numbers from 1 to {}", kMaxChips));
  return *chips;
}

}  // namespace

int64_t whole_number(const std::string& option, const std::string& text, int64_t high) {
  const auto value = catalog::parse_whole(text, 1, high);
  if (value) return *value;
  fail_usage(fmt::format("{} {}", option, catalog::shortened(text)),
             fmt::format("must be a whole number from 1 to {}", high), "write it in digits, without a sign or a unit");
}

int worker_count(const std::optional<std::string>& text) {
  if (text) return static_cast<int>(whole_number("-j", *text, kMostWorkers));
  return std::min(kUsualWorkers, study::available_processors());
}

std::vector<int64_t> whole_numbers(const std::string& option, const std::string& text, int64_t high) {
  std::vector<int64_t> numbers;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    numbers.push_back(whole_number(option, text.substr(begin, end - begin), high));
    begin = end + 1;
  }
  return numbers;
}

double positive_number(const std::string& option, const std::string& text, const std::string& example) {
  const auto value = catalog::read_number(text);
  if (std::holds_alternative<double>(value) && std::get<double>(value) > 0) return std::get<double>(value);
  fail_usage(option + " " + catalog::shortened(text), "must be a number greater than 0", "give for example " + example);
}

std::vector<int> slice_shape(const std::string& text) {
  std::vector<int> shape = study::parse_slice(text);
  if (shape.empty()) {
    fail_usage("--slice " + catalog::shortened(text), fmt::format("must be a shape of at most {} chips", kMaxChips),
               "give the chips along each axis, for example 4x8");
  }
  return shape;
}

ChipCounts chip_counts(const std::string& text) {
  const std::size_t dots = text.find("..");
  if (dots != std::string::npos) {
    const int64_t first = chips_of(text, text.substr(0, dots));
    const int64_t last = chips_of(text, text.substr(dots + 2));
    if (first > last) fail_chip_counts(text, "the range ends before it starts");
    return {{first, last}, true};
  }
  std::vector<int64_t> counts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    counts.push_back(chips_of(text, text.substr(begin, end - begin)));
    begin = end + 1;
  }
  if (std::adjacent_find(counts.begin(), counts.end(), std::greater_equal<>()) != counts.end()) {
    fail_chip_counts(text, "the numbers must ascend");
  }
  return {counts, false};
}

double knee_gain(const std::string& text) {
  const auto value = catalog::read_number(text);
  if (std::holds_alternative<double>(value) && std::get<double>(value) > 1 && std::get<double>(value) <= 2) {
    return std::get<double>(value);
  }
  fail_usage("--knee-gain " + catalog::shortened(text), "must be a number above 1 and at most 2",
             "give the speed-up that a doubling must bring, for example 1.5; 2 asks for perfect scaling");
}

}  // namespace podsim::cli
