#include "results/file/hdf5_file.hpp"

#include "catalog/text/error.hpp"
#include "results/file/hdf5_image.hpp"

#include <H5Cpp.h>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace podsim::results {

struct Hdf5File::Image {
  std::string bytes;
  H5::H5File file;
};

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse_file(const fs::path& path, const std::string& reason) {
  throw catalog::InputError(
      fmt::format("{}: {}\n  way out: give a file that podsim run, scale or sweep has written", path.string(), reason));
}

std::string read_bytes(const fs::path& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || bytes.empty()) refuse_file(path, errno != 0 ? std::strerror(errno) : "the file is empty");
  return bytes;
}

H5::H5File open_image(std::string& bytes) {
  constexpr std::size_t kReadGrowthBytes = std::size_t{1} << 16;
  H5::FileAccPropList access;
  access.setCore(kReadGrowthBytes, false);
  if (H5Pset_file_image(access.getId(), bytes.data(), bytes.size()) < 0) throw Hdf5Error("HDF5: H5Pset_file_image");
  return {"podsim in memory to read", H5F_ACC_RDONLY, H5::FileCreatPropList::DEFAULT, access};
}

template <typename Action>
auto or_hdf5_error(Action action) {
  try {
    return action();
  } catch (const H5::Exception& error) {
    throw Hdf5Error(fmt::format("HDF5: {}", error.getDetailMsg()));
  }
}

std::vector<std::string> read_units(const H5::DataSet& dataset, std::size_t columns) {
  std::vector<std::string> units(columns);
  if (!dataset.attrExists("units")) return units;
  const H5::Attribute attribute = dataset.openAttribute("units");
  std::vector<char*> texts(static_cast<std::size_t>(attribute.getSpace().getSimpleExtentNpoints()), nullptr);
  const H5::DataType type = attribute.getDataType();
  attribute.read(type, texts.data());
  for (std::size_t i = 0; i < std::min(columns, texts.size()); ++i) units[i] = texts[i] != nullptr ? texts[i] : "";
  H5Dvlen_reclaim(type.getId(), attribute.getSpace().getId(), H5P_DEFAULT, texts.data());
  return units;
}

/// Row after row of a table, as it lies in memory.
struct Rows {
  std::vector<char> bytes;
  std::size_t stride = 0;
  std::size_t count = 0;

  const char* at(std::size_t row, std::size_t offset) const { return bytes.data() + row * stride + offset; }
};

template <typename Number>
std::vector<Number> numbers_at(const Rows& rows, std::size_t offset) {
  std::vector<Number> numbers(rows.count);
  for (std::size_t i = 0; i < rows.count; ++i) std::memcpy(&numbers[i], rows.at(i, offset), sizeof(Number));
  return numbers;
}

std::vector<std::string> texts_at(const Rows& rows, std::size_t offset, std::size_t size) {
  std::vector<std::string> texts(rows.count);
  for (std::size_t i = 0; i < rows.count; ++i) {
    const char* text = rows.at(i, offset);
    texts[i].assign(text, strnlen(text, size));
  }
  return texts;
}

/// The type of a column of the file as podsim reads it: int64, double or text of fixed length.
H5::DataType column_type(const H5::CompType& type, unsigned member) {
  switch (type.getMemberClass(member)) {
    case H5T_INTEGER: return H5::PredType::NATIVE_INT64;
    case H5T_FLOAT: return H5::PredType::NATIVE_DOUBLE;
    case H5T_STRING: return type.getMemberDataType(member);
    default:
      throw Hdf5Error(fmt::format("column {} is of a type that podsim does not write", type.getMemberName(member)));
  }
}

std::vector<Column> read_table(const H5::DataSet& dataset) {
  const H5::CompType stored = dataset.getCompType();
  const auto members = static_cast<unsigned>(stored.getNmembers());
  std::vector<H5::DataType> types;
  Rows rows;
  for (unsigned i = 0; i < members; ++i) {
    types.push_back(column_type(stored, i));
    rows.stride += types.back().getSize();
  }
  H5::CompType wanted(rows.stride);
  std::size_t offset = 0;
  for (unsigned i = 0; i < members; offset += types[i++].getSize()) {
    wanted.insertMember(stored.getMemberName(i), offset, types[i]);
  }
  rows.count = static_cast<std::size_t>(dataset.getSpace().getSimpleExtentNpoints());
  rows.bytes.resize(rows.count * rows.stride);
  if (rows.count > 0) dataset.read(rows.bytes.data(), wanted);
  const std::vector<std::string> units = read_units(dataset, members);
  std::vector<Column> columns;
  offset = 0;
  for (unsigned i = 0; i < members; offset += types[i++].getSize()) {
    Column column{stored.getMemberName(i), units[i], {}};
    switch (types[i].getClass()) {
      case H5T_INTEGER: column.values = numbers_at<int64_t>(rows, offset); break;
      case H5T_FLOAT: column.values = numbers_at<double>(rows, offset); break;
      default: column.values = texts_at(rows, offset, types[i].getSize()); break;
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

}  // namespace

Hdf5File::Hdf5File(const fs::path& path) {
  H5::Exception::dontPrint();
  std::string bytes = read_bytes(path);
  try {
    const H5::H5File file = open_image(bytes);
    image_ = std::make_unique<Image>(Image{std::move(bytes), file});
    schema_ = attribute("schema");
  } catch (const H5::Exception&) {
    refuse_file(path, "is no HDF5 file, or a damaged one");
  } catch (const Hdf5Error&) {
    refuse_file(path, "is an HDF5 file of another program");
  }
}

Hdf5File::~Hdf5File() = default;

std::string Hdf5File::attribute(const std::string& name) const {
  return or_hdf5_error([&] {
    const H5::Attribute attribute = image_->file.openGroup("/").openAttribute(name);
    std::string text;
    attribute.read(attribute.getStrType(), text);
    return text;
  });
}

std::int64_t Hdf5File::integer_attribute(const std::string& name) const {
  return or_hdf5_error([&] {
    std::int64_t number = 0;
    image_->file.openGroup("/").openAttribute(name).read(H5::PredType::NATIVE_INT64, &number);
    return number;
  });
}

std::string Hdf5File::text(const std::string& path) const {
  return or_hdf5_error([&] {
    const H5::DataSet dataset = image_->file.openDataSet(path);
    std::string text(dataset.getStrType().getSize(), '\0');
    dataset.read(text.data(), dataset.getStrType());
    return text.substr(0, text.find('\0'));
  });
}

std::vector<Column> Hdf5File::table(const std::string& path) const {
  return or_hdf5_error([&] { return read_table(image_->file.openDataSet(path)); });
}

}  // namespace podsim::results
