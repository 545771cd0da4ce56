#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace podsim::study {

/// One of the parts into which a job array cuts a sweep.
struct Part {
  std::size_t index = 0;
  std::size_t count = 1;
};

/// The files of a sweep, all beside its result FILE.h5.
struct SweepFiles {
  std::filesystem::path output;

  std::filesystem::path journal() const;       ///< FILE.h5.journal
  std::filesystem::path lock() const;          ///< FILE.h5.lock
  std::filesystem::path temporary() const;     ///< .FILE.h5.tmp
  std::filesystem::path parts_folder() const;  ///< FILE.h5.parts
  std::filesystem::path part_journal(const Part& part) const;
  std::filesystem::path part_lock(const Part& part) const;

  /// The parts that have a journal, by index.
  std::vector<Part> parts() const;

  /// Removes journals, scripts and logs of a complete sweep.
  void remove_journals() const;
};

}  // namespace podsim::study
