// Lines of text through the models of a translation: what `alinea translate` and the library have
// in common.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "distributed/group.h"
#include "search/hard_attention.h"
#include "search/model_source.h"
#include "search/shortlist.h"
#include "search/source_line.h"
#include "search/translation_models.h"
#include "search/translation_requests.h"
#include "search/unknown_replacement.h"

namespace alinea {

// What belongs to the models, and is the same for every line.
struct LineTranslatorOptions {
  std::vector<double> weights = {};  // of the models; none: equal
  std::string precision = "f32";     // as precision_from_name has it
  HardAttentionOptions hard = {};
  FeatureFileOptions features = {};
  std::filesystem::path shortlist = {};  // none: every word
  ShortlistOptions shortlisted = {};
  std::filesystem::path dictionary = {};  // of words in the place of <unk>; may be empty
};

// How lines are translated.
struct LineSearchOptions {
  TranslatorOptions translator = {};
  bool replace_unknown = false;
  int64_t max_length = 1000;  // longer source lines are cut to this many tokens
};

// A source line on its way.
struct TranslationLine {
  SourceLine source = {};
  TranslationRequests::Request request = {};
  std::string fault = {};  // of a line that is no text, or too long: it is not translated
};

class LineTranslator {
 public:
  // Throws Error where models cannot be loaded or do not go together, UsageError for options that
  // are out of range.
  LineTranslator(std::span<const std::filesystem::path> models,
                 const LineTranslatorOptions& options);
  LineTranslator(const LineTranslator&) = delete;
  LineTranslator& operator=(const LineTranslator&) = delete;

  const TranslationModels& models() const { return models_; }
  const Languages& languages() const { return models_.languages; }
  const ModelSource& source() const { return source_; }

  // The tokens or features of a line, or why the models cannot read it. Not for several threads at
  // once.
  void read(const std::string& text, int64_t max_length, TranslationLine& line);

  // Of models that copy words of their source: those of lines that are read while it lasts are
  // remembered until it ends. Without any, they are for ever.
  OpenWords::Use use_words() const { return languages().target.use_words(); }

  // Throws UsageError for options out of range, Error for those that the models do not have.
  void check(const LineSearchOptions& options) const;

  // The n best of every line; none of a line with a fault, and of an empty one. Called with the
  // same on all ranks of the group. Several threads may call it at once.
  NBestLists search(std::span<const TranslationLine> lines, const LineSearchOptions& options,
                    Group& group) const;

  // The tokens of a translation, with other words in the place of <unk> where that is wanted, and
  // its text.
  std::vector<std::string> tokens(const TranslationLine& line, const Hypothesis& hypothesis,
                                  bool replace_unknown) const;
  std::string text(const TranslationLine& line, const Hypothesis& hypothesis,
                   bool replace_unknown) const;
  // Of such tokens.
  std::string text(const std::vector<std::string>& tokens) const;

 private:
  // In the target's numbers.
  std::vector<int32_t> source_words(const SourceLine& source) const;

  TranslationModels models_;
  ModelSource source_;
  UnknownReplacement replacement_;
  std::optional<Shortlist> shortlist_;
};

}  // namespace alinea
