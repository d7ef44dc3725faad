#include "training/training_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>

#include "support/error.h"

namespace alinea {
namespace {

constexpr std::string_view kEndOfLine = "\r\n";

std::string header(const TaskTerms& terms) {
  std::string unit = terms.unit;
  std::ranges::replace(unit, ' ', '_');
  std::string line = fmt::format(
      "update,epoch,loss,{}learning_rate,gradient_norm,{}_per_second,arena_bytes,seconds,"
      "valid_loss",
      terms.has_perplexity ? "perplexity," : "", unit);
  for (const Measure& measure : terms.measures) line += ",valid_" + measure.name;
  return line.append(kEndOfLine);
}

std::string field(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : std::string();
}

// Takes the next line with its end off the text; nothing where no whole line is left.
std::string_view take_line(std::string_view& text) {
  const size_t end = text.find(kEndOfLine);
  if (end == std::string_view::npos) return {};
  const std::string_view line = text.substr(0, end + kEndOfLine.size());
  text.remove_prefix(line.size());
  return line;
}

std::string read_all(const std::filesystem::path& path) {
  std::ostringstream text;
  std::ifstream file(path, std::ios::binary);
  if (!(file && text << file.rdbuf())) throw Error("{}: cannot read the file", path.string());
  return std::move(text).str();
}

// The header and the rows up to last_update; the rest may be torn or belong to updates that are
// about to run again.
std::string kept_rows(const std::filesystem::path& path, const std::string& header,
                      int64_t last_update) {
  const std::string text = read_all(path);
  std::string_view rest = text;
  if (take_line(rest) != header) {
    throw Error(
        "{}: expected the header of such a training log in line 1; move the file away to resume",
        path.string());
  }
  std::string kept = header;
  for (auto line = take_line(rest); !line.empty(); line = take_line(rest)) {
    int64_t update = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), update);
    if (error != std::errc() || *end != ',' || update > last_update) break;
    kept += line;
  }
  return kept;
}

}  // namespace

TrainingLog::TrainingLog(std::filesystem::path path, const TaskTerms& terms, int64_t after_update)
    : path_(std::move(path)),
      has_perplexity_(terms.has_perplexity),
      measures_(terms.measures.size()) {
  const bool resume = after_update > 0 && std::filesystem::exists(path_);
  const std::string begin = resume ? kept_rows(path_, header(terms), after_update) : header(terms);
  std::filesystem::path temporary = path_;
  temporary += ".tmp";
  file_.open(temporary, std::ios::binary | std::ios::trunc);
  append(begin);
  std::error_code error;
  std::filesystem::rename(temporary, path_, error);  // the open file follows its name
  if (error) throw Error("{}: cannot write the file: {}", path_.string(), error.message());
}

void TrainingLog::write(const TrainingRecord& record) {
  std::string line = fmt::format("{},{},{},", record.update, record.epoch, field(record.loss));
  if (has_perplexity_) line += field(record.perplexity) + ",";
  line += fmt::format("{},{},{},{},{},{}", record.learning_rate, field(record.gradient_norm),
                      field(record.units_per_second), record.arena_bytes, record.seconds,
                      field(record.valid_loss));
  for (size_t i = 0; i < measures_; ++i)
    line += record.measures.empty() ? "," : fmt::format(",{}", record.measures[i]);
  append(line.append(kEndOfLine));
}

void TrainingLog::append(const std::string& line) {
  file_ << line << std::flush;
  if (!file_) throw Error("{}: cannot write the file; is the disk full?", path_.string());
}

}  // namespace alinea
