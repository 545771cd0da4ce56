#pragma once

#include "catalog/yaml/place.hpp"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace podsim::study {

/// What an axis has at a point: a number where its text is one, else the text.
using FilterValue = std::variant<double, std::string>;

/// A comparison that the points to keep satisfy: "run.batch >= 2 * run.chips", "run.platform != 'tpu-v2-pod'".
/// Two sums of products of numbers, quoted texts and keys of axes, with parentheses, joined by one of
/// < <= > >= == !=; texts are only equal or not.
class Filter {
 public:
  /// `keys` are the axes, in the order in which `keeps` has their values. Throws InputError at `place`.
  Filter(const std::string& text, const catalog::Place& place, const std::vector<std::string>& keys);
  ~Filter();
  Filter(Filter&&) noexcept;
  Filter& operator=(Filter&&) noexcept;
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  /// Throws InputError where a text is compared with a number or counted with.
  bool keeps(const std::vector<FilterValue>& values) const;

 private:
  struct Comparison;
  std::unique_ptr<Comparison> comparison_;
};

}  // namespace podsim::study
