#include "run/choice_note.hpp"

#include "catalog/lookup/catalog.hpp"
#include "catalog/spec/link_classes.hpp"
#include "run/elasticity.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace podsim;

namespace {

run::RunRequest request_for(const std::string& workload, const std::string& platform, int64_t chips,
                            const std::vector<catalog::Override>& overrides = {}) {
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  run::RunRequest request;
  request.workload = shipped.workload(workload).value;
  request.platform = shipped.platform(platform, overrides).value;
  request.stack = shipped.default_stack(request.platform.chip, request.workload).value;
  request.chips = chips;
  request.with_baseline = false;
  return request;
}

/// The request as it is, and with each class of links at each factor.
std::vector<run::RunRequest> with_faster_links(const run::RunRequest& request) {
  std::vector<run::RunRequest> all{request};
  catalog::Platform probe = request.platform;
  for (size_t links = 0; links < catalog::link_classes(probe).size(); ++links) {
    for (const double factor : {1.1, 1.5, 2.0}) {
      run::RunRequest& faster = all.emplace_back(request);
      const auto classes = catalog::link_classes(faster.platform);
      for (double* rate : classes[links].bytes_per_second) *rate *= factor;
      faster.reference = run::Reference{request.platform, request.stack.library};
    }
  }
  return all;
}

bool tells_of_slower_choice(const run::RunResult& result) {
  return std::any_of(result.notes.begin(), result.notes.end(), [](const std::string& note) {
    return note.starts_with("the faster links change the library's choice from ") &&
           note.find(", which is slower here: all_reduce of ") != std::string::npos;
  });
}

const std::string kCard = "platform.interconnect.network.card_GBps";

}  // namespace

TEST_CASE("a step with faster links is not slower, or the result says which choice of the library makes it so") {
  const std::vector<run::RunRequest> requests{
      request_for("transformer-big", "dgx-a100", 64), request_for("transformer-big", "dgx-a100", 64, {{kCard, "20"}}),
      request_for("transformer-big", "dgx-a100", 16), request_for("transformer-big", "dgx-1v", 32),
      request_for("bert-large", "dgx-a100", 256),     request_for("bert-large", "dgx-1v", 64),
      request_for("bert-large", "dgx-h100", 128),     request_for("bert-large", "tpu-v3-pod", 128),
      request_for("resnet-50", "dgx-1v", 16),         request_for("resnet-50", "dgx-2", 64),
      request_for("resnet-50", "dgx-a100", 1024),     request_for("gnmt", "dgx-1v", 32),
      request_for("gpt-2", "dgx-h100", 64),           request_for("vgg-16", "dgx-1p", 8),
  };
  std::vector<run::RunRequest> all;
  std::vector<size_t> first;
  for (const auto& request : requests) {
    first.push_back(all.size());
    for (auto& variant : with_faster_links(request)) all.push_back(std::move(variant));
  }
  const auto outcomes = run::run_all(all);
  int told = 0;
  size_t base = 0;
  for (size_t i = 0; i < all.size(); ++i) {
    if (std::find(first.begin(), first.end(), i) != first.end()) base = i;
    const auto& before = std::get<run::RunResult>(outcomes[base]);
    const auto& result = std::get<run::RunResult>(outcomes[i]);
    CAPTURE(result.setup.workload, result.setup.platform, result.setup.chips, i - base);
    const bool slower = result.step.seconds.value > before.step.seconds.value * (1 + 1e-9);
    CHECK((!slower || tells_of_slower_choice(result)));
    told += slower ? 1 : 0;
  }
  // The second machine of the list: NCCL's model takes trees at 20 GB/s and rings above that.
  CHECK(told > 0);
}

TEST_CASE("an elasticity below zero names the choice of the library behind it") {
  // NCCL's model: buckets of 50 MB on 8 nodes of 8 go over trees at 22 GB/s, over rings at 24.2.
  const auto outcomes = run::run_all_with_elasticities({request_for("transformer-big", "dgx-a100", 64, {{kCard, "22"}}),
                                                        request_for("transformer-big", "dgx-a100", 64)});
  const auto& between = std::get<run::RunResult>(outcomes[0]);
  const auto network = std::find_if(between.explanation.resources.begin(), between.explanation.resources.end(),
                                    [](const auto& elasticity) { return elasticity.resource == "network"; });
  REQUIRE(network != between.explanation.resources.end());
  CHECK(network->value < -0.01);
  const auto notes = std::count_if(between.notes.begin(), between.notes.end(), [](const std::string& note) {
    return note.starts_with(
        "10 % more of network: the faster links change the library's choice from tree/ll128 to "
        "ring/ll128, which is slower here: all_reduce of ");
  });
  CHECK(notes == 1);
  const auto& as_sold = std::get<run::RunResult>(outcomes[1]);
  for (const auto& elasticity : as_sold.explanation.resources) CHECK(elasticity.value > -1e-9);
  for (const std::string& note : as_sold.notes) CHECK(note.find("choice") == std::string::npos);
}

TEST_CASE("a torus has no choice, and the same machine makes the same one") {
  const std::vector<collective::Demand> demands{{collective::Operation::all_reduce, {.size = 64}, 524288},
                                                {collective::Operation::all_reduce, {.size = 64}, 134217728}};
  const auto notes_of = [&](const std::string& name, double factor) {
    const run::RunRequest request = request_for("bert-large", name, 64);
    catalog::Platform changed = request.platform;
    for (const auto& links : catalog::link_classes(changed)) {
      for (double* rate : links.bytes_per_second) *rate *= factor;
    }
    const auto slice = platform::choose_slice(changed, 64, {});
    return run::choice_notes({request.platform, request.stack.library}, {changed, request.stack.library},
                             {.slice = slice, .demands = demands});
  };
  CHECK(notes_of("tpu-v4-pod", 2).empty());
  CHECK(notes_of("dgx-a100", 1).empty());
  CHECK_FALSE(notes_of("dgx-a100", 2).empty());
}

TEST_CASE("a library without what the unchanged one chooses runs, and is compared by nothing") {
  auto request = request_for("biggan-128", "dgx-a100", 64);
  request.reference = run::Reference{request.platform, request.stack.library};
  // The small statistics go over trees with ll, which this one has not.
  auto& trees = request.stack.library.algorithms.at(catalog::Algorithm::tree);
  REQUIRE(trees.erase(catalog::Protocol::ll) == 1);
  const auto outcome = run::run_all({request}).front();
  REQUIRE(std::holds_alternative<run::RunResult>(outcome));
  CHECK_FALSE(tells_of_slower_choice(std::get<run::RunResult>(outcome)));
}

TEST_CASE("other links under a pipeline: the choices are those of the nodes that the layout represents") {
  auto request = request_for("gpt-2", "dgx-a100", 32, {{kCard, "12.5"}});
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  const catalog::Platform as_sold = shipped.platform("dgx-a100", {}).value;
  request.reference = run::Reference{as_sold, request.stack.library};
  request.plan.tensor = 8;
  request.plan.pipeline = 2;
  request.workload.model = [&] {
    auto model = std::get<catalog::Transformer>(request.workload.model);
    model.heads = 16;
    return model;
  }();
  const auto outcome = run::run_all({request}).front();
  REQUIRE(std::holds_alternative<run::RunResult>(outcome));
  request.platform = as_sold;
  request.reference.reset();
  const auto faster = run::run_all({request}).front();
  CHECK(std::get<run::RunResult>(outcome).step.seconds.value >= std::get<run::RunResult>(faster).step.seconds.value);
}
