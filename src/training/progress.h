// Progress for the one who waits: in a terminal a single line rewritten in place, elsewhere (a
// file, a pipe) plain lines. The caller decides how often.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace alinea {

struct ProgressFigures {
  int64_t update = 0;
  double epoch = 0;  // passes over the training data, with the fraction
  double loss = 0;   // nats per unit
  std::optional<double> perplexity;
  double units_per_second = 0;
  std::string unit;                    // "target tokens"
  int64_t arena_bytes = 0;             // high-water mark
  std::optional<double> seconds_left;  // where an end is known
};

// The figures as one line of text, without an end of line.
std::string to_string(const ProgressFigures& figures);

// Columns of the terminal behind stderr, 80 where it does not tell.
int64_t terminal_columns();

class Progress {
 public:
  // columns is asked again for every line, because windows change their size.
  Progress(std::ostream& out, bool is_terminal,
           std::function<int64_t()> columns = terminal_columns);
  // Writes to stderr, in place where that is a terminal that can do so.
  static Progress on_stderr();

  ~Progress() { finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const ProgressFigures& figures);
  // A line that stays, above the one that is rewritten.
  void message(std::string_view text);
  // Leaves the last line standing and moves on to the next one.
  void finish();

  bool is_terminal() const { return is_terminal_; }

 private:
  void rewrite(std::string_view line);

  std::ostream& out_;
  bool is_terminal_;
  std::function<int64_t()> columns_;
  std::string line_;  // what stands in the terminal's last line
};

}  // namespace alinea
