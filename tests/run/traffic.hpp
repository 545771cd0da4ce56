#pragma once

#include "parallel/plan/plan.hpp"
#include "parallel/program.hpp"

#include <cstdint>
#include <optional>

namespace podsim::tests {

/// Messages that one rank sends in a step.
struct Sent {
  int64_t count = 0;
  double payload = 0;  ///< as collectives count bytes
  double bytes = 0;    ///< that leave the rank
};

/// Which messages; absent: all.
struct Which {
  parallel::Traffic traffic{};
  std::optional<collective::Operation> operation{};
  std::optional<double> bytes{};  ///< of one
};

/// What a rank of a stage of the pipeline sends, by the starts of its kind. A send counts where it comes from.
inline Sent sent_of(const parallel::StepProgram& program, const parallel::Plan& plan, const Which& which,
                    int stage = 0) {
  Sent sent;
  parallel::each_instruction(program, program.kinds[static_cast<size_t>(stage)], [&](const auto& code, int64_t times) {
    const auto* start = std::get_if<parallel::Start>(&code);
    if (start == nullptr) return;
    const auto& message = program.messages[static_cast<size_t>(start->message)];
    const auto& stream = program.streams[static_cast<size_t>(message.stream)];
    if (message.traffic != which.traffic || message.operation != which.operation.value_or(message.operation)) return;
    if (message.bytes != which.bytes.value_or(message.bytes)) return;
    const bool one_way = message.operation == collective::Operation::send;
    if (one_way && stream.place.first / plan.mesh().stage_stride() != stage) return;
    sent.count += times;
    sent.payload += static_cast<double>(times) * message.bytes;
    sent.bytes +=
        static_cast<double>(times) * message.bytes * collective::bus_factor(message.operation, stream.group.size);
  });
  return sent;
}

}  // namespace podsim::tests
