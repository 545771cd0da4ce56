#include "collective/boxes/tree.hpp"
#include "collective/boxes/visits.hpp"
#include "collective/plan.hpp"
#include "platform/nvlink_boxes.hpp"
#include "platform/switched_boxes.hpp"
#include "step/boxes_by_messages.hpp"
#include "step/collective_run.hpp"
#include "step/isolated.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <numeric>

using namespace podsim;
using collective::Operation;
using tests::BoxesByMessages;
using tests::Member;

namespace {

/// Some chips of a machine of boxes, and a collective over all of them.
class BoxesCase {
 public:
  BoxesCase(catalog::Platform machine, int chips, double bytes)
      : machine_(std::move(machine)), slice_(platform::choose_slice(machine_, chips, {})), bytes_(bytes) {
    if (std::holds_alternative<catalog::SwitchedBoxes>(machine_.interconnect)) {
      boxes_ = std::make_unique<platform::SwitchedBoxesNetwork>(machine_, slice_, platform::NodeFold::none());
    } else {
      boxes_ = std::make_unique<platform::NvlinkBoxesNetwork>(machine_, slice_, platform::NodeFold::none());
    }
    chips_.resize(static_cast<size_t>(boxes_->chips_per_node()));
    std::iota(chips_.begin(), chips_.end(), 0);
    // A pipeline of 32 chunks or more a card.
    timing_ = {.chip_hop_seconds = 1e-6,
               .pcie_hop_seconds = 2e-6,
               .network_hop_seconds = 5e-6,
               .chunk_bytes = std::min(131072.0, bytes / 256)};
  }

  void take_hops_of(double chip_hop_seconds, double network_hop_seconds) {
    timing_.chip_hop_seconds = chip_hop_seconds;
    timing_.pcie_hop_seconds = chip_hop_seconds;
    timing_.network_hop_seconds = network_hop_seconds;
  }

  /// As the program simulates it.
  double fluid(const char* algorithm, Operation operation = Operation::all_reduce) const {
    return tests::isolated([&] {
             catalog::Library library;
             for (const char* name : {"ring", algorithm}) {
               library.algorithms[collective::parse_choice(name).algorithm][catalog::Protocol::simple] = timing_;
             }
             library.architectures["any"] = {};
             collective::Machine links(machine_, slice_, false);
             const collective::Demand demand{operation, {.size = slice_.chips, .stride = 1}, bytes_};
             const auto schedule = plan(links, demand, library, collective::parse_choice(algorithm));
             return std::vector{step::simulate_collectives(links.network(), {{schedule, bytes_}}).front().seconds};
           })
        .front();
  }

  BoxesByMessages messages() const { return {*boxes_, timing_, bytes_}; }

  double ring(Operation operation) const {
    BoxesByMessages reference = messages();
    const bool whole = operation == Operation::all_reduce;
    auto rings = collective_rings();
    const auto is_root = [](const Member& member) { return member.node == 0 && member.chip == 0; };
    for (auto& [card, members] : rings) {
      const double bytes = bytes_ / static_cast<double>(rings.size());
      if (operation == Operation::broadcast) {
        // One chip has the bytes, wherever it stands in each ring.
        std::rotate(members.begin(), std::find_if(members.begin(), members.end(), is_root), members.end());
        reference.chain_broadcast(members, bytes, card);
      } else {
        reference.ring(members, (whole ? 2 : 1) * (slice_.chips - 1), bytes / slice_.chips, card);
      }
    }
    return reference.seconds();
  }

  double tree() const {
    BoxesByMessages reference = messages();
    if (nodes() == 1) {
      const auto visits = collective::rings_in_box(*boxes_, chips_);
      for (const auto& visit : visits) reference.tree(visit, -1, {-1}, bytes_ / static_cast<double>(visits.size()));
      return reference.seconds();
    }
    const auto paths = collective::paths_between_cards(*boxes_, chips_);
    for (const auto& path : paths) {
      for (const auto& parents : two_trees()) {
        reference.tree(path.visit, path.card, parents, bytes_ / 2 / static_cast<double>(paths.size()));
      }
    }
    return reference.seconds();
  }

  std::vector<std::vector<int>> two_trees() const {
    if (nodes() == 1) return {{-1}};
    return {collective::tree_parents(nodes(), false), collective::tree_parents(nodes(), true)};
  }
  std::vector<std::vector<int>> rings_in_box() const { return collective::rings_in_box(*boxes_, chips_); }
  int nodes() const { return slice_.shape[0]; }

 private:
  struct CardRing {
    int card;
    std::vector<Member> members;
  };

  std::vector<CardRing> collective_rings() const {
    std::vector<CardRing> rings;
    const auto add = [&](int card, const collective::Visit& visit) {
      CardRing& ring = rings.emplace_back(CardRing{card, {}});
      for (int node = 0; node < nodes(); ++node) {
        for (const int chip : visit) ring.members.push_back({node, chip});
      }
    };
    if (nodes() == 1) {
      for (const auto& visit : rings_in_box()) add(-1, visit);
    } else {
      for (const auto& path : collective::paths_between_cards(*boxes_, chips_)) add(path.card, path.visit);
    }
    return rings;
  }

  catalog::Platform machine_;
  platform::Slice slice_;
  double bytes_;
  std::unique_ptr<platform::BoxesNetwork> boxes_;
  std::vector<int> chips_;
  catalog::AlgorithmTiming timing_;
};

catalog::Platform box_that_adds(bool network_adds) {
  auto machine = tests::switched_machine(4, 2);
  auto& boxes = std::get<catalog::SwitchedBoxes>(machine.interconnect);
  boxes.reduces = true;
  boxes.network.reduces = network_adds;
  return machine;
}

catalog::Platform fabric_that_adds() {
  auto machine = tests::switched_machine(4, 2);
  std::get<catalog::SwitchedBoxes>(machine.interconnect).network.reduces = true;
  return machine;
}

constexpr double kMebi = 1048576;

}  // namespace

TEST_CASE("rings over boxes as flows are within 3 % of message by message") {
  for (const auto& machine : {tests::dgx_1v(), tests::switched_machine(4, 2)}) {
    for (const int chips : {4, 8, 16, 32}) {
      for (const double bytes : {2 * kMebi, 16 * kMebi, 256 * kMebi}) {
        for (const Operation operation : {Operation::all_reduce, Operation::all_gather, Operation::broadcast}) {
          if (operation == Operation::broadcast && bytes > 16 * kMebi) continue;
          const BoxesCase on(machine, chips, bytes);
          CAPTURE(machine.name, chips, bytes, collective::name_of(operation));
          CHECK(on.fluid("ring", operation) == Approx(on.ring(operation)).epsilon(0.03));
        }
      }
    }
  }
}

TEST_CASE("double binary trees as flows are within 3 % of message by message") {
  for (const auto& machine : {tests::dgx_1v(), tests::switched_machine(4, 2)}) {
    for (const int chips : {4, 8, 16, 32}) {
      for (const double bytes : {2 * kMebi, 16 * kMebi}) {
        const BoxesCase on(machine, chips, bytes);
        CAPTURE(machine.name, chips, bytes);
        CHECK(on.fluid("tree") == Approx(on.tree()).epsilon(0.03));
      }
    }
  }
}

TEST_CASE("double binary trees of long hops, which hide each other, are within 9 % of message by message") {
  // 28 us a chip and 50 us between nodes, as in NCCL 2.5.
  auto machine = tests::dgx_1v();
  std::get<catalog::NvlinkBoxes>(machine.interconnect).network.max_nodes = 8;
  for (const int chips : {8, 16, 32, 64}) {
    for (const double bytes : {kMebi, 4 * kMebi, 8 * kMebi, 16 * kMebi, 32 * kMebi}) {
      BoxesCase on(machine, chips, bytes);
      on.take_hops_of(28e-6, 50e-6);
      CAPTURE(chips, bytes);
      CHECK(on.fluid("tree") == Approx(on.tree()).epsilon(0.09));
    }
  }
}

TEST_CASE("hierarchical all-reduces as flows are within 3 % of message by message") {
  for (const auto& machine : {tests::dgx_1v(), tests::switched_machine(4, 2)}) {
    for (const int chips : {16, 32}) {
      for (const double bytes : {2 * kMebi, 256 * kMebi}) {
        const BoxesCase on(machine, chips, bytes);
        BoxesByMessages reference = on.messages();
        reference.hierarchical(on.rings_in_box());
        CAPTURE(machine.name, chips, bytes);
        CHECK(on.fluid("hierarchical") == Approx(reference.seconds()).epsilon(0.03));
      }
    }
  }
}

TEST_CASE("halving and doubling as flows is within 3 % of message by message") {
  for (const auto& machine : {tests::dgx_1v(), tests::switched_machine(4, 2)}) {
    for (const int chips : {4, 8, 32}) {
      for (const double bytes : {2 * kMebi, 256 * kMebi}) {
        for (const Operation operation : {Operation::all_reduce, Operation::reduce_scatter, Operation::all_gather}) {
          const BoxesCase on(machine, chips, bytes);
          BoxesByMessages reference = on.messages();
          reference.halving_doubling(operation != Operation::all_gather, operation != Operation::reduce_scatter);
          CAPTURE(machine.name, chips, bytes, collective::name_of(operation));
          CHECK(on.fluid("halving_doubling", operation) == Approx(reference.seconds()).epsilon(0.03));
        }
      }
    }
  }
}

TEST_CASE("sums in the switch of a box as flows are within 3 % of message by message") {
  for (const int chips : {4, 8, 32}) {
    for (const double bytes : {2 * kMebi, 16 * kMebi}) {
      const BoxesCase on(box_that_adds(false), chips, bytes);
      BoxesByMessages reference = on.messages();
      reference.nvls(on.two_trees());
      CAPTURE(chips, bytes);
      CHECK(on.fluid(chips == 4 ? "nvls" : "nvls_tree") == Approx(reference.seconds()).epsilon(0.03));
    }
  }
}

TEST_CASE("sums in the switches between boxes as flows are within 3 % of message by message") {
  for (const auto& machine : {box_that_adds(true), fabric_that_adds()}) {
    for (const int chips : {8, 32}) {
      for (const double bytes : {2 * kMebi, 16 * kMebi}) {
        const BoxesCase on(machine, chips, bytes);
        BoxesByMessages reference = on.messages();
        reference.sharp();
        CAPTURE(std::get<catalog::SwitchedBoxes>(machine.interconnect).reduces, chips, bytes);
        CHECK(on.fluid("sharp") == Approx(reference.seconds()).epsilon(0.03));
      }
    }
  }
}

TEST_CASE("all-to-all and send-receive on boxes as flows are within 3 % of message by message") {
  for (const auto& machine : {tests::dgx_1v(), tests::switched_machine(4, 2)}) {
    for (const int chips : {4, 8, 32}) {
      for (const double bytes : {2 * kMebi, 256 * kMebi}) {
        const BoxesCase on(machine, chips, bytes);
        CAPTURE(machine.name, chips, bytes);
        BoxesByMessages everyone = on.messages();
        everyone.all_to_all();
        CHECK(on.fluid("direct", Operation::all_to_all) == Approx(everyone.seconds()).epsilon(0.03));
        BoxesByMessages next = on.messages();
        next.send_receive();
        CHECK(on.fluid("direct", Operation::send_receive) == Approx(next.seconds()).epsilon(0.03));
      }
    }
  }
}
