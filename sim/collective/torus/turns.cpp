#include "collective/torus/turns.hpp"

namespace podsim::collective {

std::vector<double> part_shares(const std::vector<TorusLine>& lines) {
  std::vector<double> shares;
  double total = 0;
  for (const TorusLine& line : lines) {
    shares.push_back((line.ring ? 2.0 : 1.0) * line.size / (line.size - 1) / line.stride);
    total += shares.back();
  }
  for (double& share : shares) share /= total;
  return shares;
}

std::vector<Turn> scatter_turns(const std::vector<TorusLine>& lines) {
  const std::vector<double> parts = part_shares(lines);
  const size_t turns = lines.size();
  std::vector<Turn> moved(turns);
  for (size_t part = 0; part < turns; ++part) {
    double held = parts[part];
    for (size_t turn = 0; turn < turns; ++turn) {
      const size_t line = (part + turn) % turns;
      const double size = lines[line].size;
      moved[turn][line] = held * (size - 1) / size;
      held /= size;
    }
  }
  return moved;
}

std::vector<Turn> broadcast_turns(const std::vector<TorusLine>& lines) {
  const std::vector<double> parts = part_shares(lines);
  const size_t turns = lines.size();
  std::vector<Turn> moved(turns);
  for (size_t turn = 0; turn < turns; ++turn) {
    for (size_t part = 0; part < turns; ++part) moved[turn][(part + turn) % turns] = parts[part];
  }
  return moved;
}

}  // namespace podsim::collective
