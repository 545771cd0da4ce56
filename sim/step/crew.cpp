#include "step/crew.hpp"

#include "step/code/sharing.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace podsim::step {
namespace {

/// The kind of most work among those that are simulated; of equal ones the first.
size_t busiest_of(const Case& simulated, const parallel::StepProgram& program) {
  size_t busiest = simulated.kinds.front();
  double most = -1;
  for (size_t kind = 0; kind < program.kinds.size(); ++kind) {
    const double seconds = parallel::work_seconds(program, program.kinds[kind]);
    const auto found = std::find(simulated.kinds.begin(), simulated.kinds.end(), kind);
    if (seconds <= most || found == simulated.kinds.end()) continue;
    most = seconds;
    busiest = kind;
  }
  return busiest;
}

/// Whether known times make a difference: a single stream is known as it is, and a single pass is soon over.
bool is_worth_lowering(const parallel::StepProgram& program) {
  return program.streams.size() > 1 ||
         std::any_of(program.kinds.begin(), program.kinds.end(), [](const parallel::RankKind& kind) {
           return std::any_of(kind.loops.begin(), kind.loops.end(),
                              [](const parallel::Loop& loop) { return loop.times > 1; });
         });
}

/// By stream, whether a kind starts all that anyone starts on it. `usages`: by kind.
std::vector<bool> streams_started_whole(const parallel::StepProgram& program, const std::vector<Usage>& usages,
                                        size_t kind) {
  std::vector<bool> whole(program.streams.size(), true);
  for (size_t message = 0; message < program.messages.size(); ++message) {
    if (usages[kind].starts[message] > 0) continue;
    const auto stream = static_cast<size_t>(program.messages[message].stream);
    if (whole[stream]) {
      whole[stream] =
          std::none_of(usages.begin(), usages.end(), [&](const Usage& usage) { return usage.starts[message] > 0; });
    }
  }
  return whole;
}

}  // namespace

Crew::Crew(const Case& simulated, const parallel::StepProgram& program, const Venue& venue)
    : case_(simulated),
      program_(program),
      venue_(venue),
      groups_(program, static_cast<int>(simulated.kinds.size()), simulated.full),
      usages_(usages_of(program)),
      kinds_of_messages_(kinds_of_messages(program, usages_)),
      busiest_(busiest_of(simulated, program)),
      diaries_(program.kinds.size()) {
  make_channels();
  find_sharing();
  own_ = own_messages();
}

void Crew::make_channels() {
  std::map<std::pair<int, int>, size_t> number;  // by stream and first rank
  std::vector<std::vector<Channel::Cargo>> cargo;
  for (size_t i = 0; i < program_.messages.size(); ++i) {
    const auto message = static_cast<int>(i);
    for (const collective::Demand& demand : groups_.demands(message)) {
      const auto [found, is_new] = number.try_emplace({program_.messages[i].stream, demand.instance}, cargo.size());
      if (is_new) {
        cargo.emplace_back();
        stream_of_channel_.push_back(program_.messages[i].stream);
      }
      auto& of_channel = cargo[found->second];
      seats_[{message, demand.instance}] = {found->second, static_cast<int>(of_channel.size())};
      of_channel.push_back({.message = message, .members = 0, .demand = demand});
    }
  }
  for (size_t rank = 0; rank < case_.kinds.size(); ++rank) {
    const Usage& usage = usages_[case_.kinds[rank]];
    for (size_t message = 0; message < program_.messages.size(); ++message) {
      if (usage.starts[message] == 0) continue;
      const Seat& seat_of_rank = seat(static_cast<int>(message), rank);
      ++cargo[seat_of_rank.channel][static_cast<size_t>(seat_of_rank.message)].members;
    }
  }
  for (const auto& of_channel : cargo) channels_.emplace_back(venue_, of_channel);
}

const Crew::Seat& Crew::seat(int message, size_t rank) const {
  const auto first = groups_.of_rank(message, static_cast<int>(rank));
  if (first) return seats_.at({message, *first});
  throw SimulationError(
      fmt::format("{}: rank {} takes part in message {}, but is in none of its groups", case_.name, rank, message));
}

void Crew::find_sharing() {
  std::vector<std::vector<int>> links;
  for (const Channel& channel : channels_) {
    links.push_back(links_of(venue_.collectives.network, channel.schedules()));
  }
  const auto others = sharing(links);
  sharing_.resize(program_.streams.size());
  for (size_t i = 0; i < others.size(); ++i) {
    std::vector<Channel*> channels;
    for (const size_t other : others[i]) {
      channels.push_back(&channels_[other]);
      if (!case_.full) sharing_[static_cast<size_t>(stream_of_channel_[i])].push_back(stream_of_channel_[other]);
    }
    channels_[i].set_sharing(std::move(channels));
  }
}

std::vector<bool> Crew::own_messages() const {
  std::vector<bool> own(program_.messages.size(), false);
  if (case_.full || !is_worth_lowering(program_)) return own;
  std::vector<std::vector<bool>> started_whole;
  for (size_t kind = 0; kind < usages_.size(); ++kind) {
    started_whole.push_back(streams_started_whole(program_, usages_, kind));
  }
  for (size_t message = 0; message < own.size(); ++message) {
    std::vector<size_t> users;
    for (const size_t kind : case_.kinds) {
      if (usages_[kind].uses(message)) users.push_back(kind);
    }
    const auto& sharing = sharing_[static_cast<size_t>(program_.messages[message].stream)];
    own[message] = kinds_of_messages_[message] == 1 && users.size() == 1 &&
                   std::all_of(sharing.begin(), sharing.end(),
                               [&](int stream) { return started_whole[users.front()][static_cast<size_t>(stream)]; });
  }
  return own;
}

std::vector<collective::Demand> Crew::own_demands() const {
  std::vector<collective::Demand> demands;
  for (size_t message = 0; message < own_.size(); ++message) {
    if (own_[message]) demands.push_back(program_.demand(program_.messages[message]));
  }
  return demands;
}

void Crew::make_codes() {
  OwnMessages own{.seconds = {}, .sharing = sharing_};
  for (size_t message = 0; message < own_.size(); ++message) {
    own.seconds.push_back(own_[message] ? venue_.known.at(program_.demand(program_.messages[message])) : std::nullopt);
  }
  const bool lowers = !case_.full && is_worth_lowering(program_);
  for (const parallel::RankKind& kind : program_.kinds) {
    codes_.push_back(lowers ? lowered_code(program_, kind, own) : plain_code(program_, kind));
  }
}

void Crew::make_inputs() {
  const size_t ranks = case_.kinds.size();
  const auto per_node = static_cast<size_t>(case_.ranks_per_node);
  for (size_t first = 0; first < ranks; first += per_node) {
    const size_t end = std::min(ranks, first + per_node);
    int takers = 0;
    for (size_t rank = first; rank < end; ++rank) takers += program_.kinds[case_.kinds[rank]].takes_input ? 1 : 0;
    InputPipeline& input = inputs_.emplace_back(takers, program_.input_seconds);
    for (size_t rank = first; rank < end; ++rank) {
      input_of_rank_.push_back(program_.kinds[case_.kinds[rank]].takes_input ? &input : nullptr);
    }
  }
}

std::vector<Rank::Use> Crew::uses_of(size_t rank) {
  std::vector<Rank::Use> uses;
  for (const int message : codes_[case_.kinds[rank]].messages) {
    const Seat& found = seat(message, rank);
    uses.push_back({&channels_[found.channel], found.message});
  }
  return uses;
}

void Crew::keep_spans(const std::vector<Rank::Use>& uses) {
  if (!case_.spans) return;
  for (const Rank::Use& use : uses) use.channel->keep_spans();
}

void Crew::make_ranks(Rank::Follower& follower) {
  make_codes();
  make_inputs();
  for (size_t rank = 0; rank < case_.kinds.size(); ++rank) {
    const size_t kind = case_.kinds[rank];
    std::vector<Rank::Use> uses = uses_of(rank);
    Diary* diary = nullptr;
    if (!diaries_[kind]) {
      diary = &diaries_[kind].emplace(program_, kinds_of_messages_, codes_[kind], case_.spans && kind == busiest_);
      if (kind == busiest_) keep_spans(uses);
    }
    ranks_.emplace_back(codes_[kind], std::move(uses), input_of_rank_[rank], venue_.clock, diary, follower);
  }
}

}  // namespace podsim::step
