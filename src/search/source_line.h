// Lines of source text on their way through a search.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "search/distinct.h"
#include "search/translator.h"
#include "text/language.h"

namespace alinea {

// What a model reads of a line; without </s>, which batches append.
struct SourceLine {
  std::vector<std::string> tokens;
  std::vector<int32_t> ids;          // one for each
  int64_t length = 0;                // of the line before it was cut
  std::vector<float> features = {};  // in the place of words, [rows, columns]
  int64_t columns = 0;

  bool is_cut() const { return columns == 0 && length > std::ssize(ids); }
  bool is_empty() const { return columns == 0 ? ids.empty() : features.empty(); }
  // Of attention, </s> of words counted.
  int64_t positions() const { return std::ssize(tokens) + (columns == 0 ? 1 : 0); }
  SentencePair pair() const { return {ids, {}, 0, {features, columns}}; }
};

// Cuts a line that has more than `max_length` tokens.
SourceLine read_source(const Language& language, const std::string& line, int64_t max_length);

struct LineSearch {
  // The n best of sources, which have these places among all lines.
  std::function<NBestLists(std::span<const SentencePair> sources, std::span<const size_t> places,
                           const TranslatorOptions& options)>
      translate;
  // What a hypothesis of that line reads like.
  std::function<std::string(size_t place, const Hypothesis& hypothesis)> text;
};

// The n best of every line. An empty one is not searched for and has none. Samples are as they were
// drawn; of what is searched for, no two read the same, and a larger beam (see
// distinct_translations) takes fewer sentences at a time, and no more memory. What watches the
// search is told the places of lines.
NBestLists search_lines(std::span<const SentencePair> lines, const TranslatorOptions& options,
                        const LineSearch& search);

}  // namespace alinea
