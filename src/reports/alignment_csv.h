// Alignments as text: CSV by RFC 4180 (header row first, lines end in CR LF, fields with a comma,
// a quote or a line break in quotes). Text is UTF-8 and kept as it
// is; a weight has the fewest digits that give the same float back.
#pragma once

#include <ostream>
#include <string>

#include "reports/alignment.h"

namespace alinea {

// The matrix of one sentence pair: the header row holds "target" and the source tokens, each row
// below a target token and its weights.
void write_matrix_csv(std::ostream& out, const Alignment& alignment);

// One table for all sentences, one row per weight:
// sentence,target_position,target_token,source_position,source_token,weight
// and, of several layers or heads, a column `layer` or `head` behind the sentence. All are counted
// from 0. `item` stands for "sentence" where something else is numbered. The header is that of the
// first alignment that has weights: all of a model have its columns.
void write_tidy_header(std::ostream& out, const Alignment& first,
                       const std::string& item = "sentence");
void write_tidy_rows(std::ostream& out, const Alignment& alignment);

}  // namespace alinea
