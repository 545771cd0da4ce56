#include "catalog/error_text.hpp"
#include "catalog/lookup/catalog.hpp"
#include "catalog/shipped.hpp"

#include <catch2/catch.hpp>

namespace podsim::catalog {
namespace {

Platform platform_with(const char* name, const std::string& option) {
  return shipped().platform(name, {parse_override(option)}).value;
}

std::string platform_error(const std::string& option) {
  return error_text([&] { platform_with("tpu-v3-pod", option); });
}

std::string key_error(const std::string& option) {
  return error_text([&] { check_override_keys({parse_override(option)}); });
}

}  // namespace

TEST_CASE("an override by --set replaces one value of the file") {
  const Platform before = shipped().platform("tpu-v3-pod").value;
  const Platform after = platform_with("tpu-v3-pod", "platform.interconnect.link_GBps=164");
  CHECK(std::get<Torus>(after.interconnect).link_bytes_per_second == 164e9);
  CHECK(std::get<Torus>(after.interconnect).slices == std::get<Torus>(before.interconnect).slices);
  CHECK(after.chip.memory_bytes == before.chip.memory_bytes);
}

TEST_CASE("an override by --set reaches into the chip that a platform names, lists and whole maps") {
  CHECK(platform_with("tpu-v3-pod", "platform.chip.memory.bandwidth_GBps=1200").chip.memory_bytes_per_second == 1200e9);
  CHECK(platform_with("tpu-v3-pod", "platform.chip.power_W={idle: 1, mean: 2, max: 3}").chip.power.max_watts == 3);
  const auto boxes =
      std::get<NvlinkBoxes>(platform_with("dgx-1v", "platform.interconnect.nvlink.pairs.0.2=3").interconnect);
  CHECK(boxes.nvlinks[0].links == 3);
  CHECK(boxes.nvlinks[1].links == 1);
}

TEST_CASE("an override by --set may name another chip, whose own keys can be set at once") {
  const std::vector<Override> overrides = {parse_override("platform.chip.memory.capacity_GiB=64"),
                                           parse_override("platform.chip=v100-sxm2-32gb")};
  const Loaded<Platform> loaded = shipped().platform("dgx-1v", overrides);
  CHECK(loaded.value.chip.name == "v100-sxm2-32gb");
  CHECK(loaded.value.chip.memory_bytes == 64 * 1073741824.0);
  REQUIRE(loaded.inputs.size() == 2);
  CHECK_THAT(loaded.inputs[0].path, Catch::EndsWith("platforms/dgx-1v.yaml"));
  CHECK_THAT(loaded.inputs[1].path, Catch::EndsWith("platforms/chips/v100-sxm2-32gb.yaml"));
  CHECK_THAT(loaded.inputs[1].text, Catch::StartsWith("schema: podsim/chip/1\n"));
}

TEST_CASE("an override by --set adds a legal key that the file leaves out") {
  CHECK(platform_with("tpu-v3-pod", "platform.prices.usd_per_unit_hour.owned=1.25").prices.hourly.at("owned").usd ==
        1.25);
  const auto with_spot = platform_with("tpu-v3-pod", "platform.prices.usd_per_unit_hour.spot=1.25").prices.hourly;
  CHECK(with_spot.at("spot").preemptible);
  CHECK(with_spot.at("preemptible").preemptible);
  CHECK_FALSE(with_spot.at("on_demand").preemptible);
  CHECK_FALSE(with_spot.at("commitment_1y").preemptible);
}

TEST_CASE("the last of several --set of one key counts, other prefixes are left alone") {
  const std::vector<Override> overrides = {parse_override("stack.gradients.overlap=true"),
                                           parse_override("stack.gradients.overlap=false"),
                                           parse_override("platform.interconnect.link_GBps=nonsense")};
  CHECK_FALSE(shipped().stack("nvidia-mxnet", overrides).value.gradients.overlap);
}

TEST_CASE("an override by --set is checked like the file and names itself in the message") {
  CHECK(
      platform_error("platform.interconnect.link_GBps=-1") ==
      "--set platform.interconnect.link_GBps=-1: interconnect.link_GBps: -1 is not a rate: it must be at least 1e-06\n"
      "  way out: give the data-sheet rate of one link in one direction, for example 82");
  CHECK(platform_error("platform.interconnect.link_GB=1") ==
        "--set platform.interconnect.link_GB=1: interconnect.link_GB: unknown key\n"
        "  way out: did you mean link_GBps, in gigabytes (1e9 bytes) per second?");
  CHECK(platform_error("platform.interconect.link_GBps=1") ==
        "--set platform.interconect.link_GBps=1: interconect: unknown key\n"
        "  way out: did you mean interconnect? the keys here are: schema, name, description, chip, node, interconnect, "
        "prices, storage, site, faults, preemption, sources");
  CHECK(platform_error("platform.interconnect.slices.8.0=1") ==
        "--set platform.interconnect.slices.8.0=1: 8 is not the index of an element\n"
        "  way out: the list has the elements 0 to 7");
  CHECK(platform_error("platform.name.first=1") ==
        "--set platform.name.first=1: first is looked for in a value that is no map and no list\n"
        "  way out: end the key before it");
  CHECK(platform_error("platform.interconnect.link_GBps=") ==
        "--set platform.interconnect.link_GBps=: interconnect.link_GBps: nothing is not a rate: it must be a number\n"
        "  way out: give the data-sheet rate of one link in one direction, for example 82");
  CHECK(platform_error("platform.interconnect.link_GBps=[1") ==
        "--set platform.interconnect.link_GBps=[1: not YAML: end of sequence flow not found\n"
        "  way out: look here and just above for wrong indentation, a tab, or an unclosed bracket or quote");
  CHECK(error_text([] {
          shipped().platform("tpu-v3-pod", {{"platform.chip", "tpu-v33"}});
        }) ==
        "--set platform.chip=tpu-v33: chip: tpu-v33 is no chip in the catalogue\n"
        "  way out: did you mean tpu-v3, tpu-v2 or tpu-v4? podsim list chips names them all; or give the path of a "
        "YAML file");
}

TEST_CASE("an override by --set takes UTF-8 text only") {
  CHECK(platform_error("platform.description=\xFF") ==
        "--set platform.description=\xFF:1:1: byte 0xFF is not part of UTF-8 text\n"
        "  way out: write the text in UTF-8");
}

TEST_CASE("a key path of 100,000 words is refused") {
  std::string key = "platform";
  for (int i = 0; i < 100'000; ++i) key += ".a";
  CHECK_THAT(platform_error(key + "=1"), Catch::Contains("the key has more than 32 words"));
}

TEST_CASE("an override by --set wants KEY=VALUE and a known first word") {
  CHECK(parse_override("stack.a=b=c").value == "b=c");
  CHECK(error_text([] { parse_override("platform.chip"); }) ==
        "--set platform.chip: not of the form KEY=VALUE\n"
        "  way out: for example --set platform.interconnect.link_GBps=164");
  CHECK(key_error("workload.training.steps=1000").empty());
  CHECK(key_error("plattform.chip=x") ==
        "--set plattform.chip=x: plattform is no first word of a key\n"
        "  way out: did you mean platform? the first words are: platform, workload, stack");
  const std::string form =
      "  way out: name the key by words with single dots between, for example platform.interconnect.link_GBps";
  CHECK(key_error("platform=x") == "--set platform=x: platform is no key path\n" + form);
  CHECK(key_error("platform..chip=x") == "--set platform..chip=x: platform..chip is no key path\n" + form);
}

}  // namespace podsim::catalog
