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

void write_tidy_header(std::ostream& out, const Alignment& first, const std::string& item) {
  out << item << (first.layers > 1 ? ",layer" : "")
      << (first.heads.size() > first.layers ? ",head" : "")
      << ",target_position,target_token,source_position,source_token,weight"
      << (first.taken.empty() ? "" : ",steps") << kCsvEndOfLine;
}

namespace {

// `first` is what a row begins with.
void write_tidy_rows(std::ostream& out, const Alignment& alignment, const std::string& first,
                     const std::vector<float>& weights) {
  const size_t width = alignment.source.size();
  for (size_t t = 0; t < alignment.target.size(); ++t) {
    const std::string last = alignment.taken.empty()
                                 ? std::string(kCsvEndOfLine)
                                 : fmt::format(",{}{}", alignment.taken[t], kCsvEndOfLine);
    for (size_t s = 0; s < width; ++s) {
      fmt::print(out, "{},{},{},{},{},{}{}", first, t, csv_field(alignment.target[t]), s,
                 csv_field(alignment.source[s]), weights[t * width + s], last);
    }
  }
}

}  // namespace

void write_tidy_rows(std::ostream& out, const Alignment& alignment) {
  if (alignment.heads.empty())
    write_tidy_rows(out, alignment, fmt::format("{}", alignment.sentence), alignment.weights);
  const size_t each = alignment.heads.size() / alignment.layers;
  for (size_t head = 0; head < alignment.heads.size(); ++head) {
    std::string first = fmt::format("{}", alignment.sentence);
    if (alignment.layers > 1) first += fmt::format(",{}", head / each);
    if (each > 1) first += fmt::format(",{}", head % each);
    write_tidy_rows(out, alignment, first, alignment.heads[head]);
  }
}

}  // namespace alinea
