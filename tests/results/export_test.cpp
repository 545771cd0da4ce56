#include "results/export.hpp"
#include "catalog/text/error.hpp"
#include "results/file/hdf5_file.hpp"
#include "results/hdf5.hpp"
#include "results/sample.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <limits>
#include <string>

using namespace podsim::results;

namespace {

std::string exported(const std::vector<Column>& columns,
                     void (*write)(const std::vector<Column>& columns, const TextSink& sink)) {
  std::string text;
  write(columns, [&](std::string_view piece) { text += piece; });
  return text;
}

std::vector<Column> tricky_columns() {
  return {{"name", "", std::vector<std::string>{"plain", "a, \"b\"\n  c"}},
          {"seconds", "s", std::vector<double>{0.1, std::numeric_limits<double>::quiet_NaN()}},
          {"chips", "1", std::vector<int64_t>{4, 0}}};
}

}  // namespace

TEST_CASE("CSV quotes what it must, has one line a row, and leaves out what does not exist") {
  CHECK(exported(tricky_columns(), write_csv) == "name,seconds,chips\nplain,0.1,4\n\"a, \"\"b\"\"; c\",,0\n");
}

TEST_CASE("exported JSON has units, and null for what does not exist") {
  const auto json = nlohmann::json::parse(exported(tricky_columns(), write_json));
  CHECK(json["schema"] == "podsim/export/1");
  CHECK(json["units"]["seconds"] == "s");
  CHECK(json["rows"][0]["seconds"] == 0.1);
  CHECK(json["rows"][1]["seconds"].is_null());
  CHECK(json["rows"][1]["name"] == "a, \"b\"\n  c");
}

TEST_CASE("a table comes back from its file as it was written") {
  const test::Folder folder;
  StudyTable table = test::sample_study();
  table.points_pending = 3;
  table.inputs_digest = "00ff";
  OutputFile output(folder / "study.h5");
  write_table(output, table, test::sample_provenance());
  const Hdf5File file(folder / "study.h5");
  CHECK(file.schema() == "podsim/study-file/1");
  CHECK(file.attribute("inputs_digest") == "00ff");
  CHECK(file.integer_attribute("points_pending") == 3);
  const auto columns = file.table("/points");
  REQUIRE(columns.size() == table.points.size());
  CHECK(exported(columns, write_csv) == exported(table.points, write_csv));
  for (std::size_t i = 0; i < columns.size(); ++i) CHECK(columns[i].unit == table.points[i].unit);
}

TEST_CASE("a run file gives its summary and its timeline") {
  const test::Folder folder;
  OutputFile output(folder / "run.h5");
  write_run(output, test::sample_run(), test::sample_provenance());
  const Hdf5File file(folder / "run.h5");
  CHECK(nlohmann::json::parse(file.text("/summary_json"))["schema"] == "podsim/run/1");
  CHECK(file.table("/timeline").front().name == "start_seconds");
}

TEST_CASE("what is no file of podsim is refused") {
  const test::Folder folder;
  const std::string end = "\n  way out: give a file that podsim run, scale or sweep has written";
  std::ofstream(folder / "text.h5") << "a text";
  CHECK_THROWS_WITH(Hdf5File(folder / "text.h5"),
                    (folder / "text.h5").string() + ": is no HDF5 file, or a damaged one" + end);
  CHECK_THROWS_WITH(Hdf5File(folder / "absent.h5"),
                    (folder / "absent.h5").string() + ": No such file or directory" + end);
  OutputFile output(folder / "cut.h5");
  write_table(output, test::sample_study(), test::sample_provenance());
  std::filesystem::resize_file(folder / "cut.h5", std::filesystem::file_size(folder / "cut.h5") / 2);
  CHECK_THROWS_AS(Hdf5File(folder / "cut.h5"), podsim::catalog::InputError);
}
