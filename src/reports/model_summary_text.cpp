// A model's summary as people read it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "reports/model_summary.h"
#include "reports/numbers.h"

namespace alinea {

namespace {

using nlohmann::ordered_json;

// As it stands, unless it holds what could steer a terminal or is not to be seen.
std::string plain(const std::string& text) {
  std::string quoted = fmt::format("{:?}", text);
  const bool is_clean = quoted.size() == text.size() + 2 && !text.empty();
  return is_clean ? text : quoted;
}

std::string plain(const ordered_json& value) {
  return value.is_string() ? plain(value.get<std::string>()) : plain(value.dump());
}

// Two columns, the first as wide as its widest name.
class Lines {
 public:
  void add(std::string name, std::string value) {
    width_ = std::max(width_, name.size());
    lines_.emplace_back(std::move(name), std::move(value));
  }

  std::string under(std::string_view title) const {
    if (lines_.empty()) return "";
    std::string text = fmt::format("\n{}\n", title);
    for (const auto& [name, value] : lines_)
      fmt::format_to(std::back_inserter(text), "  {:<{}}  {}\n", name, width_, value);
    return text;
  }

 private:
  size_t width_ = 0;
  std::vector<std::pair<std::string, std::string>> lines_;
};

std::string options_text(const ordered_json& options, std::string_view title) {
  Lines lines;
  for (const auto& [name, value] : options.items()) lines.add(plain(name), plain(value));
  return lines.under(title);
}

std::string parameters_text(const ModelSummary& summary) {
  Lines lines, parts;
  const int64_t all = summary.parameter_count();
  for (const auto& tensor : summary.parameters)
    lines.add(tensor.name,
              fmt::format("{:<16} {:>14}", fmt::format("{}", fmt::join(tensor.shape, " x ")),
                          grouped(tensor.count)));
  for (const auto& [part, count] : summary.parts())
    parts.add(part, fmt::format("{:>14} {:>4.0f}%", grouped(count),
                                100.0 * static_cast<double>(count) / static_cast<double>(all)));
  return parts.under(fmt::format("Parameters: {} in {} tensors, {}", grouped(all),
                                 summary.parameters.size(),
                                 size_text(sizeof(float) * static_cast<uint64_t>(all)))) +
         lines.under("Tensors");
}

std::string vocabularies_text(const ModelSummary& summary) {
  Lines lines;
  for (const auto& tokens : summary.vocabularies) {
    std::vector<std::string> first;
    for (const std::string& token : tokens.first) first.push_back(plain(token));
    const bool has_more = tokens.size > std::ssize(tokens.first);
    lines.add(tokens.name, fmt::format("{:>8}  {}{}", grouped(tokens.size), fmt::join(first, " "),
                                       has_more ? " ..." : ""));
  }
  return lines.under("Vocabularies");
}

std::string files_text(const ModelSummary& summary) {
  Lines lines;
  for (const auto& file : summary.files)
    lines.add(plain(file.name), fmt::format("{:>12}", size_text(file.bytes)));
  return lines.under("Files");
}

std::string measured(const TrainingTable& log, size_t row) {
  std::string text;
  for (size_t c = 0; c < log.columns.size(); ++c)
    if (log.columns[c].starts_with("valid_") && log.rows[row][c])
      fmt::format_to(std::back_inserter(text), ", {} {:.4g}", plain(log.columns[c]),
                     *log.rows[row][c]);
  return text;
}

std::string place(const TrainingTable& log, size_t row) {
  const auto field = [&](std::string_view name) {
    const auto column = log.column(name);
    return (column ? log.rows[row][*column] : std::nullopt).value_or(0);
  };
  return fmt::format("update {:.0f}, epoch {:.2f}, {:.0f} s", field("update"), field("epoch"),
                     field("seconds"));
}

std::string progress_text(const ModelSummary& summary) {
  const TrainingTable& log = summary.log;
  Lines lines;
  const auto add_row = [&](const char* name, std::optional<size_t> row) {
    if (row) lines.add(name, place(log, *row) + measured(log, *row));
  };
  if (!log.rows.empty()) lines.add("last report", place(log, log.rows.size() - 1));
  add_row("last validation", summary.last_validation);
  add_row("best validation", summary.best_validation);
  if (summary.checkpoint) {
    lines.add("resumes from", fmt::format("update {}", summary.checkpoint->update));
    lines.add("updates skipped", std::to_string(summary.checkpoint->skipped));
  }
  return lines.under("State of the training");
}

std::string notes_text(const ModelSummary& summary) {
  std::string text = summary.notes.empty() ? "" : "\nNotes\n";
  for (const std::string& note : summary.notes) text += fmt::format("  {}\n", plain(note));
  return text;
}

}  // namespace

std::string to_text(const ModelSummary& summary) {
  return fmt::format("{} in {}\n", summary.kind, plain(summary.folder.string())) +
         notes_text(summary) + options_text(summary.model, "Model") + parameters_text(summary) +
         vocabularies_text(summary) + files_text(summary) + progress_text(summary) +
         options_text(summary.training, "Training options");
}

}  // namespace alinea
