#include "training/training_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "storage/atomic_file.h"
#include "support/error.h"

namespace alinea {

namespace {

constexpr std::string_view kLineEnd = "\r\n";

std::vector<std::string_view> parts_of(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (size_t end = text.find(separator); end != std::string_view::npos;
       end = text.find(separator)) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + separator.size());
  }
  parts.push_back(text);
  return parts;
}

// False where the text is neither empty nor a number.
bool read_field(std::string_view text, std::optional<double>& value) {
  if (text.empty()) return true;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  value = number;
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::optional<size_t> TrainingTable::column(std::string_view name) const {
  const auto found = std::ranges::find(columns, name);
  if (found == columns.end()) return std::nullopt;
  return static_cast<size_t>(found - columns.begin());
}

TrainingTable read_training_table(const std::filesystem::path& file) {
  const std::string text = read_file(file);
  std::vector<std::string_view> lines = parts_of(text, kLineEnd);
  lines.pop_back();  // nothing, or a line without its end
  TrainingTable table;
  if (lines.empty()) return table;
  for (const std::string_view name : parts_of(lines[0], ",")) table.columns.emplace_back(name);
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string_view> fields = parts_of(lines[i], ",");
    TrainingTable::Row row(fields.size());
    bool good = fields.size() == table.columns.size();
    for (size_t c = 0; c < fields.size(); ++c) good = read_field(fields[c], row[c]) && good;
    if (!good)
      throw Error("{}: expected {} numbers or empty fields in line {}: the log is damaged",
                  file.string(), table.columns.size(), i + 1);
    table.rows.push_back(std::move(row));
  }
  return table;
}

bool is_validation(const TrainingTable& table, size_t row) {
  for (size_t c = 0; c < table.columns.size(); ++c)
    if (table.columns[c].starts_with("valid_") && table.rows[row][c]) return true;
  return false;
}

std::optional<size_t> best_row(const TrainingTable& table, size_t column, size_t loss,
                               bool lower_is_better) {
  constexpr double kNone = std::numeric_limits<double>::infinity();
  const auto rank = [&](size_t row) {
    const std::vector<std::optional<double>>& fields = table.rows[row];
    return std::pair(lower_is_better ? *fields[column] : -*fields[column],
                     fields[loss].value_or(kNone));
  };
  std::optional<size_t> best;
  for (size_t row = 0; row < table.rows.size(); ++row) {
    const std::optional<double>& field = table.rows[row][column];
    if (!field || !std::isfinite(*field)) continue;
    if (!best || rank(row) < rank(*best)) best = row;
  }
  return best;
}

}  // namespace alinea
