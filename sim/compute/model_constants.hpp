#pragma once

namespace podsim::compute {

// Constants of the model that belong to no chip and no stack: those stand in their YAML files with sources. Unit,
// meaning, source, range where it was seen or tried.

/// Exponent that joins the time of the device and of the launches: 1 adds them, infinity takes the larger. Assumed: a
/// host that runs ahead hides all but a little where they are alike. With 1, small models on eight A100 are 18 % off
/// where they are 7 % off with 4 (against the points of Bang et al., vTrain, MICRO 2024).
inline constexpr double kOverlapExponent = 4;

/// Rows of a vector register of a TPU, to which the rows of a product are padded: 8 sublanes on every generation (Norrie
/// et al., IEEE Micro 2021; JAX documentation, Pallas on TPU).
inline constexpr double kSystolicRows = 8;

/// Elements of k: slices of a split product are no shorter. Assumed: below, a second pass over the result costs more than
/// idle multiprocessors. Nothing was fitted to it.
inline constexpr double kSmallestSplitDepth = 512;

}  // namespace podsim::compute
