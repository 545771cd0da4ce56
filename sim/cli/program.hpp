#pragma once

namespace podsim::cli {

/// Reads the command line and runs one subcommand. Prints its result on
/// standard output. Throws catalog::InputError for bad input or usage and
/// another std::exception when the work fails; then nothing has been printed,
/// unless some points of a sweep failed: their table comes first.
void main(int argc, const char* const* argv);

}  // namespace podsim::cli
