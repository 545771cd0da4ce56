#include "results/hdf5.hpp"

#include "results/file/hdf5_image.hpp"
#include "results/json.hpp"
#include "results/unit.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace podsim::results {

namespace {

using Json = nlohmann::ordered_json;

void write_provenance(Hdf5Image& image, const std::string& schema, const Provenance& provenance) {
  image.attribute("/", "schema", schema);
  image.attribute("/", "podsim_version", provenance.version);
  image.attribute("/", "git_commit", provenance.git_commit);
  image.attribute("/", "simgrid_version", provenance.simgrid_version);
  image.attribute("/", "hdf5_version", Hdf5Image::library_version());
  image.attribute("/", "command_line", provenance.command_line);
  image.attribute("/", "seed", provenance.seed);
  image.attribute("/", "created_utc", provenance.created_utc);
  image.group("/inputs");
  for (std::size_t i = 0; i < provenance.inputs.size(); ++i) {
    const std::string path = fmt::format("/inputs/{}", i);
    image.scalar(path, provenance.inputs[i].text);
    image.attribute(path, "path", provenance.inputs[i].path);
  }
}

Scalar scalar_from(const Json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_integer()) return json.get<int64_t>();
  if (json.is_number_float()) return json.get<double>();
  return json.get<std::string>();
}

/// Mirrors a JSON object: a group for an object, a dataset for a value. `unit` holds for all members unless empty.
void write_object(Hdf5Image& image, const std::string& path, const Json& object, std::string_view unit) {
  image.group(path);
  for (const auto& [key, value] : object.items()) {
    const std::string place = fmt::format("{}/{}", path, key);
    if (value.is_null()) continue;
    if (value.is_object()) {
      const std::string_view own = unit_of_members(key);
      write_object(image, place, value, own.empty() ? unit : own);
    } else if (value.is_array()) {
      image.array(place, {.name = key, .unit = "", .values = value.get<std::vector<std::string>>()});
    } else {
      image.scalar(place, scalar_from(value));
      if (value.is_number()) image.attribute(place, "unit", std::string(unit.empty() ? unit_of(key) : unit));
    }
  }
}

void write_list(Hdf5Image& image, const std::string& path, const Json& objects) {
  image.group(path);
  for (std::size_t i = 0; i < objects.size(); ++i) write_object(image, fmt::format("{}/{}", path, i), objects[i], "");
}

template <typename Value, typename Member>
std::vector<Value> gather(const run::RunResult& result, Member run::TimelineEntry::*member) {
  std::vector<Value> values;
  for (const run::PhaseResult& phase : result.step.phases) {
    for (const run::TimelineEntry& entry : phase.timeline) values.push_back(entry.*member);
  }
  return values;
}

std::vector<std::string> phase_names(const run::RunResult& result) {
  std::vector<std::string> names;
  for (const run::PhaseResult& phase : result.step.phases) names.insert(names.end(), phase.timeline.size(), phase.name);
  return names;
}

void write_timeline(Hdf5Image& image, const run::RunResult& result) {
  using Entry = run::TimelineEntry;
  image.table("/timeline", {{"start_seconds", "s", gather<double>(result, &Entry::start_seconds)},
                            {"end_seconds", "s", gather<double>(result, &Entry::end_seconds)},
                            {"lane", "", gather<std::string>(result, &Entry::lane)},
                            {"category", "", gather<std::string>(result, &Entry::category)},
                            {"name", "", gather<std::string>(result, &Entry::name)},
                            {"flops", "FLOP", gather<double>(result, &Entry::flops)},
                            {"bytes", "B", gather<double>(result, &Entry::bytes)},
                            {"phase", "", phase_names(result)}});
}

std::string run_image(const run::RunResult& result, const Provenance& provenance) {
  Json json = to_json(result);
  Hdf5Image image;
  write_provenance(image, "podsim/run-file/1", provenance);
  image.scalar("/summary_json", json.dump(2));
  for (const char* key : {"phases", "stages"}) {
    if (!json.contains(key)) continue;
    write_list(image, fmt::format("/{}", key), json.at(key));
    json.erase(key);
  }
  write_object(image, "/summary", json, "");
  write_timeline(image, result);
  return image.bytes();
}

std::string study_image(const StudyTable& table, const Provenance& provenance) {
  Hdf5Image image;
  write_provenance(image, "podsim/study-file/1", provenance);
  image.attribute("/", "inputs_digest", table.inputs_digest);
  image.attribute("/", "points_pending", table.points_pending);
  image.table("/points", table.points);
  image.group("/axes");
  for (std::size_t i = 0; i < table.axes.size(); ++i) {
    const std::string path = fmt::format("/axes/{}", i);
    image.array(path, table.axes[i]);
    image.attribute(path, "name", table.axes[i].name);
    image.attribute(path, "unit", table.axes[i].unit);
  }
  return image.bytes();
}

template <typename Build>
void commit(OutputFile& file, Build build) {
  std::string image;
  try {
    image = build();
  } catch (const Hdf5Error& error) {
    throw WriteError(file.target(), error.what(), "this is a mistake of podsim: report it with the command");
  }
  file.commit(image);
}

}  // namespace

void write_run(OutputFile& file, const run::RunResult& result, const Provenance& provenance) {
  commit(file, [&] { return run_image(result, provenance); });
}

void write_table(OutputFile& file, const StudyTable& table, const Provenance& provenance) {
  commit(file, [&] { return study_image(table, provenance); });
}

}  // namespace podsim::results
