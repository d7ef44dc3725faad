#include "tasks/validation_options.h"

#include <fmt/format.h>

#include <iostream>
#include <utility>

#include "distributed/launch.h"
#include "metrics/bleu_tokenizer.h"
#include "options/limits.h"
#include "support/error.h"
#include "support/program_output.h"

namespace alinea {

namespace {

constexpr const char* kSuited = "auto";
constexpr const char* kByBleu = "bleu";
constexpr const char* kByChrf = "chrf";
constexpr const char* kByScript = "translation";  // as Marian names it

std::vector<std::string> tokenizations() {
  std::vector<std::string> names = {kSuited};
  for (std::string& name : bleu_tokenizer_names()) names.push_back(std::move(name));
  return names;
}

// Text that is tokenised already has the words that it shows.
BleuTokenizer tokenizer_of(const ValidationOptions& options, const Language& target,
                           const References& references) {
  if (options.tokenize != kSuited) return bleu_tokenizer_from_name(options.tokenize);
  if (target.tokenizer().is_for_tokenized_text()) return BleuTokenizer::kNone;
  return suited_tokenizer(references);
}

TranslationMeasure make_bleu(const ValidationOptions& options, const Language& target,
                             References references) {
  const BleuTokenizer tokenizer = tokenizer_of(options, target, references);
  constexpr const char* kAdvice = "validate by chrf, or give --valid-tokenize char";
  if (lacks_four_words(tokenizer, references))
    throw Error("BLEU by {} is 0 for all translations, since no reference has four words: {}",
                name_of(tokenizer), kAdvice);
  const std::string objection = objection_to(tokenizer, references);
  if (!objection.empty())
    std::cerr << fmt::format("warning: BLEU by {} {}: {}\n", name_of(tokenizer), objection,
                             kAdvice);
  std::cerr << fmt::format("validation by BLEU, tok:{}, {}\n", name_of(tokenizer),
                           to_signature(number_of_references(references)));
  return bleu_measure(std::move(references), tokenizer);
}

}  // namespace

void ValidationOptions::visit(FieldList& fields) {
  fields.group("Validation")
      .choice("valid-tokenize", tokenize, tokenizations(),
              "what --validate-by bleu takes for words; auto: none with --tokenizer space and "
              "subword-nmt, otherwise zh for Chinese, char for other text without spaces, 13a for "
              "the rest")
      .needs("validate-by", {kByBleu})
      .add("valid-script-path", script.path,
           "program for --validate-by translation: it is given the path of a file of "
           "translations, one per line, and prints a score; higher is better")
      .needs("validate-by", {kByScript})
      .add("valid-script-timeout", script.timeout, "seconds after which that program is killed")
      .range<int64_t>(1, kMostSeconds)
      .needs("validate-by", {kByScript});
}

void check_validation(const ValidationOptions& options, const TrainingOptions& training) {
  const std::string& measure = training.trainer.validate_by;
  if (measure != kByScript) return;
  if (options.script.path.empty())
    throw UsageError("--validate-by translation requires a program: give --valid-script-path");
  if (launched() && static_cast<double>(options.script.timeout) >= training.ranks.timeout)
    throw UsageError(
        "--valid-script-timeout {} is not below --rank-timeout {}, after which the other ranks no "
        "longer wait: change one of them",
        options.script.timeout, training.ranks.timeout);
  check_program(options.script.path);
}

std::optional<TranslationMeasure> make_measure(const std::string& validate_by,
                                               const ValidationOptions& options,
                                               const Language& target,
                                               const std::function<References()>& references) {
  if (validate_by == kByBleu) return make_bleu(options, target, references());
  if (validate_by == kByChrf) return chrf_measure(references());
  if (validate_by == kByScript) return script_measure(options.script);
  return std::nullopt;
}

}  // namespace alinea
