#include "reports/alignment_csv.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "reports/csv.h"

namespace alinea {

void write_matrix_csv(std::ostream& out, const Alignment& alignment) {
  out << "target";
  for (const auto& token : alignment.source) out << ',' << csv_field(token);
  out << kCsvEndOfLine;
  for (size_t t = 0; t < alignment.target.size(); ++t) {
    out << csv_field(alignment.target[t]);
    for (size_t s = 0; s < alignment.source.size(); ++s) {
      fmt::print(out, ",{}", alignment.weight(t, s));
    }
    out << kCsvEndOfLine;
  }
}

void write_tidy_header(std::ostream& out) {
  out << "sentence,target_position,target_token,source_position,source_token,weight"
      << kCsvEndOfLine;
}

void write_tidy_rows(std::ostream& out, const Alignment& alignment) {
  for (size_t t = 0; t < alignment.target.size(); ++t) {
    for (size_t s = 0; s < alignment.source.size(); ++s) {
      fmt::print(out, "{},{},{},{},{},{}{}", alignment.sentence, t, csv_field(alignment.target[t]),
                 s, csv_field(alignment.source[s]), alignment.weight(t, s), kCsvEndOfLine);
    }
  }
}

}  // namespace alinea
