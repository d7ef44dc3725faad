// training.csv read back: what reports show of a training.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace alinea {

struct TrainingTable {
  // A field that was not measured is nothing. What was measured may be NaN or infinite.
  using Row = std::vector<std::optional<double>>;

  std::vector<std::string> columns;  // as the header names them
  std::vector<Row> rows;             // as many fields as columns

  // Nothing where there is no such column.
  std::optional<size_t> column(std::string_view name) const;
};

// A last line without its end, as a training at work may leave it, is left out; the table is empty
// where the file is. Throws Error where the file cannot be read, and where a line is not a row of
// numbers under the header.
TrainingTable read_training_table(const std::filesystem::path& file);

// Whether a row is that of a validation: some column of one, valid_..., has a value.
bool is_validation(const TrainingTable& table, size_t row);

// The row of the best finite value in a column; of equal ones that with the smallest loss, which is
// another column, and of those the first.
std::optional<size_t> best_row(const TrainingTable& table, size_t column, size_t loss,
                               bool lower_is_better);

}  // namespace alinea
