#pragma once

#include "catalog/yaml/field.hpp"
#include "study/grid/axis.hpp"

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace podsim::study {

/// Draws the numbers of a sampled study, axis after axis.
class Sampler {
 public:
  /// `stratified`: a Latin hypercube (McKay, Beckman and Conover, Technometrics 21, 1979): of `count` equal
  /// parts of an axis each holds exactly one sample, in an order of its own. Otherwise independent.
  Sampler(std::uint64_t seed, std::size_t count, bool stratified);

  /// `count` numbers of [0, 1) for the next axis.
  std::vector<double> next_axis();

 private:
  double uniform();

  std::mt19937_64 generator_;
  std::size_t count_;
  bool stratified_;
};

/// An axis of sampled values: of a list, or of {from, to, spacing, whole}. Throws InputError.
Axis read_sampled_axis(const catalog::NamedField& entry, Sampler& sampler);

}  // namespace podsim::study
