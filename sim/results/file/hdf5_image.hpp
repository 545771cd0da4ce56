#pragma once

#include "results/file/column.hpp"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace podsim::results {

/// What the HDF5 library refuses: a column without a name, more columns than its object header holds, ...
class Hdf5Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One value: booleans as the enumeration FALSE, TRUE; texts as fixed-length UTF-8.
using Scalar = std::variant<bool, int64_t, double, std::string>;

/// An HDF5 file in the default format, built in memory: no time stamps, so the
/// same calls give the same bytes. Paths start with '/'; parents must exist.
class Hdf5Image {
 public:
  Hdf5Image();
  ~Hdf5Image();
  Hdf5Image(const Hdf5Image&) = delete;
  Hdf5Image& operator=(const Hdf5Image&) = delete;

  void group(const std::string& path);
  void scalar(const std::string& path, const Scalar& value);
  /// One-dimensional.
  void array(const std::string& path, const Column& column);
  /// Compound rows; the attribute `units` has one text a column.
  void table(const std::string& path, const std::vector<Column>& columns);

  void attribute(const std::string& path, const std::string& name, const std::string& value);
  void attribute(const std::string& path, const std::string& name, int64_t value);

  /// The complete file.
  std::string bytes();

  /// "1.10.8"
  static std::string library_version();

 private:
  struct File;
  std::unique_ptr<File> file_;
};

}  // namespace podsim::results
