#include "catalog/text/error.hpp"
#include "cli/program.hpp"

#include <fcntl.h>
#include <exception>
#include <iostream>

namespace {

enum ExitCode { kDone = 0, kSimulationFailed = 1, kBadInput = 2 };

int report(const std::exception& error, ExitCode code) {
  std::cerr << "podsim: " << error.what() << '\n';
  return code;
}

/// Where the caller has closed standard input, output or error, the next file that podsim opens would take its place
/// and get the text that is meant for it.
void open_standard_streams() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) == -1) open("/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY);
  }
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_streams();
  try {
    podsim::cli::main(argc, argv);
    return kDone;
  } catch (const podsim::catalog::InputError& error) {
    return report(error, kBadInput);
  } catch (const std::exception& error) {
    return report(error, kSimulationFailed);
  }
}
