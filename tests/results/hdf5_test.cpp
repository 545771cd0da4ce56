#include "results/hdf5.hpp"

#include "results/json.hpp"
#include "results/sample.hpp"

#include <H5Cpp.h>
#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <thread>

using namespace podsim;
using namespace podsim::results;
using test::Folder;
using test::text_of;

namespace {

template <typename T>
const H5::PredType& memory_type();
template <>
const H5::PredType& memory_type<double>() {
  return H5::PredType::NATIVE_DOUBLE;
}
template <>
const H5::PredType& memory_type<int64_t>() {
  return H5::PredType::NATIVE_INT64;
}
template <>
const H5::PredType& memory_type<int8_t>() {
  return H5::PredType::NATIVE_INT8;
}

/// A file as a foreign reader sees it.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : file_(path.string(), H5F_ACC_RDONLY) {}

  bool has(const std::string& path) const { return file_.nameExists(path); }
  hsize_t members(const std::string& group) const { return file_.openGroup(group).getNumObjs(); }
  hsize_t rows(const std::string& path) const {
    return static_cast<hsize_t>(file_.openDataSet(path).getSpace().getSimpleExtentNpoints());
  }

  template <typename T>
  T scalar(const std::string& path) const {
    T value{};
    file_.openDataSet(path).read(&value, memory_type<T>());
    return value;
  }

  std::string text(const std::string& path) const { return texts(path).at(0); }

  std::vector<std::string> texts(const std::string& path) const {
    const H5::DataSet dataset = file_.openDataSet(path);
    return split(dataset, dataset.getStrType());
  }

  template <typename T>
  std::vector<T> array(const std::string& path) const {
    std::vector<T> values(rows(path));
    file_.openDataSet(path).read(values.data(), memory_type<T>());
    return values;
  }

  template <typename T>
  std::vector<T> column(const std::string& path, const std::string& name) const {
    H5::CompType type(sizeof(T));
    type.insertMember(name, 0, memory_type<T>());
    std::vector<T> values(rows(path));
    file_.openDataSet(path).read(values.data(), type);
    return values;
  }

  std::vector<std::string> text_column(const std::string& path, const std::string& name) const {
    const H5::DataSet dataset = file_.openDataSet(path);
    const H5::CompType stored(dataset);
    const H5::StrType member = stored.getMemberStrType(static_cast<unsigned>(stored.getMemberIndex(name)));
    H5::CompType type(member.getSize());
    type.insertMember(name, 0, member);
    return split(dataset, type);
  }

  std::string attribute(const std::string& path, const std::string& name) const {
    std::string value;
    const H5::Attribute attribute = open_attribute(path, name);
    attribute.read(attribute.getDataType(), value);
    return value;
  }

  int64_t whole_attribute(const std::string& path, const std::string& name) const {
    int64_t value = 0;
    open_attribute(path, name).read(H5::PredType::NATIVE_INT64, &value);
    return value;
  }

  std::vector<std::string> units(const std::string& path) const {
    const H5::Attribute attribute = open_attribute(path, "units");
    std::vector<char*> pointers(static_cast<std::size_t>(attribute.getSpace().getSimpleExtentNpoints()));
    attribute.read(attribute.getDataType(), pointers.data());
    std::vector<std::string> units;
    for (char* pointer : pointers) units.emplace_back(pointer == nullptr ? "" : pointer);
    H5Dvlen_reclaim(attribute.getDataType().getId(), attribute.getSpace().getId(), H5P_DEFAULT, pointers.data());
    return units;
  }

 private:
  H5::Attribute open_attribute(const std::string& path, const std::string& name) const {
    return file_.childObjType(path) == H5O_TYPE_GROUP ? file_.openGroup(path).openAttribute(name)
                                                      : file_.openDataSet(path).openAttribute(name);
  }

  static std::vector<std::string> split(const H5::DataSet& dataset, const H5::DataType& type) {
    const std::size_t size = type.getSize();
    const auto rows = static_cast<std::size_t>(dataset.getSpace().getSimpleExtentNpoints());
    std::string buffer(rows * size, '\0');
    dataset.read(buffer.data(), type);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < rows; ++i) {
      const std::string text = buffer.substr(i * size, size);
      texts.push_back(text.substr(0, text.find('\0')));
    }
    return texts;
  }

  H5::H5File file_;
};

void write_sample(const std::filesystem::path& path) {
  OutputFile file(path);
  write_run(file, test::sample_run(), test::sample_provenance());
}

void write_study(const std::filesystem::path& path) {
  OutputFile file(path);
  write_table(file, test::sample_study(), test::sample_provenance());
}

}  // namespace

TEST_CASE("a run file carries its provenance") {
  const Folder folder;
  write_sample(folder / "run.h5");
  const Reader file(folder / "run.h5");
  CHECK(file.attribute("/", "schema") == "podsim/run-file/1");
  CHECK(file.attribute("/", "podsim_version") == "0.1.0");
  CHECK(file.attribute("/", "git_commit") == "0123abc");
  CHECK(file.attribute("/", "simgrid_version") == "3.32");
  CHECK(file.attribute("/", "hdf5_version").substr(0, 3) == "1.1");
  CHECK(file.attribute("/", "command_line") == test::sample_provenance().command_line);
  CHECK(file.attribute("/", "created_utc") == "2024-05-01T12:00:00Z");
  CHECK(file.whole_attribute("/", "seed") == 7);
  CHECK(file.members("/inputs") == 2);
  CHECK(file.text("/inputs/0") == "name: bert\n# größer\n");
  CHECK(file.attribute("/inputs/0", "path") == "workloads/bert-large-500k.yaml");
  CHECK(file.text("/inputs/1").empty());
}

TEST_CASE("the JSON text in a run file is that of the run") {
  const Folder folder;
  write_sample(folder / "run.h5");
  CHECK(Reader(folder / "run.h5").text("/summary_json") == to_json(test::sample_run()).dump(2));
}

namespace {

void check_value(const Reader& file, const std::string& path, const nlohmann::ordered_json& value) {
  INFO(path);
  if (value.is_object()) {
    CHECK(file.members(path) == value.size());
    for (const auto& [key, member] : value.items()) check_value(file, path + "/" + key, member);
  } else if (value.is_array()) {
    CHECK(file.texts(path) == value.get<std::vector<std::string>>());
  } else if (value.is_string()) {
    CHECK(file.text(path) == value);
  } else if (value.is_boolean()) {
    CHECK((file.scalar<int8_t>(path) != 0) == value.get<bool>());
  } else {
    CHECK_FALSE(file.attribute(path, "unit").empty());
    if (value.is_number_float()) CHECK(file.scalar<double>(path) == value.get<double>());
    if (value.is_number_integer()) CHECK(file.scalar<int64_t>(path) == value.get<int64_t>());
  }
}

}  // namespace

TEST_CASE("the summary and the phases of a run file mirror the JSON, value by value") {
  const Folder folder;
  write_sample(folder / "run.h5");
  const Reader file(folder / "run.h5");
  nlohmann::ordered_json json = to_json(test::sample_run());
  REQUIRE(file.members("/phases") == 2);
  check_value(file, "/phases/0", json.at("phases").at(0));
  check_value(file, "/phases/1", json.at("phases").at(1));
  json.erase("phases");
  check_value(file, "/summary", json);
}

TEST_CASE("numbers of a run file have units") {
  const Folder folder;
  write_sample(folder / "run.h5");
  const Reader file(folder / "run.h5");
  CHECK(file.attribute("/summary/step_seconds", "unit") == "s");
  CHECK(file.attribute("/summary/wall_hours_high", "unit") == "h");
  CHECK(file.attribute("/summary/breakdown_seconds/optimizer", "unit") == "s");
  CHECK(file.attribute("/summary/memory_bytes/weights", "unit") == "B");
  CHECK(file.attribute("/summary/cost_usd/on_demand", "unit") == "USD");
  CHECK(file.attribute("/summary/chips", "unit") == "1");
  CHECK(file.attribute("/phases/0/share_of_steps", "unit") == "1");
  CHECK(file.units("/timeline") == std::vector<std::string>{"s", "s", "", "", "", "FLOP", "B", ""});
}

TEST_CASE("what a run lacks is absent from its file or empty") {
  const Folder folder;
  OutputFile output(folder / "run.h5");
  run::RunResult result = test::misfit_run();
  result.step.phases[0].timeline.clear();
  result.step.phases[1].timeline.clear();
  write_run(output, result, {});
  const Reader file(folder / "run.h5");
  CHECK_FALSE(file.has("/summary/published"));
  CHECK(file.rows("/summary/notes") == 0);
  CHECK(file.rows("/timeline") == 0);
  CHECK(file.members("/inputs") == 0);
  CHECK(file.texts("/summary/remedies") == result.memory.remedies);
}

TEST_CASE("the timeline of a run file holds the entries of all phases") {
  const Folder folder;
  write_sample(folder / "run.h5");
  const Reader file(folder / "run.h5");
  CHECK(file.column<double>("/timeline", "start_seconds") == std::vector<double>{0, 0.125, 0.5});
  CHECK(file.column<double>("/timeline", "end_seconds") == std::vector<double>{0.125, 0.1875, 0.75});
  CHECK(file.text_column("/timeline", "lane") == std::vector<std::string>{"device", "network", "host"});
  CHECK(file.text_column("/timeline", "category") == std::vector<std::string>{"forward", "collective", "overhead"});
  CHECK(file.text_column("/timeline", "name") == std::vector<std::string>{"layer 0", "bucket 0", ""});
  CHECK(file.column<double>("/timeline", "flops") == std::vector<double>{1e12, 0, 0});
  CHECK(file.column<double>("/timeline", "bytes") == std::vector<double>{5e8, 1.34e9, 0});
  CHECK(file.text_column("/timeline", "phase") == std::vector<std::string>{"length 128", "length 128", "length 512"});
}

TEST_CASE("a study file holds its points, axes and provenance") {
  const Folder folder;
  write_study(folder / "study.h5");
  const Reader file(folder / "study.h5");
  CHECK(file.attribute("/", "schema") == "podsim/study-file/1");
  CHECK(file.whole_attribute("/", "seed") == 7);
  CHECK(file.text("/inputs/0") == "name: bert\n# größer\n");
  CHECK(file.column<int64_t>("/points", "chips") == std::vector<int64_t>{32, 32, 64, 64});
  CHECK(file.column<double>("/points", "link_GBps") == std::vector<double>{70, 140, 70, 140});
  CHECK(std::isnan(file.column<double>("/points", "wall_hours").at(3)));
  CHECK(file.text_column("/points", "status").at(3) == "impossible");
  CHECK(file.units("/points") == std::vector<std::string>{"chip", "GB/s", "h", ""});
  CHECK(file.members("/axes") == 2);
  CHECK(file.array<int64_t>("/axes/0") == std::vector<int64_t>{32, 64});
  CHECK(file.attribute("/axes/0", "name") == "run.chips");
  CHECK(file.array<double>("/axes/1") == std::vector<double>{70, 140});
  CHECK(file.attribute("/axes/1", "unit") == "GB/s");
}

TEST_CASE("the same input gives the same bytes, seconds later too") {
  const Folder folder;
  write_sample(folder / "a.h5");
  write_study(folder / "a-study.h5");
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  const std::string churn(3 << 20, 'x');
  write_sample(folder / "b.h5");
  write_study(folder / "b-study.h5");
  CHECK((text_of(folder / "a.h5") == text_of(folder / "b.h5")));
  CHECK((text_of(folder / "a-study.h5") == text_of(folder / "b-study.h5")));
}

TEST_CASE("columns that do not match are a programming error and leave no file") {
  const Folder folder;
  StudyTable table = test::sample_study();
  std::string message;
  SECTION("length") {
    table.points[1].values = std::vector<double>{1};
    message = "/points: column link_GBps has 1 rows, chips has 4";
  }
  SECTION("name") {
    table.points[1].name = "chips";
    message = "/points: two columns are called chips";
  }
  SECTION("none") {
    table.points.clear();
    message = "/points: a table needs a column";
  }
  {
    OutputFile file(folder / "study.h5");
    CHECK_THROWS_WITH(write_table(file, table, {}), message);
  }
  CHECK(folder.files() == 0);
}

TEST_CASE("what HDF5 refuses is a write error that names the file") {
  const Folder folder;
  StudyTable table = test::sample_study();
  table.points[0].name = "";
  OutputFile file(folder / "study.h5");
  CHECK_THROWS_WITH(write_table(file, table, {}),
                    "cannot write " + (folder / "study.h5").string() +
                        ": HDF5: H5Tinsert failed\n"
                        "  way out: this is a mistake of podsim: report it with the command");
}

TEST_CASE("a command line and a path over 64 KiB are kept") {
  const Folder folder;
  Provenance provenance;
  provenance.command_line = std::string(200000, 'c');
  provenance.inputs = {{std::string(70000, 'p'), std::string(1000000, 't')}};
  OutputFile output(folder / "study.h5");
  write_table(output, test::sample_study(), provenance);
  const Reader file(folder / "study.h5");
  CHECK(file.attribute("/", "command_line").size() == 200000);
  CHECK(file.attribute("/inputs/0", "path").size() == 70000);
  CHECK(file.text("/inputs/0").size() == 1000000);
}
