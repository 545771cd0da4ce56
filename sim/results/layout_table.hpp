#pragma once

#include "run/account/result.hpp"

#include <string>
#include <vector>

namespace podsim::results {

/// "TP 8 with sequence parallelism, PP 16 (1f1b), DP 8, ZeRO 1": how a model is cut; empty where each rank has all of it.
std::string layout_text(const run::RunResult& result);

/// What is waited for, by group: "tensor 1.2 s, gradients 40 ms".
std::string waiting_text(const run::RunResult& result);

/// A line for each stage of a pipeline, those that are alike together.
std::vector<std::string> stage_lines(const run::RunResult& result);

}  // namespace podsim::results
