// How validations judge translations.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "metrics/references.h"
#include "metrics/script.h"
#include "options/options.h"
#include "tasks/translation_measure.h"
#include "text/language.h"
#include "training/training_options.h"

namespace alinea {

struct ValidationOptions {
  std::string tokenize = "auto";  // a BLEU tokenisation, or the one that suits the references
  ScriptOptions script;

  void visit(FieldList& fields);
};

// After parsing: throws UsageError for options that do not go together, Error for a program that
// cannot be run.
void check_validation(const ValidationOptions& options, const TrainingOptions& training);

// The measure of translations that --validate-by names; nothing for perplexity. `references` reads
// those in the target language, where they are needed. Writes to stderr what BLEU takes for words.
// Throws Error where BLEU cannot tell a good translation from a bad one, since no reference has
// four words.
std::optional<TranslationMeasure> make_measure(const std::string& validate_by,
                                               const ValidationOptions& options,
                                               const Language& target,
                                               const std::function<References()>& references);

}  // namespace alinea
