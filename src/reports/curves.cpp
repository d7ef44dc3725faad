#include "reports/curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
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
std::vector<Kind> kinds_of(const TrainingTable& log) {
  std::vector<Kind> kinds = known_kinds();
  std::set<std::string> named = places();
  for (const Kind& kind : kinds) named.insert(kind.columns.begin(), kind.columns.end());
  for (const std::string& column : log.columns)
    if (!named.contains(column)) kinds.push_back({spaced(column), "", {column}});
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
  const std::string name = spaced(log.columns[column]);
  if (!curves.description.empty()) curves.description += "; ";
  curves.description += values.empty() ? name + ": no finite value"
                                       : fmt::format("{}: from {:.4g} to {:.4g}", name,
                                                     values.front(), values.back());
}

// Rows of one update become one: where both have a field, the later counts.
nlohmann::json merged_rows(const TrainingTable& log, const std::vector<size_t>& columns,
                           Curves& curves) {
  std::map<double, nlohmann::json> rows;
  const size_t update = log.column("update").value();
  for (const TrainingTable::Row& row : log.rows) {
    const double at = row[update].value_or(std::nan(""));
    if (!std::isfinite(at)) continue;
    nlohmann::json& merged = rows.try_emplace(at, nlohmann::json::array({at})).first->second;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (merged.size() <= i + 1) merged.push_back(nullptr);
      const nlohmann::json value = drawn(row[columns[i]], curves);
      if (!value.is_null()) merged[i + 1] = value;
    }
  }
  nlohmann::json all = nlohmann::json::array();
  for (auto& [at, row] : rows) all.push_back(std::move(row));
  return all;
}

}  // namespace

std::vector<Curves> make_curves(const TrainingTable& log) {
  std::vector<Curves> all;
  if (!log.column("update") || log.rows.empty()) return all;
  for (Kind& kind : kinds_of(log)) {
    Curves curves{std::move(kind.title), std::move(kind.unit), {}, kind.logarithmic, {}, {}};
    std::vector<size_t> columns;
    for (const std::string& name : kind.columns) {
      const std::optional<size_t> column = log.column(name);
      if (!column || !is_measured(log, *column)) continue;
      columns.push_back(*column);
      curves.series.push_back(name);
      describe(log, *column, curves);
    }
    if (columns.empty()) continue;
    curves.rows = merged_rows(log, columns, curves);
    all.push_back(std::move(curves));
  }
  return all;
}

}  // namespace alinea
