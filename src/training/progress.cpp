#include "training/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "support/messages.h"
#include "support/terminal.h"
#include "support/units.h"

namespace alinea {
namespace {

constexpr std::string_view kBeginOfLine = "\r";
constexpr std::string_view kEraseToEnd = "\x1b[K";  // ECMA-48, erase in line
constexpr double kLongest = 100 * 3600.0;           // a longer wait is a guess not worth printing

std::string duration(double seconds) {
  const auto whole = static_cast<int64_t>(seconds);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

// A terminal without the erase sequence says so by its name.
bool can_rewrite() {
  if (messages_are_logged()) return false;
  const char* name = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe)
  return isatty(STDERR_FILENO) == 1 && name != nullptr && std::string_view(name) != "dumb";
}

}  // namespace

std::string to_string(const ProgressFigures& figures) {
  std::string line = fmt::format("update {}  epoch {:.2f}  loss {:.4f}", figures.update,
                                 figures.epoch, figures.loss);
  if (figures.perplexity) line += fmt::format("  perplexity {:.4g}", *figures.perplexity);
  // A terminal of 80 columns shows the time, and cuts what follows.
  const double left = figures.seconds_left.value_or(-1);
  if (left >= 0 && left < kLongest) line += fmt::format("  {} left", duration(left));
  return line + fmt::format("  {:.0f} {}/s  arena {:.1f} MB", figures.units_per_second,
                            figures.unit, static_cast<double>(figures.arena_bytes) / kMegabyte);
}

int64_t terminal_columns() {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

Progress::Progress(std::ostream& out, bool is_terminal, std::function<int64_t()> columns)
    : out_(out), is_terminal_(is_terminal), columns_(std::move(columns)) {}

Progress Progress::on_stderr() { return {std::cerr, can_rewrite()}; }

void Progress::show(const ProgressFigures& figures) {
  line_ = to_string(figures);
  if (!is_terminal_) {
    out_ << std::exchange(line_, {}) << '\n' << std::flush;
    return;
  }
  // The last column stays free: writing there wraps in some terminals.
  line_.resize(std::min(line_.size(), static_cast<size_t>(std::max<int64_t>(columns_() - 1, 0))));
  rewrite(line_);
  out_ << std::flush;
}

// Control sequences are the only ones that reach the terminal as they are.
void Progress::rewrite(std::string_view line) {
  put_control(out_, kBeginOfLine);
  out_ << line;
  put_control(out_, kEraseToEnd);
}

void Progress::message(std::string_view text) {
  if (line_.empty()) {
    out_ << text << '\n' << std::flush;
    return;
  }
  rewrite(text);
  out_ << '\n' << line_ << std::flush;
}

void Progress::finish() {
  if (!std::exchange(line_, {}).empty()) out_ << '\n' << std::flush;
}

}  // namespace alinea
