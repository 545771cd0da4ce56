#include "catalog/lookup/catalog.hpp"

#include "catalog/error_text.hpp"
#include "catalog/shipped.hpp"
#include "catalog/temporary_folder.hpp"
#include "catalog/yaml/document.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>

namespace podsim::catalog {
namespace {

std::string text_of(const std::string& path) {
  return read_document(std::string(PODSIM_SOURCE_DIR) + "/" + path).source->text;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t position = text.find(from);
  REQUIRE(position != std::string::npos);
  return text.replace(position, from.size(), to);
}

bool has_entry(const Catalog& catalog, EntryKind kind, const std::string& name) {
  const std::vector<Entry> entries = catalog.list(kind);
  return std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.name == name; });
}

}  // namespace

TEST_CASE("an unknown name gives the nearest, and the command that lists all") {
  const std::string error = error_text([] { shipped().platform("dgx-1v0"); });
  CHECK(error.starts_with("platform dgx-1v0: not in the catalogue\n  way out: did you mean dgx-1v, "));
  CHECK(error.ends_with("? podsim list platforms names them all; or give the path of a YAML file"));
}

TEST_CASE("an unknown chip in a platform file names its place, and the nearest") {
  const TemporaryFolder folder;
  const std::string file =
      folder.write("pod.yaml", "schema: podsim/platform/1\nname: pod\ndescription: a pod\nchip: tpu-v33\n");
  CHECK(error_text([&] { shipped().check_file(file); }) ==
        file +
            ":4:7: chip: tpu-v33 is no chip in the catalogue\n"
            "    4 | chip: tpu-v33\n"
            "      |       ^\n"
            "  way out: did you mean tpu-v3, tpu-v2 or tpu-v4? podsim list chips names them all; or give the path of a "
            "YAML file");
}

TEST_CASE("a name of another kind is told apart from an unknown one") {
  CHECK(error_text([] { shipped().workload("dgx-1v"); }) ==
        "workload dgx-1v: not in the catalogue\n"
        "  way out: dgx-1v is a platform: name a workload here");
}

TEST_CASE("a file of another kind is refused at its schema line") {
  const TemporaryFolder folder;
  const std::string path = folder.write("chip.yaml", text_of("platforms/chips/tpu-v3.yaml"));
  CHECK(schema_of(path) == "podsim/chip/1");
  CHECK(error_text([&] { shipped().platform(path); }) ==
        path +
            ":1:9: schema: the file describes a chip, not a platform\n"
            "    1 | schema: podsim/chip/1\n"
            "      |         ^\n"
            "  way out: give a file that starts with schema: podsim/platform/1");
}

TEST_CASE("a platform names its chip by catalogue name, by a path beside it, or describes it inline") {
  const TemporaryFolder folder;
  const std::string chip = replaced(text_of("platforms/chips/tpu-v3.yaml"), "name: tpu-v3", "name: mine");
  folder.write("chips/mine.yaml", chip);
  const std::string platform = text_of("platforms/tpu-v3-pod.yaml");
  const std::string by_path = folder.write("by-path.yaml", replaced(platform, "chip: tpu-v3", "chip: chips/mine.yaml"));
  CHECK(shipped().platform(by_path).value.chip.name == "mine");
  CHECK(shipped().platform(by_path).inputs[1].path == (folder.path() / "chips/mine.yaml").string());

  const std::string inline_map =
      "chip: {name: inline, description: d, vendor: v, year: 2018, ranks: 1, memory: {capacity_GiB: 1, bandwidth_GBps: "
      "2, "
      "efficiency: 1}, matrix: {kind: systolic, tile: 8, units: 1, efficiency: 1, peak_TFLOPs: {fp32: 1}}, vector: "
      "{peak_TFLOPs: 1}, operation_floor_us: 0, power_W: {idle: 1, mean: 1, max: 1}}";
  const std::string by_map = folder.write("by-map.yaml", replaced(platform, "chip: tpu-v3", inline_map));
  const Loaded<Platform> loaded = shipped().platform(by_map);
  CHECK(loaded.value.chip.name == "inline");
  CHECK(loaded.value.chip.core_link_bytes_per_second == 0);
  CHECK(loaded.inputs.size() == 2);  // the platform and its price list
}

TEST_CASE("an error in the chip of a platform points into the chip's file") {
  const TemporaryFolder folder;
  const std::string chip = replaced(text_of("platforms/chips/tpu-v3.yaml"), "year: 2018", "year: 1018");
  const std::string chip_path = folder.write("mine.yaml", chip);
  const std::string platform = replaced(text_of("platforms/tpu-v3-pod.yaml"), "chip: tpu-v3", "chip: mine.yaml");
  const std::string path = folder.write("platform.yaml", platform);
  CHECK(error_text([&] { shipped().platform(path); }) ==
        chip_path +
            ":5:7: chip.year: 1018 is not a year: it must be at least 1990\n"
            "    5 | year: 1018\n"
            "      |       ^\n"
            "  way out: give the first year in production, for example 2018");
}

TEST_CASE("earlier roots win and later ones fill in") {
  const TemporaryFolder folder;
  folder.write("platforms/tpu-v3-pod.yaml",
               replaced(text_of("platforms/tpu-v3-pod.yaml"), "link_GBps: 82", "link_GBps: 1"));
  folder.write("platforms/mine.yaml", text_of("platforms/dgx-1v.yaml"));
  const Catalog catalog({folder.path(), PODSIM_SOURCE_DIR});
  CHECK(std::get<Torus>(catalog.platform("tpu-v3-pod").value.interconnect).link_bytes_per_second == 1e9);
  CHECK(has_entry(catalog, EntryKind::platform, "mine"));
  CHECK(has_entry(catalog, EntryKind::platform, "dgx-1v"));
  CHECK_FALSE(has_entry(shipped(), EntryKind::platform, "mine"));
}

TEST_CASE("the standard catalogue is PODSIM_PATH, then what ships with the binary") {
  const TemporaryFolder folder;
  folder.write("platforms/mine.yaml", text_of("platforms/dgx-1v.yaml"));
  REQUIRE(setenv("PODSIM_PATH", folder.path().c_str(), 1) == 0);
  const Catalog catalog = Catalog::standard();
  CHECK(has_entry(catalog, EntryKind::platform, "mine"));
  CHECK(has_entry(catalog, EntryKind::platform, "tpu-v3-pod"));
  REQUIRE(setenv("PODSIM_PATH", "/no/such/folder", 1) == 0);
  CHECK(error_text([] { Catalog::standard(); }) ==
        "PODSIM_PATH: /no/such/folder is not a folder\n"
        "  way out: name folders that hold workloads/ or platforms/, with colons between");
  REQUIRE(unsetenv("PODSIM_PATH") == 0);
}

TEST_CASE("without exactly one default stack the choice is left to --stack") {
  const auto names = [](const Catalog& catalog) {
    std::string all;
    for (const Entry& entry : catalog.list(EntryKind::stack)) all += (all.empty() ? "" : ", ") + entry.name;
    return all;
  };
  const Workload workload{.name = "tiny", .description = "", .model = Transformer{}, .training = {}, .published = {}};
  const Chip chip = shipped().chip("tpu-v3").value;
  const TemporaryFolder only;
  only.write("platforms/stacks/alone.yaml", text_of("platforms/stacks/nvidia-pytorch.yaml"));
  only.write("platforms/libraries/nccl-2.5.yaml", text_of("platforms/libraries/nccl-2.5.yaml"));
  CHECK(error_text([&] { Catalog({only.path()}).default_stack(chip, workload); }) ==
        "tiny on chip tpu-v3: no stack is made for a transformer model on this chip\n"
        "  way out: choose one by --stack NAME, the stacks are: alone");
  const TemporaryFolder folder;
  folder.write("platforms/stacks/another.yaml", text_of("platforms/stacks/tf-tpu-estimator.yaml"));
  const Catalog two({folder.path(), PODSIM_SOURCE_DIR});
  CHECK(error_text([&] { two.default_stack(chip, workload); }) ==
        "tiny on chip tpu-v3: several stacks are made for it: another, tf-tpu-estimator\n"
        "  way out: choose one by --stack NAME, the stacks are: " +
            names(two));
}

TEST_CASE("overrides reach the default stack") {
  const Workload workload{.name = "tiny", .description = "", .model = Convolutional{}, .training = {}, .published = {}};
  const Chip chip = shipped().chip("v100-sxm2-16gb").value;
  CHECK(shipped().default_stack(chip, workload).value.gradients.overlap);
  CHECK_FALSE(shipped()
                  .default_stack(chip, workload, {parse_override("stack.gradients.overlap=false")})
                  .value.gradients.overlap);
}

}  // namespace podsim::catalog
