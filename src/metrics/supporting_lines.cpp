#include "metrics/supporting_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
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
  std::string sentence;
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
          whole_number(fields[3], "a line of the story", 1, kLargest),
          fields[4],
          weight_of(fields[5])};
}

struct HeadOfQuestion {
  double mass = 0, all = 0;  // of the supporting lines, and of all
};
using Heads = std::map<std::pair<int64_t, int64_t>, HeadOfQuestion>;  // by layer and head

// One question at a time.
class SupportCounter {
 public:
  explicit SupportCounter(const StoryCorpus& questions) : questions_(questions) {}

  void add(const TableRow& row) {
    if (row.question < question_)
      throw Error("expected questions in ascending order, got {} behind {}", row.question,
                  question_);
    if (row.question > question_) begin(row.question);
    check_sentence(row);
    lines_[row.line] += row.weight;
    HeadOfQuestion& head = heads_[{row.layer, row.head}];
    if (supports(row.line)) head.mass += row.weight;
    head.all += row.weight;
  }

  SupportingLines result() {
    begin(questions_.size());
    const double count = static_cast<double>(std::max<int64_t>(total_.questions, 1));
    for (double* sum : {&total_.mass, &total_.uniform, &total_.first}) *sum /= count;
    for (auto& [head, of_head] : total_.heads)
      of_head.mass /= static_cast<double>(std::max<int64_t>(of_head.questions, 1));
    return total_;
  }

 private:
  // The table has rows of each question.
  void begin(int64_t question) {
    finish();
    if (question > question_ + 1)
      throw Error("question {} has no rows: expected a table of the same {}", question_ + 1,
                  counted(questions_.size(), "question"));
    question_ = question;
  }

  const std::string* text_of(int64_t line) const {
    if (questions_.story_line(question_) == line) return &questions_.text(question_);
    for (int64_t i = 0; i < questions_.facts(question_); ++i)
      if (questions_.story_line(question_, i) == line) return &questions_.text(question_, i);
    return nullptr;
  }
  void check_sentence(const TableRow& row) const {
    const std::string* text = text_of(row.line);
    if (text == nullptr)
      throw Error("line {} is no fact of question {}: expected a table of the same stories",
                  row.line, row.question);
    if (*text != row.sentence)
      throw Error(
          "line {} of the story of question {} is '{}', but '{}' in the table: expected a table of "
          "the same stories",
          row.line, row.question, *text, row.sentence);
  }
  bool supports(int64_t line) const {
    return std::ranges::count(questions_.supporting_lines(question_), line) > 0;
  }

  // The mean over the heads that look at something; none where no head does.
  std::optional<double> mass_of(const Heads& heads) {
    double mass = 0;
    int64_t looking = 0;
    for (const auto& [head, of_head] : heads) {
      SupportingLines::Head& total = total_.heads[head];
      if (of_head.all == 0) continue;
      ++looking;
      ++total.questions;
      total.mass += of_head.mass;
      mass += of_head.mass;
    }
    if (looking == 0) return std::nullopt;
    return mass / static_cast<double>(looking);
  }

  void finish() {
    const std::map<int64_t, double> lines = std::exchange(lines_, {});
    const Heads heads = std::exchange(heads_, {});
    if (lines.empty()) return;
    if (questions_.supporting_lines(question_).empty()) {
      ++total_.without;
      return;
    }
    const std::optional<double> mass = mass_of(heads);
    if (!mass) {
      ++total_.without_weights;
      return;
    }
    ++total_.questions;
    total_.mass += *mass;
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
  std::map<int64_t, double> lines_;  // of the question, summed over heads
  Heads heads_;                      // of the question
  SupportingLines total_;
};

}  // namespace

std::string SupportingLines::to_string() const {
  std::string text = fmt::format(
      "supporting lines: {:.4f} of the attention (uniform {:.4f}); heaviest fact {:.4f}; {}", mass,
      uniform, first, counted(questions, "question"));
  for (const auto& [place, head] : heads) {
    text += fmt::format("\nlayer {} head {}: ", place.first, place.second);
    if (head.questions == 0) {
      text += "left out, looks at nothing";
      continue;
    }
    text += fmt::format("{:.4f}", head.mass);
    if (head.questions < questions)
      text += fmt::format(" of {}", counted(head.questions, "question"));
  }
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
  try {
    return counter.result();
  } catch (const Error& error) {
    throw Error("'{}': {}", table.string(), error.what());
  }
}

}  // namespace alinea
