#include "catalog/shipped.hpp"
#include "catalog/lookup/catalog.hpp"
#include "catalog/text/decimal.hpp"
#include "catalog/yaml/document.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <map>

namespace podsim::catalog {
namespace {

bool is_covered(const Value& sources, std::string path) {
  while (true) {
    if (sources.find(path) != nullptr) return true;
    const size_t dot = path.rfind('.');
    if (dot == std::string::npos) return false;
    path.resize(dot);
  }
}

/// Paths of the numbers below `value` that neither `sources` nor a `source` beside them covers.
void collect_bare_numbers(const Value& value, const std::string& path, const Value& sources,
                          std::vector<std::string>& bare) {
  if (value.find("source") != nullptr || path == "sources") return;
  const std::string prefix = path.empty() ? "" : path + ".";
  for (const Member& member : value.members) {
    collect_bare_numbers(member.value, prefix + member.key, sources, bare);
  }
  for (size_t i = 0; i < value.elements.size(); ++i) {
    collect_bare_numbers(value.elements[i], prefix + std::to_string(i), sources, bare);
  }
  const bool is_number =
      value.kind == Value::Kind::scalar && value.plain && std::holds_alternative<double>(read_number(value.text));
  if (is_number && !is_covered(sources, path)) bare.push_back(path);
}

constexpr std::array kKinds = {EntryKind::workload, EntryKind::platform, EntryKind::chip,
                               EntryKind::stack,    EntryKind::library,  EntryKind::prices};

}  // namespace

TEST_CASE("every shipped file loads, is named after its file and is described") {
  for (const EntryKind kind : kKinds) {
    const std::vector<Entry> entries = shipped().list(kind);
    CHECK_FALSE(entries.empty());
    for (const Entry& entry : entries) {
      CAPTURE(entry.path);
      CHECK_FALSE(entry.description.empty());
      CHECK(read_document(entry.path).root.find("name")->text == entry.path.stem());
      CHECK_NOTHROW(shipped().check_file(entry.path));
    }
  }
}

TEST_CASE("every number that ships has its source") {
  for (const EntryKind kind : kKinds) {
    for (const Entry& entry : shipped().list(kind)) {
      CAPTURE(entry.path);
      const Document document = read_document(entry.path);
      const Value* sources = document.root.find("sources");
      REQUIRE(sources != nullptr);
      std::vector<std::string> bare;
      collect_bare_numbers(document.root, "", *sources, bare);
      CHECK(bare == std::vector<std::string>{});
    }
  }
}

TEST_CASE("the TPU v3 pod is the data sheet in SI units") {
  const Platform pod = shipped().platform("tpu-v3-pod").value;
  CHECK(pod.chip.name == "tpu-v3");
  CHECK(pod.chip.ranks == 2);
  CHECK(pod.chip.memory_bytes == 34359738368.0);  // 32 x 2^30
  CHECK(pod.chip.memory_bytes_per_second == 900e9);
  CHECK(pod.chip.matrix.kind == MatrixUnitKind::systolic);
  CHECK(pod.chip.matrix.peak_flops_per_second.at(NumberFormat::bf16) == 123e12);
  CHECK(pod.chip.operation_floor_seconds == Approx(1.5e-6));
  CHECK(pod.chip.core_link_bytes_per_second == 450e9);
  CHECK(pod.chip.power.mean_watts == 220);
  const auto& torus = std::get<Torus>(pod.interconnect);
  CHECK(torus.pod_shape == std::vector{32, 32});
  CHECK(torus.link_bytes_per_second == 82e9);
  CHECK(torus.slices.size() == 8);
  CHECK(torus.slices.front() == std::vector{2, 2});
  CHECK(pod.prices.unit == "device");
  CHECK(pod.prices.chips_per_unit == 4);
  CHECK(pod.prices.hourly.at("on_demand").usd == 8.0);
  CHECK(pod.prices.hourly.at("commitment_1y").usd == Approx(8.0 * (1 - 0.37)));
  CHECK(pod.prices.hourly.at("commitment_3y").usd == Approx(8.0 * (1 - 0.55)));
}

TEST_CASE("a DGX-1V has six NVLinks a GPU and the published pairs") {
  const Platform dgx = shipped().platform("dgx-1v").value;
  const auto& boxes = std::get<NvlinkBoxes>(dgx.interconnect);
  std::vector<int> links(8, 0);
  for (const NvlinkPair& pair : boxes.nvlinks) {
    links[pair.first] += pair.links;
    links[pair.second] += pair.links;
  }
  CHECK(boxes.nvlinks.size() == 16);
  CHECK(links == std::vector<int>(8, 6));
  CHECK(boxes.nvlink_bytes_per_second * boxes.nvlink_efficiency == Approx(22e9));
  CHECK(boxes.network.card_rate() == Approx(12e9));
  CHECK(boxes.pcie_bytes_per_second * boxes.pcie_efficiency == Approx(12e9).epsilon(0.01));
  CHECK(boxes.switches[2].chips == std::vector{4, 5});
  CHECK(boxes.switches[2].socket == 1);
  CHECK(dgx.chip.matrix.units == 80);
  CHECK(dgx.chip.matrix.peak_flops_per_second.at(NumberFormat::fp16) == 125e12);
  CHECK(dgx.prices.hourly.at("on_demand").usd / dgx.prices.chips_per_unit == Approx(3.06));
}

TEST_CASE("the rented V100 box is a DGX-1V but for its sockets and its one card") {
  const auto dgx = std::get<NvlinkBoxes>(shipped().platform("dgx-1v").value.interconnect);
  const auto gcp = std::get<NvlinkBoxes>(shipped().platform("gcp-8xv100").value.interconnect);
  REQUIRE(gcp.nvlinks.size() == dgx.nvlinks.size());
  for (size_t i = 0; i < gcp.nvlinks.size(); ++i) {
    CHECK(gcp.nvlinks[i].first == dgx.nvlinks[i].first);
    CHECK(gcp.nvlinks[i].second == dgx.nvlinks[i].second);
    CHECK(gcp.nvlinks[i].links == dgx.nvlinks[i].links);
  }
  CHECK(gcp.cards.size() == 1);
  CHECK(gcp.network.card_bytes_per_second == 4e9);
}

TEST_CASE("stacks convert milliseconds, microseconds and mebibytes") {
  const Stack stack = shipped().stack("tf-tpu-estimator").value;
  CHECK(stack.gradients.bucket_bytes == 268435456.0);  // 256 x 2^20
  CHECK(stack.library.name == "xla-tpu");
  CHECK(stack.library.algorithms.at(catalog::Algorithm::torus).at(Protocol::simple).chip_hop_seconds == Approx(1e-6));
  CHECK(stack.host.step_per_doubling_seconds == Approx(0.018));
  CHECK_FALSE(stack.gradients.overlap);
  CHECK(stack.formats.matrix == NumberFormat::bf16);
  CHECK(stack.update.bytes_per_parameter.at(catalog::Optimizer::lamb) == 44);
  CHECK(shipped().stack("nvidia-mxnet").value.formats.master_weights);
}

TEST_CASE("every shipped chip has one default collective library") {
  for (const Entry& chip : shipped().list(EntryKind::chip)) {
    CAPTURE(chip.name);
    CHECK_NOTHROW(shipped().default_library(shipped().chip(chip.name).value));
  }
  CHECK(shipped().default_library(shipped().chip("h100-sxm5").value).value.name == "nccl-2.18");
  std::map<std::string, int> times;
  for (const Entry& library : shipped().list(EntryKind::library)) {
    for (const std::string& architecture : shipped().library(library.name).value.default_for) ++times[architecture];
  }
  for (const auto& [architecture, count] : times) CHECK(count == 1);
}

TEST_CASE("every chip, also a user's own, has one default stack for each kind of model") {
  const auto name = [&](const std::string& vendor, int year, const Workload& workload) {
    Chip chip;
    chip.name = "own";
    chip.vendor = vendor;
    chip.year = year;
    return shipped().default_stack(chip, workload).value.name;
  };
  Workload transformer{.name = "t", .description = "", .model = Transformer{}, .training = {}, .published = {}};
  Workload convolutional{.name = "c", .description = "", .model = Convolutional{}, .training = {}, .published = {}};
  CHECK(name("google", 2018, transformer) == "tf-tpu-estimator");
  CHECK(name("google", 2018, convolutional) == "tf-tpu-resnet");
  CHECK(name("google", 2023, transformer) == "maxtext");
  CHECK(name("nvidia", 2014, transformer) == "gpu-fp32");
  CHECK(name("nvidia", 2017, transformer) == "nvidia-pytorch-bert");
  CHECK(name("nvidia", 2017, convolutional) == "nvidia-mxnet");
  CHECK(name("nvidia", 2021, transformer) == "megatron");
  CHECK(name("nvidia", 2022, transformer) == "megatron-core");
  CHECK(name("acme", 2030, convolutional) == "generic");
  for (const std::string vendor : {"google", "nvidia", "acme"}) {
    for (int year = 2008; year <= 2035; ++year) {
      CAPTURE(vendor, year);
      CHECK_NOTHROW(name(vendor, year, transformer));
      CHECK_NOTHROW(name(vendor, year, convolutional));
    }
  }
}

TEST_CASE("a default stack multiplies in a format that its chip has") {
  Workload workload{.name = "t", .description = "", .model = Transformer{}, .training = {}, .published = {}};
  for (const Entry& entry : shipped().list(EntryKind::chip)) {
    const Chip chip = shipped().chip(entry.path).value;
    CAPTURE(chip.name);
    for (const bool images : {false, true}) {
      if (images) workload.model = Convolutional{};
      const Stack stack = shipped().default_stack(chip, workload).value;
      CHECK(chip.matrix.peak_flops_per_second.contains(stack.formats.matrix));
    }
  }
}

TEST_CASE("the first format that the chip has is taken, the first of all where it has none") {
  Stack stack;
  stack.formats.matrix = NumberFormat::bf16;
  stack.formats.other_matrix = {NumberFormat::bf16, NumberFormat::fp16, NumberFormat::fp32};
  Chip chip;
  chip.matrix.peak_flops_per_second = {{NumberFormat::fp32, 1e12}, {NumberFormat::fp16, 2e12}};
  CHECK(for_chip(stack, chip).formats.matrix == NumberFormat::fp16);
  chip.matrix.peak_flops_per_second = {{NumberFormat::fp8, 1e12}};
  CHECK(for_chip(stack, chip).formats.matrix == NumberFormat::bf16);
}

TEST_CASE("stacks tell which schedules and stages of ZeRO their frameworks have") {
  const Catalog catalog({PODSIM_SOURCE_DIR});
  const auto layouts = [&](const char* name) { return catalog.stack(name).value.layouts; };
  CHECK(layouts("fsdp").zero == std::vector<int>{0, 2, 3});
  CHECK(layouts("fsdp").schedules.empty());
  CHECK(layouts("megatron-deepspeed").schedules == std::vector<std::string>{"1f1b"});
  CHECK(layouts("jax-tpu").zero == std::vector<int>{0, 1});
  CHECK(layouts("jax-tpu").schedules == std::vector<std::string>{"1f1b", "interleaved"});
}

}  // namespace podsim::catalog
