#include "results/export.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <nlohmann/json.hpp>

namespace podsim::results {
namespace {

using ExportJson = nlohmann::ordered_json;

std::size_t length_of(const std::vector<Column>& columns) {
  if (columns.empty()) return 0;
  return std::visit([](const auto& values) { return values.size(); }, columns.front().values);
}

std::string csv_cell(double value) { return std::isfinite(value) ? fmt::format("{}", value) : ""; }
std::string csv_cell(int64_t value) { return std::to_string(value); }

/// A record is one line: the lines of a text stand behind each other.
std::string on_one_line(const std::string& text) {
  std::string line;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find_first_of("\r\n", begin);
    line += text.substr(begin, end - begin);
    begin = end == std::string::npos ? end : text.find_first_not_of("\r\n ", end);
    if (begin == std::string::npos) return line;
    line += "; ";
  }
}

std::string csv_cell(const std::string& lines) {
  const std::string text = on_one_line(lines);
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char letter : text) quoted += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return quoted + "\"";
}

ExportJson json_value(double value) { return std::isfinite(value) ? ExportJson(value) : ExportJson(nullptr); }
ExportJson json_value(int64_t value) { return value; }
ExportJson json_value(const std::string& text) { return text; }

ExportJson json_row(const std::vector<Column>& columns, std::size_t row) {
  ExportJson json = ExportJson::object();
  for (const Column& column : columns) {
    std::visit([&](const auto& values) { json[column.name] = json_value(values[row]); }, column.values);
  }
  return json;
}

}  // namespace

void write_csv(const std::vector<Column>& columns, const TextSink& sink) {
  std::string line;
  for (const Column& column : columns) line += (line.empty() ? "" : ",") + csv_cell(column.name);
  sink(line + "\n");
  for (std::size_t row = 0; row < length_of(columns); ++row) {
    line.clear();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) line += ',';
      std::visit([&](const auto& values) { line += csv_cell(values[row]); }, columns[i].values);
    }
    sink(line + "\n");
  }
}

void write_json(const std::vector<Column>& columns, const TextSink& sink) {
  ExportJson units = ExportJson::object();
  for (const Column& column : columns) units[column.name] = column.unit;
  sink(fmt::format("{{\n  \"schema\": \"podsim/export/1\",\n  \"units\": {},\n  \"rows\": [", units.dump()));
  for (std::size_t row = 0; row < length_of(columns); ++row) {
    sink((row == 0 ? "\n    " : ",\n    ") + json_row(columns, row).dump());
  }
  sink("\n  ]\n}\n");
}

}  // namespace podsim::results
