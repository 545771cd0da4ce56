#include "results/file/hdf5_image.hpp"

#include <H5Cpp.h>

#include <fmt/format.h>
#include <algorithm>
#include <cstring>

namespace podsim::results {

struct Hdf5Image::File {
  H5::H5File file;
};

namespace {

template <typename Action>
auto translated(Action action) {
  try {
    return action();
  } catch (const H5::Exception& error) {
    throw Hdf5Error(fmt::format("HDF5: {}", error.getDetailMsg()));
  }
}

H5::DSetCreatPropList without_times() {
  H5::DSetCreatPropList properties;
  H5Pset_obj_track_times(properties.getId(), false);
  return properties;
}

H5::H5File in_memory() {
  constexpr std::size_t kGrowthBytes = std::size_t{1} << 20;
  H5::FileAccPropList access;
  access.setCore(kGrowthBytes, false);
  return {"podsim in memory", H5F_ACC_TRUNC, H5::FileCreatPropList::DEFAULT, access};
}

H5::StrType text_type(std::size_t size) {
  H5::StrType type(H5::PredType::C_S1, std::max<std::size_t>(size, 1));
  type.setStrpad(H5T_STR_NULLPAD);
  type.setCset(H5T_CSET_UTF8);
  return type;
}

H5::StrType attribute_text_type() {
  H5::StrType type(H5::PredType::C_S1, H5T_VARIABLE);
  type.setCset(H5T_CSET_UTF8);
  return type;
}

/// As h5py stores numpy's bool.
H5::EnumType bool_type() {
  H5::EnumType type(H5::PredType::NATIVE_INT8);
  int8_t value = 0;
  type.insert("FALSE", &value);
  value = 1;
  type.insert("TRUE", &value);
  return type;
}

H5::DataType type_of(const std::vector<double>& /*values*/) { return H5::PredType::NATIVE_DOUBLE; }
H5::DataType type_of(const std::vector<int64_t>& /*values*/) { return H5::PredType::NATIVE_INT64; }
H5::DataType type_of(const std::vector<std::string>& values) {
  std::size_t longest = 0;
  for (const std::string& value : values) longest = std::max(longest, value.size());
  return text_type(longest);
}

void put(const std::string& value, char* place) { value.copy(place, value.size()); }
template <typename T>
void put(const T& value, char* place) {
  std::memcpy(place, &value, sizeof value);
}

H5::DataType type_of(const Column& column) {
  return std::visit([](const auto& values) { return type_of(values); }, column.values);
}

std::size_t rows_of(const Column& column) {
  return std::visit([](const auto& values) { return values.size(); }, column.values);
}

/// Copies the column into every `stride` bytes from `place`.
void put_column(const Column& column, char* place, std::size_t stride) {
  std::visit(
      [&](const auto& values) {
        for (std::size_t i = 0; i < values.size(); ++i) put(values[i], place + i * stride);
      },
      column.values);
}

void write_rows(H5::H5File& file, const std::string& path, const H5::DataType& type, std::size_t rows,
                const std::vector<char>& buffer) {
  const hsize_t extent = rows;
  const H5::DataSet dataset = file.createDataSet(path, type, H5::DataSpace(1, &extent), without_times());
  if (rows > 0) dataset.write(buffer.data(), type);
}

void write_scalar(H5::H5File& file, const std::string& path, const H5::DataType& type, const void* value) {
  file.createDataSet(path, type, H5::DataSpace(H5S_SCALAR), without_times()).write(value, type);
}

void check_columns(const std::string& path, const std::vector<Column>& columns) {
  if (columns.empty()) throw std::logic_error(fmt::format("{}: a table needs a column", path));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (rows_of(columns[i]) != rows_of(columns[0]))
      throw std::logic_error(fmt::format("{}: column {} has {} rows, {} has {}", path, columns[i].name,
                                         rows_of(columns[i]), columns[0].name, rows_of(columns[0])));
    for (std::size_t j = 0; j < i; ++j) {
      if (columns[i].name == columns[j].name)
        throw std::logic_error(fmt::format("{}: two columns are called {}", path, columns[i].name));
    }
  }
}

void write_units(H5::H5File& file, const std::string& path, const std::vector<Column>& columns) {
  std::vector<const char*> units;
  for (const Column& column : columns) units.push_back(column.unit.c_str());
  const hsize_t extent = units.size();
  const H5::StrType type = attribute_text_type();
  file.openDataSet(path).createAttribute("units", type, H5::DataSpace(1, &extent)).write(type, units.data());
}

void write_attribute(H5::H5File& file, const std::string& path, const std::string& name, const H5::DataType& type,
                     const void* value) {
  const auto write = [&](const H5::H5Object& object) {
    object.createAttribute(name, type, H5::DataSpace(H5S_SCALAR)).write(type, value);
  };
  if (file.childObjType(path) == H5O_TYPE_GROUP) {
    write(file.openGroup(path));
  } else {
    write(file.openDataSet(path));
  }
}

}  // namespace

Hdf5Image::Hdf5Image() {
  H5::Exception::dontPrint();
  file_ = translated([] { return std::make_unique<File>(File{in_memory()}); });
}

Hdf5Image::~Hdf5Image() = default;

void Hdf5Image::group(const std::string& path) {
  translated([&] { file_->file.createGroup(path); });
}

void Hdf5Image::scalar(const std::string& path, const Scalar& value) {
  translated([&] {
    if (const auto* text = std::get_if<std::string>(&value)) {
      write_scalar(file_->file, path, text_type(text->size()), text->c_str());
    } else if (const auto* flag = std::get_if<bool>(&value)) {
      const int8_t byte = *flag ? 1 : 0;
      write_scalar(file_->file, path, bool_type(), &byte);
    } else if (const auto* whole = std::get_if<int64_t>(&value)) {
      write_scalar(file_->file, path, H5::PredType::NATIVE_INT64, whole);
    } else {
      write_scalar(file_->file, path, H5::PredType::NATIVE_DOUBLE, &std::get<double>(value));
    }
  });
}

void Hdf5Image::array(const std::string& path, const Column& column) {
  translated([&] {
    const H5::DataType type = type_of(column);
    std::vector<char> buffer(rows_of(column) * type.getSize());
    put_column(column, buffer.data(), type.getSize());
    write_rows(file_->file, path, type, rows_of(column), buffer);
  });
}

void Hdf5Image::table(const std::string& path, const std::vector<Column>& columns) {
  check_columns(path, columns);
  translated([&] {
    std::size_t stride = 0;
    for (const Column& column : columns) stride += type_of(column).getSize();
    H5::CompType type(stride);
    std::vector<char> buffer(rows_of(columns[0]) * stride);
    std::size_t offset = 0;
    for (const Column& column : columns) {
      type.insertMember(column.name, offset, type_of(column));
      put_column(column, buffer.data() + offset, stride);
      offset += type_of(column).getSize();
    }
    write_rows(file_->file, path, type, rows_of(columns[0]), buffer);
    write_units(file_->file, path, columns);
  });
}

void Hdf5Image::attribute(const std::string& path, const std::string& name, const std::string& value) {
  const char* text = value.c_str();
  translated([&] { write_attribute(file_->file, path, name, attribute_text_type(), &text); });
}

void Hdf5Image::attribute(const std::string& path, const std::string& name, int64_t value) {
  translated([&] { write_attribute(file_->file, path, name, H5::PredType::NATIVE_INT64, &value); });
}

std::string Hdf5Image::bytes() {
  return translated([&] {
    file_->file.flush(H5F_SCOPE_GLOBAL);
    const ssize_t size = H5Fget_file_image(file_->file.getId(), nullptr, 0);
    if (size < 0) throw Hdf5Error("HDF5: H5Fget_file_image failed");
    std::string image(static_cast<std::size_t>(size), '\0');
    if (H5Fget_file_image(file_->file.getId(), image.data(), image.size()) != size)
      throw Hdf5Error("HDF5: H5Fget_file_image failed");
    return image;
  });
}

std::string Hdf5Image::library_version() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5::H5Library::getLibVersion(major, minor, release);
  return fmt::format("{}.{}.{}", major, minor, release);
}

}  // namespace podsim::results
