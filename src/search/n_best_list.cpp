#include "search/n_best_list.h"

#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "support/counted.h"
#include "support/error.h"

namespace alinea {

namespace {

constexpr std::string_view kBar = "|||";

// Each missing id is a line without a translation. More of them in a row are a damaged number.
constexpr int64_t kMostMissing = 1'000'000;

// Of ASCII alone: what else a text begins or ends with is its own.
std::string_view stripped(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Between the bars that stand by themselves.
std::vector<std::string_view> split_fields(std::string_view line) {
  std::vector<std::string_view> fields;
  size_t begin = 0;
  for (size_t at = line.find(kBar); at != std::string_view::npos; at = line.find(kBar, at + 1)) {
    const bool is_alone = (at == 0 || line[at - 1] == ' ') &&
                          (at + kBar.size() == line.size() || line[at + kBar.size()] == ' ');
    if (!is_alone) continue;
    fields.push_back(stripped(line.substr(begin, at - begin)));
    begin = at + kBar.size();
  }
  fields.push_back(stripped(line.substr(begin)));
  return fields;
}

template <typename Number>
std::optional<Number> read_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

NBestReader::Line NBestReader::parse(const std::string& line) const {
  const auto fail = [](const std::string& what) { throw Error("{}", what); };
  const std::vector<std::string_view> fields = split_fields(line);
  if (fields.size() < 3 || fields.size() > 4)
    fail(
        fmt::format("expected 'id ||| text ||| score', with or without features before the score, "
                    "got {}",
                    counted(fields.size(), "field")));
  const std::optional<int64_t> id = read_number<int64_t>(fields[0]);
  if (!id || *id < 0) fail(fmt::format("expected a whole number as the id, got {:?}", fields[0]));
  if (*id < last_id_)
    fail(fmt::format("expected the ids in ascending order, but {} comes behind {}", *id, last_id_));
  if (*id - last_id_ > kMostMissing)
    fail(fmt::format("expected an id of at most {}, {} above the last one, got {}",
                     last_id_ + kMostMissing, kMostMissing, *id));
  const std::optional<double> score = read_number<double>(fields.back());
  if (!score || std::isnan(*score) || *score == HUGE_VAL)
    fail(fmt::format("expected a number as the score, got {:?}", fields.back()));
  return {*id,
          {std::string(fields[1]), fields.size() == 4 ? std::string(fields[2]) : std::string(),
           *score, lines_.line_number()}};
}

bool NBestReader::read_line() {
  std::string line, fault;
  // A terminal would be asked for more behind its end.
  while (!is_at_end_ && !(is_at_end_ = !lines_.next(line, fault))) {
    try {
      if (!fault.empty()) throw Error("{}", fault);
      waiting_ = parse(line);
      last_id_ = waiting_->id;
      return true;
    } catch (const Error& error) {
      if (!pass_over_)
        throw Error("'{}', line {}: {}", lines_.name(), lines_.line_number(), error.what());
      pass_over_(lines_.line_number(), error.what());
    }
  }
  return false;
}

bool NBestReader::next(NBestEntries& entries) {
  if (!waiting_ && !read_line()) return false;
  entries = {waiting_->id, {}};
  do {
    entries.entries.push_back(std::move(waiting_->entry));
    waiting_.reset();
  } while (read_line() && waiting_->id == entries.id);
  return true;
}

}  // namespace alinea
