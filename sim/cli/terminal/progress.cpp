#include "cli/terminal/progress.hpp"

#include "results/quantity.hpp"
#include "results/text.hpp"

#include <fmt/format.h>

namespace podsim::cli {
namespace {

constexpr std::size_t kBarColumns = 24;
constexpr std::size_t kLineColumns = 79;
constexpr std::chrono::duration<double> kDrawPeriod{0.1};

}  // namespace

Progress::Progress(std::ostream& out, bool terminal, std::size_t points, std::size_t known)
    : out_(out), terminal_(terminal), points_(points), known_(known), tenths_(share_of(10, known)) {}

std::size_t Progress::share_of(std::size_t whole, std::size_t done) const {
  return points_ == 0 ? whole : whole * done / points_;
}

void Progress::show(std::size_t done, std::chrono::duration<double> elapsed) {
  if (terminal_) {
    if (done < points_ && elapsed - drawn_ < kDrawPeriod) return;
    drawn_ = elapsed;
    out_ << '\r' << results::pad_right(results::cut(bar(done, elapsed.count()), kLineColumns), kLineColumns);
    if (done == points_) out_ << '\n';
  } else {
    const std::size_t tenths = share_of(10, done);
    if (tenths == tenths_) return;
    tenths_ = tenths;
    out_ << fmt::format("{} of {} points ({} %)\n", done, points_, share_of(100, done));
  }
  out_.flush();
}

std::string Progress::bar(std::size_t done, double seconds) const {
  const std::string hashes(share_of(kBarColumns, done), '#');
  const double rate = seconds > 0 ? static_cast<double>(done - known_) / seconds : 0;
  const std::string left =
      rate > 0 && done < points_ ? ", " + results::duration(static_cast<double>(points_ - done) / rate) + " left" : "";
  return fmt::format("[{}] {}/{} points, {} points/s{}", results::pad_right(hashes, kBarColumns), done, points_,
                     results::number(rate), left);
}

}  // namespace podsim::cli
