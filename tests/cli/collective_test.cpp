#include "cli/podsim_process.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace podsim::cli;

namespace {

nlohmann::json collective_json(const std::string& arguments) {
  const Ended ended = call("collective " + arguments + " --format json");
  REQUIRE(ended.exit_code == 0);
  return nlohmann::json::parse(ended.out);
}

std::string collective_error(const std::string& arguments) {
  const Ended ended = call("collective " + arguments);
  CHECK(ended.exit_code == 2);
  CHECK(ended.out.empty());
  return ended.error;
}

}  // namespace

TEST_CASE("collective prints a line for each size from 1 KiB to 16 GiB") {
  const Ended ended = call("collective dgx-a100");
  CHECK(ended.exit_code == 0);
  CHECK(ended.out.starts_with("all_reduce on dgx-a100: 8 chips (1 node), 8 ranks, library nccl-2.8\n\n"));
  CHECK(ended.out.find("\n1.00 KiB") != std::string::npos);
  CHECK(ended.out.find("\n16.0 GiB") != std::string::npos);
  CHECK(longest_line(ended.out) <= 100);
}

TEST_CASE("one size of a collective as JSON has the public keys") {
  const auto json = collective_json("dgx-h100 --chips 64 --op all_gather --bytes 64MiB");
  CHECK(json["schema"] == "podsim/collective/1");
  CHECK(json["operation"] == "all_gather");
  CHECK(json["bytes"] == 67108864);
  CHECK(json["algorithm"] == "ring");
  CHECK(json["seconds"] > json["bound_seconds"]);
  const double bus = json["bus_bandwidth_GBps"];
  CHECK(bus == Approx(json["algorithm_bandwidth_GBps"].get<double>() * 63 / 64));
  CHECK(bus == Approx(67108864 / json["seconds"].get<double>() / 1e9 * 63 / 64));
  CHECK(json["simulation"]["mode"] == "folded");
  CHECK(json["simulation"]["flows"] == 8);
  CHECK(collective_json("dgx-h100")["sizes"].size() == 25);
}

TEST_CASE("full and folded collectives give the same seconds") {
  for (const std::string arguments :
       {"tpu-v3-pod --chips 64 --bytes 64MiB", "dgx-1v --chips 32 --bytes 1GB",
        "dgx-h100 --chips 128 --bytes 16MiB --group column", "tpu-v4-pod --slice 2x4x4x8 --bytes 1GiB"}) {
    CAPTURE(arguments);
    const double folded = collective_json(arguments)["seconds"];
    CHECK(collective_json(arguments + " --full")["seconds"].get<double>() == Approx(folded).epsilon(1e-6));
  }
}

TEST_CASE("a second job on an oversubscribed fabric slows the first") {
  const std::string fabric =
      "dgx-a100 --chips 128 --bytes 1GiB --algorithm ring --set 'platform.interconnect.network.levels=[{nodes: 16, "
      "oversubscription: 16}]'";
  const double alone = collective_json(fabric)["seconds"];
  CHECK(collective_json(fabric + " --background 1")["seconds"].get<double>() > 1.5 * alone);
}

TEST_CASE("a collective of one rank is refused") {
  CHECK(collective_error("gcp-1xt4") ==
        "podsim: all_reduce on gcp-1xt4: the only rank of 1 node has nobody to exchange with\n"
        "  way out: take more chips by --chips, or larger groups by --group\n");
  CHECK(collective_error("dgx-a100 --group 1").find("a group of one rank of ") != std::string::npos);
}

TEST_CASE("bad input of collective is one message") {
  CHECK(collective_error("dgx-a100 --op allreduce") ==
        "podsim: --op allreduce: unknown operation\n"
        "  way out: did you mean all_reduce? operations are: all_reduce, reduce_scatter, all_gather, broadcast, "
        "all_to_all, send_receive, send\n");
  CHECK(collective_error("dgx-a100 --bytes 64MiBs") ==
        "podsim: --bytes 64MiBs: must be a size from 1 byte to 1 PiB\n"
        "  way out: write digits, alone or with kB, KiB, MB, MiB, GB or GiB: 64MiB\n");
  CHECK(collective_error("dgx-a100 --op send") ==
        "podsim: --op send: a group of 8 ranks; one rank sends to one other\n"
        "  way out: take groups of two, --group 2:DISTANCE\n");
  CHECK(collective_error("dgx-a100 --group 8:").starts_with("podsim: --group 8:: must be row, column, SIZE or "));
  CHECK(collective_error("dgx-a100 --algorithm rings") ==
        "podsim: --algorithm rings: unknown algorithm\n"
        "  way out: did you mean ring? algorithms are: ring, tree, nvls, nvls_tree, sharp, hierarchical, "
        "halving_doubling, direct, torus\n");
  CHECK(collective_error("dgx-a100 --library xla-tpu") ==
        "podsim: library xla-tpu has no constants for all_reduce on boxes\n"
        "  way out: choose another library, or add them to its algorithms\n");
  CHECK(
      collective_error("tpu-v3-pod --chips 16 --background 1").starts_with("podsim: --background: other jobs share "));
  CHECK(collective_error("dgx-a100 --set stack.fusion=1").starts_with("podsim: --set stack.fusion=1: the key must "));
}
