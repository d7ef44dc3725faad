#include "training/training_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <system_error>

#include "storage/atomic_file.h"
#include "storage/descriptor.h"
#include "storage/is_there.h"
#include "support/error.h"

namespace alinea {
namespace {

constexpr std::string_view kEndOfLine = "\r\n";

std::string speed_column(const TaskTerms& terms) {
  std::string unit = terms.unit;
  std::ranges::replace(unit, ' ', '_');
  return unit + "_per_second";
}

std::string header(const TaskTerms& terms) {
  std::string line = fmt::format(
      "update,epoch,loss,{}learning_rate,gradient_norm,{},arena_bytes,seconds,valid_loss",
      terms.has_perplexity ? "perplexity," : "", speed_column(terms));
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

struct KeptRows {
  std::string text;  // with the header
  int64_t count = 0;
};

// The header and the first rows; the rest may be torn or belong to updates that will run again.
KeptRows first_rows(const std::filesystem::path& path, const std::string& header, int64_t most) {
  const std::string text = read_file(path);
  std::string_view rest = text;
  if (take_line(rest) != header) {
    throw Error(
        "{}: expected the header of this kind of training log in line 1; move the file away to "
        "resume",
        path.string());
  }
  KeptRows kept{header};
  while (kept.count < most) {
    const std::string_view line = take_line(rest);
    if (line.empty()) break;
    kept.text += line;
    ++kept.count;
  }
  return kept;
}

}  // namespace

std::vector<Scalar> scalars(const TaskTerms& terms, const TrainingRecord& record) {
  std::vector<Scalar> all;
  const auto add = [&](const std::string& column, std::optional<double> value) {
    if (value) all.push_back({column, *value});
  };
  add("loss", record.loss);
  if (terms.has_perplexity) add("perplexity", record.perplexity);
  add("learning_rate", record.learning_rate);
  add("gradient_norm", record.gradient_norm);
  add(speed_column(terms), record.units_per_second);
  add("arena_bytes", static_cast<double>(record.arena_bytes));
  add("seconds", record.seconds);
  add("valid_loss", record.valid_loss);
  for (size_t i = 0; i < record.measures.size(); ++i)
    if (!std::isnan(record.measures[i])) add("valid_" + terms.measures[i].name, record.measures[i]);
  return all;
}

TrainingLog::TrainingLog(std::filesystem::path path, const TaskTerms& terms, int64_t kept_rows)
    : path_(std::move(path)),
      has_perplexity_(terms.has_perplexity),
      measures_(terms.measures.size()) {
  const bool resume = kept_rows > 0 && is_there(path_);
  const KeptRows begin =
      resume ? first_rows(path_, header(terms), kept_rows) : KeptRows{header(terms)};
  write_file(path_, begin.text);
  rows_ = begin.count;
  file_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file_ < 0) fail(errno);
}

TrainingLog::~TrainingLog() {
  if (file_ >= 0) ::close(file_);
}

void TrainingLog::write(const TrainingRecord& record) {
  std::string line = fmt::format("{},{},{},", record.update, record.epoch, field(record.loss));
  if (has_perplexity_) line += field(record.perplexity) + ",";
  line += fmt::format("{},{},{},{},{},{}", record.learning_rate, field(record.gradient_norm),
                      field(record.units_per_second), record.arena_bytes, record.seconds,
                      field(record.valid_loss));
  for (size_t i = 0; i < measures_; ++i) {
    const bool is_empty = record.measures.empty() || std::isnan(record.measures[i]);
    line += is_empty ? "," : fmt::format(",{}", record.measures[i]);
  }
  append(line.append(kEndOfLine));
}

void TrainingLog::append(std::string_view line) {
  if (const int error = write_all(file_, line); error != 0) fail(error);
  ++rows_;
}

// Rows go on into a file that was removed, without a word from the system.
void TrainingLog::sync() {
  struct stat status = {};
  if (::fstat(file_, &status) == 0 && status.st_nlink == 0) fail(ENOENT);
  if (::fsync(file_) != 0 && errno != EINVAL) fail(errno);
}

void TrainingLog::fail(int error) const {
  throw Error("cannot write '{}': {}", path_.string(), std::generic_category().message(error));
}

}  // namespace alinea
