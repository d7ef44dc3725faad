// Options of translate beyond the best translation: constraints on its output, and sampling.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "options/field_list.h"
#include "search/search_options.h"
#include "search/shortlist.h"

namespace alinea {

struct DecodingOptions {
  std::string weights;                                   // of the models, as they are given
  std::string extractive_weights;                        // the same
  std::filesystem::path prefixes, constraints, avoided;  // line for line
  bool replace_unknown = false;
  std::filesystem::path dictionary;
  std::filesystem::path shortlist;
  ShortlistOptions shortlisted;
  SearchOptions search;

  // But for how wide and how long to search, which is in the group of the command.
  void visit(FieldList& fields);
};

// What keeps an output from being short, unknown or repetitive.
void add_rules(FieldList& fields, SearchOptions& search);
// The group "Sampling"; `drawn` says what, and how many of them.
void add_sampling(FieldList& fields, SamplingOptions& sampling, const std::string& drawn);

// None where no weights were given. Throws UsageError for a text that is no list of numbers.
std::vector<double> model_weights(const DecodingOptions& options);

// All 0 where there are none. Throws UsageError for other than four numbers.
ExtractiveWeights extractive_weights(std::span<const double> weights);
// The same of --extractive-weights, which the error names.
ExtractiveWeights extractive_weights(const DecodingOptions& options);

}  // namespace alinea
