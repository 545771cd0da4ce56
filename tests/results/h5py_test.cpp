#include "results/hdf5.hpp"
#include "results/sample.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <cstdlib>

using namespace podsim::results;

namespace {

/// The system's Python, for which the package python3-h5py is built.
bool python(const std::string& arguments) { return std::system(("/usr/bin/python3 " + arguments).c_str()) == 0; }

bool is_required() { return std::getenv("CI") != nullptr || std::getenv("PODSIM_REQUIRE_H5PY") != nullptr; }

}  // namespace

TEST_CASE("h5py opens the files as the documentation tells") {
  if (!python("-c 'import h5py' 2>/dev/null")) {
    if (is_required()) FAIL("python3-h5py is not installed");
    WARN("python3-h5py is not installed: the files are not opened in h5py");
    return;
  }
  const test::Folder folder;
  OutputFile run_file(folder / "run.h5");
  write_run(run_file, test::sample_run(), test::sample_provenance());
  OutputFile study_file(folder / "study.h5");
  write_table(study_file, test::sample_study(), test::sample_provenance());
  const std::string source = PODSIM_SOURCE_DIR;
  CHECK(python(fmt::format("'{}/tests/results/open_in_h5py.py' '{}' '{}' '{}/docs/results.md' >/dev/null", source,
                           (folder / "run.h5").string(), (folder / "study.h5").string(), source)));
}
