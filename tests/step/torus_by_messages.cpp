#include "step/torus_by_messages.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace podsim::tests {
namespace {

/// Up and down along each axis for each chip.
std::vector<platform::Link> directed_links(const platform::Slice& slice, double bytes_per_second) {
  return std::vector<platform::Link>(2 * slice.shape.size() * static_cast<size_t>(slice.chips),
                                     {"link", bytes_per_second});
}

}  // namespace

TorusByMessages::TorusByMessages(const platform::Slice& slice, double link_bytes_per_second, double hop_seconds,
                                 std::vector<Line> lines, double bytes)
    : slice_(slice),
      hop_seconds_(hop_seconds),
      lines_(std::move(lines)),
      bytes_(bytes),
      messages_(directed_links(slice, link_bytes_per_second)) {
  int stride = 1;
  for (const int size : slice.shape) {
    strides_.push_back(stride);
    stride *= size;
  }
}

bool TorusByMessages::closes(const Line& line) const {
  return slice_.wraps[line.axis] && line.size == slice_.shape[line.axis];
}

int TorusByMessages::moved(int chip, int axis, int steps) const {
  const int size = slice_.shape[axis];
  const int to = ((position(chip, axis) + steps) % size + size) % size;
  return chip + (to - position(chip, axis)) * strides_[axis];
}

std::vector<int> TorusByMessages::path(int from, int to, int axis, bool up) const {
  std::vector<int> links;
  for (int at = from; position(at, axis) != position(to, axis); at = moved(at, axis, up ? 1 : -1)) {
    const auto axes = static_cast<int>(slice_.shape.size());
    links.push_back(2 * (at * axes + axis) + (up ? 0 : 1));
  }
  return links;
}

std::vector<int> TorusByMessages::route(int from, int to) const {
  std::vector<int> links;
  int at = from;
  int places = 0;
  for (const Line& line : lines_) places += position(from, line.axis) + position(to, line.axis);
  for (const Line& line : lines_) {
    const int size = slice_.shape[line.axis];
    const int forward = position(to, line.axis) - position(at, line.axis);
    const int around = (forward + size) % size;
    // Half of those that go half way round go up: by where they start on this axis, and start and end on the others.
    const bool goes_up = (places - position(to, line.axis)) % 2 == 0;
    const bool up = !closes(line) ? forward > 0 : 2 * around < size || (2 * around == size && goes_up);
    const int corner = moved(at, line.axis, forward);
    const auto more = path(at, corner, line.axis, up);
    links.insert(links.end(), more.begin(), more.end());
    at = corner;
  }
  return links;
}

std::vector<double> TorusByMessages::parts() const {
  std::vector<double> parts;
  double sum = 0;
  for (const Line& line : lines_) {
    parts.push_back((closes(line) ? 2.0 : 1.0) * line.size / (line.size - 1));
    sum += parts.back();
  }
  for (double& part : parts) part *= bytes_ / sum;
  return parts;
}

/// The chips of each group, the first axis fastest.
std::vector<std::vector<int>> TorusByMessages::groups() const {
  std::vector<std::vector<int>> groups;
  for (int first = 0; first < slice_.chips; ++first) {
    const bool starts = std::all_of(lines_.begin(), lines_.end(),
                                    [&](const Line& line) { return position(first, line.axis) % line.size == 0; });
    if (!starts) continue;
    std::vector<int> chips{first};
    for (const Line& line : lines_) {
      const std::vector<int> before = chips;
      chips.clear();
      for (int step = 0; step < line.size; ++step) {
        for (const int chip : before) chips.push_back(moved(chip, line.axis, step));
      }
    }
    groups.push_back(std::move(chips));
  }
  return groups;
}

void TorusByMessages::pass_round(const std::vector<int>& chips, const std::vector<int>& queues,
                                 const std::vector<double>& rounds, const std::vector<After>& starts,
                                 std::vector<After>& got) {
  const size_t size = chips.size();
  std::vector<After> last(size);
  for (size_t i = 0; i < size; ++i) last[i] = starts[chips[i]];
  for (const double bytes : rounds) {
    std::vector<After> next(size);
    for (size_t i = 0; i < size; ++i) next[(i + 1) % size] = {messages_.send(queues[i], bytes, last[i])};
    last = std::move(next);
  }
  for (size_t i = 0; i < size; ++i) got[chips[i]].insert(got[chips[i]].end(), last[i].begin(), last[i].end());
}

std::vector<After> TorusByMessages::round_lines(const Line& line, double block, bool half_first,
                                                const std::vector<After>& starts) {
  std::vector<After> got(static_cast<size_t>(slice_.chips));
  const int size = line.size;
  for (int first = 0; first < slice_.chips; ++first) {
    if (position(first, line.axis) % size != 0) continue;
    // A closed line is used both ways to the far side, which gets half of a block from either.
    for (const bool up : {true, false}) {
      std::vector<int> steps;
      for (int i = 0; i < size; ++i) {
        // An open line is a ring up over the even places and back over the odd ones.
        const int open = i < (size + 1) / 2 ? 2 * i : 2 * (size - i) - 1;
        steps.push_back(!closes(line) ? open : up ? i : (size - i) % size);
      }
      if (!closes(line) && !up) continue;
      std::vector<int> chips;
      std::vector<int> queues;
      for (int i = 0; i < size; ++i) {
        const int from = steps[i];
        const int to = steps[(i + 1) % size];
        chips.push_back(moved(first, line.axis, from));
        queues.push_back(
            queue_over(path(chips.back(), moved(first, line.axis, to), line.axis, closes(line) ? up : to > from)));
      }
      std::vector<double> rounds(static_cast<size_t>(closes(line) ? size / 2 : size - 1), block);
      if (closes(line) && size % 2 == 0) (half_first ? rounds.front() : rounds.back()) = block / 2;
      pass_round(chips, queues, rounds, starts, got);
    }
  }
  return got;
}

void TorusByMessages::scatter_and_gather(bool scatter, bool gather) {
  const size_t turns = lines_.size();
  std::vector<double> held = parts();
  std::vector<After> done(static_cast<size_t>(slice_.chips));
  // A chip starts a turn when it is through with the one before, of all parts.
  const auto take_turn = [&](size_t turn, bool scatters) {
    std::vector<After> next(done.size());
    for (size_t part = 0; part < turns; ++part) {
      const Line& line = lines_[(part + turn) % turns];
      if (scatters) held[part] /= line.size;
      const auto got = round_lines(line, held[part], scatters, done);
      for (size_t chip = 0; chip < got.size(); ++chip) {
        next[chip].insert(next[chip].end(), got[chip].begin(), got[chip].end());
      }
      if (!scatters) held[part] *= line.size;
    }
    done = std::move(next);
  };
  for (size_t turn = 0; turn < turns; ++turn) {
    if (scatter) {
      take_turn(turn, true);
    } else {
      for (size_t part = 0; part < turns; ++part) held[part] /= lines_[turn].size;
    }
  }
  for (size_t turn = turns; gather && turn-- > 0;) take_turn(turn, false);
}

void TorusByMessages::spread(const Line& line, int root, double bytes, double chunk_bytes, const After& start,
                             std::vector<After>& there, std::vector<After>& sent) {
  const int ways = closes(line) ? 2 : 1;
  const int count = std::max(1, static_cast<int>(std::lround(bytes / ways / chunk_bytes)));
  for (int way = 0; way < ways; ++way) {
    std::vector<After> before(static_cast<size_t>(count), start);
    for (int step = 0; step + 1 < line.size; ++step) {
      const int sign = way == 0 ? 1 : -1;
      const int from = moved(root, line.axis, sign * step);
      const int to = moved(root, line.axis, sign * (step + 1));
      const int queue = queue_over(path(from, to, line.axis, way == 0));
      for (After& chunk : before) chunk = {messages_.send(queue, bytes / ways / count, chunk)};
      there[to].push_back(before.back().front());
      sent[from].push_back(before.back().front());
    }
  }
}

void TorusByMessages::broadcast(double chunk_bytes) {
  const std::vector<double> start = parts();
  const size_t turns = lines_.size();
  for (const auto& group : groups()) {
    std::vector<std::vector<int>> have(turns, {group.front()});
    std::vector<std::vector<After>> there(turns, std::vector<After>(static_cast<size_t>(slice_.chips)));
    // A chip starts a turn when it has all of a part, and has sent what it had to in the turn before.
    std::vector<After> busy(static_cast<size_t>(slice_.chips));
    for (size_t turn = 0; turn < turns; ++turn) {
      std::vector<After> sent(busy.size());
      for (size_t part = 0; part < turns; ++part) {
        const Line& line = lines_[(part + turn) % turns];
        std::vector<int> now;
        for (const int root : have[part]) {
          After first = there[part][root];
          first.insert(first.end(), busy[root].begin(), busy[root].end());
          spread(line, root, start[part], chunk_bytes, first, there[part], sent);
          for (int step = 0; step < line.size; ++step) now.push_back(moved(root, line.axis, step));
        }
        have[part] = std::move(now);
      }
      busy = std::move(sent);
    }
  }
}

void TorusByMessages::all_to_all() {
  for (const auto& group : groups()) {
    for (const int from : group) {
      for (const int to : group) {
        if (from != to) messages_.send(queue_over(route(from, to)), bytes_ / static_cast<double>(group.size()));
      }
    }
  }
}

void TorusByMessages::send_receive() {
  for (const auto& group : groups()) {
    for (size_t i = 0; i < group.size(); ++i) {
      messages_.send(queue_over(route(group[i], group[(i + 1) % group.size()])), bytes_);
    }
  }
}

}  // namespace podsim::tests
