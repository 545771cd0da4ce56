#pragma once

#include "results/file/column.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace podsim::results {

/// A file that podsim wrote, opened for reading. It is read into memory first: HDF5 locks no file, so that file
/// systems without locks will do.
class Hdf5File {
 public:
  /// Throws catalog::InputError: absent, no HDF5 file, not written by podsim.
  explicit Hdf5File(const std::filesystem::path& path);
  ~Hdf5File();
  Hdf5File(const Hdf5File&) = delete;
  Hdf5File& operator=(const Hdf5File&) = delete;

  /// "podsim/run-file/1" or "podsim/study-file/1"
  const std::string& schema() const { return schema_; }

  /// A text attribute of the root. Throws Hdf5Error where there is none.
  std::string attribute(const std::string& name) const;
  std::int64_t integer_attribute(const std::string& name) const;

  /// A text. Throws Hdf5Error.
  std::string text(const std::string& path) const;

  /// Compound rows as columns, with their units. Throws Hdf5Error.
  std::vector<Column> table(const std::string& path) const;

 private:
  struct Image;
  std::unique_ptr<Image> image_;
  std::string schema_;
};

}  // namespace podsim::results
