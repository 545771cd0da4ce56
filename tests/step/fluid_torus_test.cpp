#include "collective/plan.hpp"
#include "step/collective_run.hpp"
#include "step/isolated.hpp"
#include "step/torus_by_messages.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

using namespace podsim;
using collective::Operation;
using tests::TorusByMessages;

namespace {

constexpr double kLinkRate = 70e9;
constexpr double kHop = 1e-6;
constexpr double kTorusMebi = 1048576;
constexpr double kChunks = 64;  ///< of a broadcast

/// A slice of a pod and how a group lies on it.
struct TorusCase {
  std::string name;
  std::vector<int> pod;
  std::vector<int> shape;
  collective::Group group;
  std::vector<TorusByMessages::Line> lines;
};

std::vector<TorusCase> torus_cases() {
  return {{"mesh", {32, 32}, {4, 8}, {.size = 32}, {{0, 4}, {1, 8}}},
          {"torus", {6, 6}, {6, 6}, {.size = 36}, {{0, 6}, {1, 6}}},
          {"one axis closed", {32, 8}, {4, 8}, {.size = 32}, {{0, 4}, {1, 8}}},
          {"cube", {4, 4, 4}, {4, 4, 4}, {.size = 64}, {{0, 4}, {1, 4}, {2, 4}}},
          {"long box", {4, 4, 16}, {2, 4, 8}, {.size = 64}, {{0, 2}, {1, 4}, {2, 8}}},
          {"odd ring", {5}, {5}, {.size = 5}, {{0, 5}}},
          {"line", {16}, {8}, {.size = 8}, {{0, 8}}},
          {"rows", {8, 4}, {8, 4}, {.size = 8}, {{0, 8}}},
          {"columns", {32, 32}, {4, 8}, {.size = 8, .stride = 4}, {{1, 8}}},
          {"half of a ring", {8}, {8}, {.size = 4}, {{0, 4}}},
          {"half of a line", {16}, {8}, {.size = 4}, {{0, 4}}}};
}

catalog::Platform machine_of(const TorusCase& on) {
  auto machine = tests::torus_machine(on.pod, {on.shape});
  std::get<catalog::Torus>(machine.interconnect).link_bytes_per_second = kLinkRate;
  return machine;
}

double as_flows(const TorusCase& on, Operation operation, double bytes) {
  return tests::isolated([&] {
           const auto machine = machine_of(on);
           collective::Machine links(machine, platform::smallest_slice(machine), false);
           auto library = tests::paper_library(0, kHop);
           library.algorithms[catalog::Algorithm::torus][catalog::Protocol::simple].chunk_bytes = bytes / kChunks;
           const auto schedule = plan(links, {operation, on.group, bytes}, library);
           return std::vector{step::simulate_collectives(links.network(), {{schedule, bytes}}).front().seconds};
         })
      .front();
}

double by_messages(const TorusCase& on, Operation operation, double bytes) {
  const auto slice = platform::smallest_slice(machine_of(on));
  TorusByMessages reference(slice, kLinkRate, kHop, on.lines, bytes);
  switch (operation) {
    case Operation::all_to_all: reference.all_to_all(); break;
    case Operation::send_receive: reference.send_receive(); break;
    case Operation::broadcast: reference.broadcast(bytes / kChunks); break;
    default: reference.scatter_and_gather(operation != Operation::all_gather, operation != Operation::reduce_scatter);
  }
  return reference.seconds();
}

void check_on_all(Operation operation, const std::vector<double>& sizes) {
  for (const TorusCase& on : torus_cases()) {
    for (const double bytes : sizes) {
      CAPTURE(on.name, bytes);
      CHECK(as_flows(on, operation, bytes) == Approx(by_messages(on, operation, bytes)).epsilon(0.03));
    }
  }
}

}  // namespace

TEST_CASE("all-reduces along the axes as flows are within 3 % of message by message") {
  check_on_all(Operation::all_reduce, {2 * kTorusMebi, 16 * kTorusMebi, 256 * kTorusMebi});
}

TEST_CASE("reduce-scatters and all-gathers along the axes as flows are within 3 % of message by message") {
  check_on_all(Operation::reduce_scatter, {2 * kTorusMebi, 16 * kTorusMebi});
  check_on_all(Operation::all_gather, {2 * kTorusMebi, 16 * kTorusMebi});
}

TEST_CASE("broadcasts along the axes as flows are within 3 % of message by message") {
  check_on_all(Operation::broadcast, {2 * kTorusMebi, 16 * kTorusMebi});
}

TEST_CASE("all-to-alls on tori and lines as flows are within 3 % of message by message") {
  check_on_all(Operation::all_to_all, {2 * kTorusMebi, 16 * kTorusMebi});
}

TEST_CASE("send-receives on tori and lines as flows are within 3 % of message by message") {
  check_on_all(Operation::send_receive, {2 * kTorusMebi, 16 * kTorusMebi});
}
