#include "reports/curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace alinea {

namespace {

struct Kind {
  std::string title;
  std::string unit;
  std::vector<std::string> columns;
  bool logarithmic = false;
};

// Columns that say where a row stands, and not how training went.
const std::set<std::string>& places() {
  static const std::set<std::string> kPlaces = {"update", "epoch", "seconds", "arena_bytes"};
  return kPlaces;
}

std::vector<Kind> known_kinds() {
  return {{"Loss", "nats", {"loss", "valid_loss"}, /*logarithmic=*/true},
          {"Perplexity", "", {"perplexity", "valid_perplexity"}, /*logarithmic=*/true},
          {"BLEU", "", {"valid_bleu"}},
          {"Accuracy and F1", "shares", {"valid_accuracy", "valid_f1"}},
          {"Learning rate", "", {"learning_rate"}},
          {"Gradient norm", "before clipping", {"gradient_norm"}, /*logarithmic=*/true}};
}

// "target_tokens_per_second" -> "Target tokens per second"
std::string spaced(std::string name) {
  std::ranges::replace(name, '_', ' ');
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') name[0] -= 'a' - 'A';
  return name;
}

// A column that no kind names has curves of its own.
std::vector<Kind> kinds_of(std::span<const NamedLog> runs) {
  std::vector<Kind> kinds = known_kinds();
  std::set<std::string> named = places();
  for (const Kind& kind : kinds) named.insert(kind.columns.begin(), kind.columns.end());
  for (const NamedLog& run : runs)
    for (const std::string& column : run.log.columns)
      if (named.insert(column).second) kinds.push_back({spaced(column), "", {column}});
  return kinds;
}

bool is_measured(const TrainingTable& log, size_t column) {
  return std::ranges::any_of(log.rows,
                             [column](const auto& row) { return row[column].has_value(); });
}

// What is drawn of a value: a logarithm has no place for what is not above 0.
nlohmann::json drawn(const std::optional<double>& value, Curves& curves) {
  if (!value) return nullptr;
  if (std::isfinite(*value) && (!curves.logarithmic || *value > 0)) return *value;
  if (!std::isfinite(*value)) ++curves.gaps;
  return "gap";
}

void describe(const TrainingTable& log, size_t column, Curves& curves) {
  std::vector<double> values;
  for (const TrainingTable::Row& row : log.rows)
    if (row[column] && std::isfinite(*row[column])) values.push_back(*row[column]);
  const std::string name = spaced(curves.series.back());
  if (!curves.description.empty()) curves.description += "; ";
  curves.description += values.empty() ? name + ": no finite value"
                                       : fmt::format("{}: from {:.4g} to {:.4g}", name,
                                                     values.front(), values.back());
}

// Rows of one update, a field for each series.
using MergedRows = std::map<double, nlohmann::json::array_t>;

// Where both of two rows have a field, the later counts.
void merge(const TrainingTable& log, size_t column, Curves& curves, MergedRows& rows) {
  const size_t series = curves.series.size() - 1, update = log.column("update").value();
  for (const TrainingTable::Row& row : log.rows) {
    const double at = row[update].value_or(std::nan(""));
    if (!std::isfinite(at)) continue;
    nlohmann::json::array_t& merged = rows[at];
    merged.resize(std::max(merged.size(), series + 1));
    const nlohmann::json value = drawn(row[column], curves);
    if (!value.is_null()) merged[series] = value;
  }
}

nlohmann::json rows_json(const MergedRows& rows, size_t series) {
  nlohmann::json all = nlohmann::json::array();
  for (const auto& [at, values] : rows) {
    nlohmann::json::array_t row = {at};
    row.insert(row.end(), values.begin(), values.end());
    row.resize(series + 1);
    all.push_back(std::move(row));
  }
  return all;
}

bool has_curves(const NamedLog& run) {
  return run.log.column("update").has_value() && !run.log.rows.empty();
}

}  // namespace

std::vector<Curves> make_curves(std::span<const NamedLog> runs) {
  std::vector<Curves> all;
  for (Kind& kind : kinds_of(runs)) {
    Curves curves{std::move(kind.title), std::move(kind.unit), {}, {}, kind.logarithmic, {}, {}};
    MergedRows rows;
    for (size_t run = 0; run < runs.size(); ++run) {
      if (!has_curves(runs[run])) continue;
      const TrainingTable& log = runs[run].log;
      for (const std::string& name : kind.columns) {
        const std::optional<size_t> column = log.column(name);
        if (!column || !is_measured(log, *column)) continue;
        curves.series.push_back(runs.size() == 1 ? name
                                                 : fmt::format("{}, {}", name, runs[run].name));
        curves.runs.push_back(run);
        describe(log, *column, curves);
        merge(log, *column, curves, rows);
      }
    }
    if (curves.series.empty()) continue;
    curves.rows = rows_json(rows, curves.series.size());
    all.push_back(std::move(curves));
  }
  return all;
}

}  // namespace alinea
