#pragma once

#include "results/hdf5.hpp"
#include "results/provenance.hpp"
#include "run/account/result.hpp"

#include <filesystem>
#include <string>

namespace podsim::results::test {

/// A made-up run whose parts add up: 32 chips, two phases, 0.3 s steps.
run::RunResult sample_run();

/// `sample_run` on chips that are 2 GiB too small.
run::RunResult misfit_run();

/// Two texts and a seed.
Provenance sample_provenance();

/// Two axes, four points, one of them impossible.
StudyTable sample_study();

/// A fresh folder, removed with everything in it.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }
  std::size_t files() const;

 private:
  std::filesystem::path path_;
};

std::string text_of(const std::filesystem::path& file);

}  // namespace podsim::results::test
