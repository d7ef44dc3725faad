// Options of translate beyond the best translation: constraints on its output, and sampling.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "options/options.h"
#include "search/search_options.h"
#include "search/shortlist.h"

namespace alinea {

struct DecodingOptions {
  std::string weights;                                   // of the models, as they are given
  std::filesystem::path prefixes, constraints, avoided;  // line for line
  bool replace_unknown = false;
  std::filesystem::path dictionary;
  std::filesystem::path shortlist;
  ShortlistOptions shortlisted;
};

// The options must outlive the table.
FieldList& add_decoding_options(FieldList& table, DecodingOptions& options, SearchOptions& search);

// Throws UsageError for options that do not go together.
void check_decoding_options(const Options& table, const DecodingOptions& options,
                            const SearchOptions& search);

// None where no weights were given. Throws UsageError for a text that is no list of numbers.
std::vector<double> model_weights(const DecodingOptions& options);

}  // namespace alinea
