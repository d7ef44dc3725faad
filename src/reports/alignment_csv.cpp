#include "reports/alignment_csv.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <string_view>

namespace alinea {

namespace {

constexpr std::string_view kEndOfLine = "\r\n";

std::string field(std::string_view text) {
  if (text.find_first_of("\",\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char byte : text) {
    if (byte == '"') quoted += '"';
    quoted += byte;
  }
  return quoted + '"';
}

}  // namespace

void write_matrix_csv(std::ostream& out, const Alignment& alignment) {
  out << "target";
  for (const auto& token : alignment.source) out << ',' << field(token);
  out << kEndOfLine;
  for (size_t t = 0; t < alignment.target.size(); ++t) {
    out << field(alignment.target[t]);
    for (size_t s = 0; s < alignment.source.size(); ++s) {
      fmt::print(out, ",{}", alignment.weight(t, s));
    }
    out << kEndOfLine;
  }
}

void write_tidy_header(std::ostream& out) {
  out << "sentence,target_position,target_token,source_position,source_token,weight" << kEndOfLine;
}

void write_tidy_rows(std::ostream& out, const Alignment& alignment) {
  for (size_t t = 0; t < alignment.target.size(); ++t) {
    for (size_t s = 0; s < alignment.source.size(); ++s) {
      fmt::print(out, "{},{},{},{},{},{}{}", alignment.sentence, t, field(alignment.target[t]), s,
                 field(alignment.source[s]), alignment.weight(t, s), kEndOfLine);
    }
  }
}

}  // namespace alinea
