#include "metrics/supporting_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>
#include <vector>

#include "support/counted.h"
#include "support/error.h"
#include "text/columns.h"
#include "text/line_reader.h"

namespace alinea {

namespace {

constexpr std::string_view kStoryTableHeader = "question,layer,head,line,sentence,weight";
constexpr int64_t kLargest = std::numeric_limits<int32_t>::max();

struct TableRow {
  int64_t question, layer, head, line;
  double weight;
};

double weight_of(std::string_view text) {
  double weight = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
  if (error != std::errc() || end != text.data() + text.size() || !(weight >= 0 && weight <= 1.001))
    throw Error("expected a weight from 0 to 1, got '{}'", text);
  return weight;
}

TableRow row_of(std::string_view line, int64_t questions) {
  const std::vector<std::string> fields = csv_fields(line);
  if (fields.size() < 6) throw Error("expected 6 columns or more, got {}", fields.size());
  return {whole_number(fields[0], "a question", 0, questions),
          whole_number(fields[1], "a layer", 0, kLargest),
          whole_number(fields[2], "a head", 0, kLargest),
          whole_number(fields[3], "a line of the story", 1, kLargest), weight_of(fields[5])};
}

// One question at a time.
class SupportCounter {
 public:
  explicit SupportCounter(const StoryCorpus& questions) : questions_(questions) {}

  void add(const TableRow& row) {
    if (row.question < question_)
      throw Error("expected questions in ascending order, got {} behind {}", row.question,
                  question_);
    if (row.question > question_) finish();
    question_ = row.question;
    if (!is_line_of(row.line))
      throw Error("line {} is no fact of question {}: expected a table of the same stories",
                  row.line, row.question);
    lines_[row.line] += row.weight;
    double& mass = heads_[{row.layer, row.head}];
    if (supports(row.line)) mass += row.weight;
  }

  SupportingLines result() {
    finish();
    const double count = static_cast<double>(std::max<int64_t>(total_.questions, 1));
    for (double* sum : {&total_.mass, &total_.uniform, &total_.first}) *sum /= count;
    for (auto& [head, mass] : total_.heads) mass /= count;
    return total_;
  }

 private:
  bool is_line_of(int64_t line) const {
    if (questions_.story_line(question_) == line) return true;
    for (int64_t i = 0; i < questions_.facts(question_); ++i)
      if (questions_.story_line(question_, i) == line) return true;
    return false;
  }
  bool supports(int64_t line) const {
    return std::ranges::count(questions_.supporting_lines(question_), line) > 0;
  }

  void finish() {
    const std::map<int64_t, double> lines = std::exchange(lines_, {});
    const auto heads = std::exchange(heads_, {});
    if (lines.empty()) return;
    if (questions_.supporting_lines(question_).empty()) {
      ++total_.without;
      return;
    }
    ++total_.questions;
    double mass = 0;
    for (const auto& [head, of_head] : heads) {
      total_.heads[head] += of_head;
      mass += of_head;
    }
    total_.mass += mass / static_cast<double>(heads.size());
    double heaviest = -1;
    bool is_first = false;
    int64_t supporting = 0;
    for (const auto& [line, weight] : lines) {
      supporting += supports(line) ? 1 : 0;
      if (line == questions_.story_line(question_) || weight <= heaviest) continue;
      heaviest = weight;
      is_first = supports(line);
    }
    total_.uniform += static_cast<double>(supporting) / static_cast<double>(lines.size());
    total_.first += is_first ? 1 : 0;
  }

  const StoryCorpus& questions_;
  int64_t question_ = -1;
  std::map<int64_t, double> lines_;                      // of the question, summed over heads
  std::map<std::pair<int64_t, int64_t>, double> heads_;  // of the question
  SupportingLines total_;
};

}  // namespace

std::string SupportingLines::to_string() const {
  std::string text = fmt::format(
      "supporting lines: {:.4f} of the attention (uniform {:.4f}); heaviest fact {:.4f}; {}", mass,
      uniform, first, counted(questions, "question"));
  for (const auto& [head, of_head] : heads)
    text += fmt::format("\nlayer {} head {}: {:.4f}", head.first, head.second, of_head);
  return text;
}

SupportingLines supporting_lines(const std::filesystem::path& table, const StoryCorpus& questions) {
  LineReader reader(table);
  std::string line;
  if (!reader.next(line) || !line.starts_with(kStoryTableHeader))
    throw Error("'{}', line 1: expected the columns {}: see answer --attention", table.string(),
                kStoryTableHeader);
  SupportCounter counter(questions);
  while (reader.next(line)) {
    try {
      counter.add(row_of(line, questions.size()));
    } catch (const Error& error) {
      throw Error("'{}', line {}: {}", table.string(), reader.line_number(), error.what());
    }
  }
  return counter.result();
}

}  // namespace alinea
