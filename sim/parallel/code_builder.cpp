#include "parallel/code_builder.hpp"

namespace podsim::parallel {

int CodeBuilder::begin_block() {
  program_.blocks.emplace_back();
  return static_cast<int>(program_.blocks.size()) - 1;
}

int CodeBuilder::begin_kind(int stage, bool takes_input) {
  program_.kinds.push_back({.loops = {}, .takes_input = takes_input, .stage = stage});
  return static_cast<int>(program_.kinds.size()) - 1;
}

void CodeBuilder::add_loop(std::vector<int> blocks, int64_t times) {
  program_.kinds.back().loops.push_back({std::move(blocks), times});
}

int CodeBuilder::add_stream(const collective::Group& group, const collective::Place& place) {
  program_.streams.push_back({group, place});
  return static_cast<int>(program_.streams.size()) - 1;
}

int CodeBuilder::add_message(const Message& message) {
  program_.messages.push_back(message);
  return static_cast<int>(program_.messages.size()) - 1;
}

Work& CodeBuilder::open(Activity activity) {
  auto* last = code().empty() ? nullptr : std::get_if<Work>(&code().back());
  if (last != nullptr && last->activity == activity) return *last;
  const int first = static_cast<int>(program_.operations.size());
  return std::get<Work>(code().emplace_back(Work{.activity = activity, .first = first, .last = first}));
}

void CodeBuilder::work(TimedOperation operation) {
  Work& work = open(operation.activity);
  work.seconds += operation.seconds;
  if (operations_ == Operations::left_out) return;
  program_.operations.push_back(std::move(operation));
  work.last = static_cast<int>(program_.operations.size());
}

void CodeBuilder::work(std::span<const TimedOperation> operations) {
  if (operations.empty()) return;
  Work& work = open(operations.front().activity);
  for (const auto& operation : operations) work.seconds += operation.seconds;
  if (operations_ == Operations::left_out) return;
  program_.operations.insert(program_.operations.end(), operations.begin(), operations.end());
  work.last = static_cast<int>(program_.operations.size());
}

}  // namespace podsim::parallel
