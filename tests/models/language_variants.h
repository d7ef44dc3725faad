// Every kind of language model, as small as it may be.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/language_network.h"

namespace alinea {

struct LanguageVariant {
  std::string name;
  LanguageOptions options;
};

inline constexpr int64_t kLanguageVocabulary = 11;

// causal, masked or bidirectional: every cell, and Transformers with every kind of positions.
std::vector<LanguageVariant> language_variants(const std::string& objective);
std::vector<LanguageVariant> language_variants();  // of all objectives

// With random parameters, biases too.
std::unique_ptr<LanguageNetwork> random_language_model(const LanguageOptions& options,
                                                       uint64_t seed);

}  // namespace alinea
