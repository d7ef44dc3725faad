#include "training/training_log.h"

#include <fmt/format.h>

#include <charconv>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>

#include "support/error.h"

namespace alinea {
namespace {

constexpr std::string_view kEndOfLine = "\r\n";
constexpr std::string_view kHeader =
    "update,epoch,loss,perplexity,learning_rate,gradient_norm,target_tokens_per_second,"
    "arena_bytes,seconds,valid_loss,valid_perplexity,valid_bleu\r\n";

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
std::string kept_rows(const std::filesystem::path& path, int64_t last_update) {
  const std::string text = read_all(path);
  std::string_view rest = text;
  if (take_line(rest) != kHeader) {
    throw Error("{}: expected the header of a training log in line 1; move the file away to resume",
                path.string());
  }
  std::string kept(kHeader);
  for (auto line = take_line(rest); !line.empty(); line = take_line(rest)) {
    int64_t update = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), update);
    if (error != std::errc() || *end != ',' || update > last_update) break;
    kept += line;
  }
  return kept;
}

}  // namespace

TrainingLog::TrainingLog(std::filesystem::path path, int64_t after_update)
    : path_(std::move(path)) {
  const bool resume = after_update > 0 && std::filesystem::exists(path_);
  const std::string begin = resume ? kept_rows(path_, after_update) : std::string(kHeader);
  std::filesystem::path temporary = path_;
  temporary += ".tmp";
  file_.open(temporary, std::ios::binary | std::ios::trunc);
  append(begin);
  std::error_code error;
  std::filesystem::rename(temporary, path_, error);  // the open file follows its name
  if (error) throw Error("{}: cannot write the file: {}", path_.string(), error.message());
}

void TrainingLog::write(const TrainingRecord& record) {
  append(fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}{}", record.update, record.epoch,
                     field(record.loss), field(record.perplexity), record.learning_rate,
                     field(record.gradient_norm), field(record.target_tokens_per_second),
                     record.arena_bytes, record.seconds, field(record.valid_loss),
                     field(record.valid_perplexity), field(record.valid_bleu), kEndOfLine));
}

void TrainingLog::append(const std::string& line) {
  file_ << line << std::flush;
  if (!file_) throw Error("{}: cannot write the file; is the disk full?", path_.string());
}

}  // namespace alinea
