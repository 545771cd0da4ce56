#include "catalog/text/error.hpp"
#include "cli/program.hpp"

#include <exception>
#include <iostream>

namespace {

enum ExitCode { kDone = 0, kSimulationFailed = 1, kBadInput = 2 };

int report(const std::exception& error, ExitCode code) {
  std::cerr << "podsim: " << error.what() << '\n';
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    podsim::cli::main(argc, argv);
    return kDone;
  } catch (const podsim::catalog::InputError& error) {
    return report(error, kBadInput);
  } catch (const std::exception& error) {
    return report(error, kSimulationFailed);
  }
}
