// A translation model, or an ensemble of them, that is served: translations, and what the model
// says of given ones.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "options/field_list.h"
#include "reports/link_extraction.h"
#include "search/line_translator.h"
#include "search/search_options.h"
#include "server/attention_kinds.h"
#include "server/computation.h"
#include "server/service.h"

namespace alinea {

inline constexpr int64_t kWidestBeam = 100;

// What a request may say of how its texts are translated.
struct TranslationFields {
  SearchOptions search;
  bool replace_unknown = false;
  AttentionKinds attention = {};  // no field: what is answered beside the translations

  // Fields of translate's options by the same names, and n-best, the number of translations of each
  // text.
  void visit(FieldList& fields);
};

// What a request may say of given translations.
struct PairFields {
  AttentionKinds attention = {};
  bool links = false;  // whether links are answered
  std::string unit = "token";
  LinkExtraction extraction;

  void visit(FieldList& fields);  // those of links
};

class TranslationService : public Service {
 public:
  TranslationService(std::string name, const Paths& folders, const ServiceOptions& options);

  std::string_view kind() const override { return "translation model"; }
  std::vector<std::string> paths() const override;
  nlohmann::ordered_json description() const override;

  // Codes of the languages, where the name of the model is two of them: "de-en". Else "source" and
  // "target".
  const std::string& source_code() const { return source_code_; }
  const std::string& target_code() const { return target_code_; }

  // Throw RequestError where the model has no attention that is asked for, and for fields that do
  // not go together.
  std::unique_ptr<Computation> translation(const TranslationFields& fields) const;
  std::unique_ptr<Computation> scoring(const PairFields& fields) const;

 private:
  class Translation;
  class Scoring;
  void check_attention(const AttentionKinds& kinds) const;
  void measure_attention();
  bool is_ensemble() const { return models().models.size() > 1; }
  const TranslationModels& models() const { return translator_->models(); }
  const Languages& languages() const { return translator_->languages(); }

  std::unique_ptr<LineTranslator> translator_;
  ServiceOptions options_;
  std::string source_code_ = "source", target_code_ = "target";
  nlohmann::ordered_json attention_;  // layers and heads of each kind
};

}  // namespace alinea
