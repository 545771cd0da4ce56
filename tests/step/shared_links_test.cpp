#include "catalog/lookup/catalog.hpp"
#include "collective/collectives.hpp"
#include "platform/slice.hpp"
#include "step/code/groups.hpp"
#include "step/isolated.hpp"
#include "step/simulation.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace podsim;
using collective::Operation;
using parallel::Await;
using parallel::Start;

namespace {

catalog::Platform shipped(const char* name) { return catalog::Catalog({PODSIM_SOURCE_DIR}).platform(name).value; }

/// One message of each stream, all started at once; the ranks go on when the last has arrived.
struct Meeting {
  catalog::Platform platform;
  int chips = 8;
  platform::NodeFold fold = platform::NodeFold::all();
  std::vector<parallel::Stream> streams;
  std::vector<parallel::Message> messages;  ///< `bytes` in seconds of `rate`
  int stages = 1;                           ///< ranks of the slice in as many equal parts, each a kind
  double rate = 1;                          ///< bytes per second

  parallel::StepProgram program() const {
    parallel::StepProgram program;
    program.streams = streams;
    program.messages = messages;
    for (auto& message : program.messages) message.bytes *= rate;
    for (int stage = 0; stage < stages; ++stage) {
      parallel::Block code;
      for (const bool start : {true, false}) {
        for (int i = 0; i < static_cast<int>(messages.size()); ++i) {
          const auto& place = streams[static_cast<size_t>(messages[static_cast<size_t>(i)].stream)].place;
          const bool member = place.holds(stage * chips / stages);
          const bool send = messages[static_cast<size_t>(i)].operation == Operation::send;
          if (!member && (start || !send)) continue;
          if (member && send && !start) continue;  // it goes on; the receiver waits
          if (start) code.emplace_back(Start{i});
          if (!start) code.emplace_back(Await{i});
        }
      }
      program.add_kind(std::move(code));
    }
    return program;
  }

  double seconds(bool full) const {
    return tests::isolated([&] {
             const auto made = program();
             const auto slice = platform::choose_slice(platform, chips, {});
             step::Case simulated{.name = "meeting", .collectives = {}, .kinds = {}, .programs = {made}, .full = full};
             simulated.collectives = collective::plan_collectives(platform, slice, tests::paper_library(),
                                                                  step::demands_of(made, chips, full),
                                                                  full ? platform::NodeFold::none() : fold);
             const int ranks = full ? chips : stages;
             for (int rank = 0; rank < ranks; ++rank) {
               simulated.kinds.push_back(static_cast<size_t>(rank * stages / ranks));
             }
             step::Simulation simulation;
             simulation.add(simulated);
             return std::vector{simulation.run().front().front().seconds};
           })
        .front();
  }
};

void check(const Meeting& meeting, double seconds) {
  CHECK(meeting.seconds(false) == Approx(seconds).epsilon(1e-6));
  CHECK(meeting.seconds(true) == Approx(seconds).epsilon(1e-6));
}

/// DGX A100: each chip at one NVSwitch port of 300 GB/s and one card of 25 GB/s, of which the share that is reached.
const catalog::SwitchedBoxes& boxes(const catalog::Platform& platform) {
  return std::get<catalog::SwitchedBoxes>(platform.interconnect);
}

}  // namespace

TEST_CASE("gradients of a stage and its activations leave over the same cards") {
  // Two stages of two nodes; of each pair of ranks over nodes the all-reduce sends its bytes once over the card.
  Meeting meeting{.platform = shipped("dgx-a100"),
                  .chips = 32,
                  .fold = {.stride = 1, .count = 2},
                  .streams = {},
                  .messages = {},
                  .stages = 2};
  meeting.rate = boxes(meeting.platform).network.card_rate();
  const collective::Place first{.first = 0, .count = 16, .period = 32};
  meeting.streams = {{{.size = 2, .stride = 8}, first}, {{.size = 2, .stride = 16}, first}};
  const parallel::Message reduce{.stream = 0, .operation = Operation::all_reduce, .bytes = 1};
  const parallel::Message send{.stream = 1, .operation = Operation::send, .bytes = 1};
  meeting.messages = {reduce};
  check(meeting, 1);
  meeting.messages = {send};
  check(meeting, 1);
  // Each has half of the card.
  meeting.messages = {reduce, send};
  check(meeting, 2);
  // Half as much to send: after 1 s it is through, and half of the all-reduce is left.
  meeting.messages[1].bytes = 0.5;
  check(meeting, 1.5);
  // The other stage's gradients have cards of their own, but the activations arrive there.
  meeting.streams.push_back({{.size = 2, .stride = 8}, {.first = 16, .count = 16, .period = 32}});
  meeting.messages = {reduce, send, {.stream = 2, .operation = Operation::all_reduce, .bytes = 1}};
  check(meeting, 2);
  meeting.messages = {reduce, {.stream = 2, .operation = Operation::all_reduce, .bytes = 1}};
  check(meeting, 1);
}

TEST_CASE("a tensor group inside the node does not meet the gradients that leave it") {
  Meeting meeting{.platform = shipped("dgx-a100"), .chips = 32, .streams = {}, .messages = {}};
  const double port = boxes(meeting.platform).chip_rate();
  const double card = boxes(meeting.platform).network.card_rate();
  meeting.streams = {{{.size = 8, .stride = 1}}, {{.size = 4, .stride = 8}}};
  // 2 x 7/8 of its bytes over the port; 2 x 3/4 over the card: 7 s of both.
  const parallel::Message tensor{.stream = 0, .operation = Operation::all_reduce, .bytes = 4 * port};
  const parallel::Message data{.stream = 1, .operation = Operation::all_reduce, .bytes = 7 / 1.5 * card};
  for (const auto& messages : {std::vector{tensor}, std::vector{data}, std::vector{tensor, data}}) {
    meeting.messages = messages;
    check(meeting, 7);
  }
}

TEST_CASE("tensor and data groups of one node share its ports") {
  Meeting meeting{.platform = shipped("dgx-a100"), .chips = 8, .streams = {}, .messages = {}};
  meeting.rate = boxes(meeting.platform).chip_rate();
  meeting.streams = {{{.size = 4, .stride = 1}}, {{.size = 2, .stride = 4}}};
  // Two bytes over four ranks are three over the port, and so are three over two ranks.
  const parallel::Message tensor{.stream = 0, .operation = Operation::all_reduce, .bytes = 2};
  const parallel::Message data{.stream = 1, .operation = Operation::all_reduce, .bytes = 3};
  for (const auto& messages : {std::vector{tensor}, std::vector{data}}) {
    meeting.messages = messages;
    check(meeting, 3);
  }
  meeting.messages = {tensor, data};
  check(meeting, 6);
}

TEST_CASE("an all-to-all beside an all-reduce over the same ports") {
  Meeting meeting{.platform = shipped("dgx-a100"), .chips = 8, .streams = {}, .messages = {}};
  meeting.rate = boxes(meeting.platform).chip_rate();
  meeting.streams = {{{.size = 8, .stride = 1}}, {{.size = 8, .stride = 1}}};
  // 7/8 of 8 bytes, and 2 x 7/8 of 4.
  const parallel::Message rows{.stream = 0, .operation = Operation::all_to_all, .bytes = 8};
  const parallel::Message sum{.stream = 1, .operation = Operation::all_reduce, .bytes = 4};
  for (const auto& messages : {std::vector{rows}, std::vector{sum}}) {
    meeting.messages = messages;
    check(meeting, 7);
  }
  // However the ports are shared, they are never idle until both are through.
  meeting.messages = {rows, sum};
  check(meeting, 14);
}

TEST_CASE("groups along different axes of a torus do not meet, along the same they share it") {
  Meeting meeting{.platform = shipped("tpu-v4-pod"), .chips = 64, .streams = {}, .messages = {}};
  const auto& torus = std::get<catalog::Torus>(meeting.platform.interconnect);
  // Both directions of the links of an axis of 4 x 4 x 4.
  meeting.rate = 2 * torus.link_bytes_per_second * torus.link_efficiency;
  const collective::Group along_x{.size = 4, .stride = 1};
  const collective::Group along_y{.size = 4, .stride = 4};
  const collective::Group across_xy{.size = 16, .stride = 1};
  const auto reduce = [](int stream, double bytes) {
    return parallel::Message{.stream = stream, .operation = Operation::all_reduce, .bytes = bytes};
  };
  // An axis of four sends 2 x 3/4 of the bytes.
  meeting.streams = {{along_x}, {along_y}};
  meeting.messages = {reduce(0, 2)};
  check(meeting, 3);
  meeting.messages = {reduce(0, 2), reduce(1, 2)};
  check(meeting, 3);
  meeting.streams = {{along_x}, {along_x}};
  check(meeting, 6);
  // Two axes: half of the bytes starts on each, 3/4 of it, then 3/4 of a quarter of it on the other, and back.
  meeting.streams = {{across_xy}, {along_y}};
  meeting.messages = {reduce(0, 32)};
  check(meeting, 2 * (12 + 3));
  // What goes along y alone sends 2 x 3/4 of 4 bytes there, at half the rate, while the first part of the other does:
  // 12 s become 18.
  meeting.messages = {reduce(0, 32), reduce(1, 4)};
  check(meeting, 2 * (12 + 3) + 6);
}
