// The models of a Translator, and what its calls do with them.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "alinea/translate.h"
#include "search/line_translator.h"

namespace alinea {

class Translator::Models {
 public:
  Models(std::span<const std::filesystem::path> folders, const TranslationOptions& given,
         const LoadOptions& load);

  std::vector<TranslationAnswer> answer(std::span<const TranslationRequest> requests,
                                        const TranslationOptions& given,
                                        const TranslationCallbacks& callbacks);
  std::vector<ScoredTranslation> score(std::span<const Pair> pairs,
                                       const TranslationScoreOptions& given);
  std::vector<EncodedText> encode(std::span<const std::string> lines, const EncodeOptions& given);
  bool has_attention() const;

  const TranslationOptions options;

 private:
  const EncoderDecoder& network() const { return *translator_.models().models.front().network; }
  bool is_single() const { return translator_.models().models.size() == 1; }
  void read_source(const std::string& text, int64_t max_length, TranslationLine& line);
  std::vector<std::string> source_tokens(const TranslationLine& line) const;

  // Of answers.
  LineSearchOptions checked_options(const TranslationOptions& given) const;
  TranslationLine read(size_t number, const TranslationRequest& request,
                       const TranslationOptions& given);
  void watch(std::span<const TranslationLine> lines, const TranslationCallbacks& callbacks,
             LineSearchOptions& how);
  TranslationAnswer make_answer(const TranslationLine& line, const std::vector<Hypothesis>& found,
                                const LineSearchOptions& how) const;
  Translation translation(const TranslationLine& line, const std::vector<std::string>& source,
                          const Hypothesis& hypothesis, const LineSearchOptions& how) const;

  // Of scores.
  void check_reading(const TranslationScoreOptions& given, AttentionOf of) const;
  ScoredTranslation make_score(const TranslationLine& line, const std::string& target,
                               const ScoredPair& result, AttentionOf of) const;

  LineTranslator translator_;
  std::mutex reading_;  // of sources: files of features are kept open
};

// As the search has them.
LineSearchOptions line_search_options(const TranslationOptions& options);

}  // namespace alinea
