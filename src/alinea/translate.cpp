#include "alinea/translate.h"

#include <utility>

#include "alinea/one_line.h"
#include "alinea/translator_models.h"
#include "support/error.h"
#include "support/unanswered.h"

namespace alinea {

namespace {

LineTranslatorOptions translator_options(const LoadOptions& load) {
  return {.weights = load.weights,
          .precision = load.precision,
          .hard = {load.hard_attention, load.hard_attention_seed},
          .shortlist = load.shortlist,
          .shortlisted = {load.shortlist_first, load.shortlist_best},
          .dictionary = load.dictionary};
}

// What can be refused before anything is read.
std::span<const std::filesystem::path> checked(std::span<const std::filesystem::path> folders,
                                               const TranslationOptions& options) {
  if (folders.empty()) throw UsageError("expected at least one model folder, got none");
  check(line_search_options(options).translator.search);
  return folders;
}

}  // namespace

Translator::Models::Models(std::span<const std::filesystem::path> folders,
                           const TranslationOptions& given, const LoadOptions& load)
    : options(given), translator_(checked(folders, given), translator_options(load)) {
  translator_.check(line_search_options(given));
}

bool Translator::Models::has_attention() const {
  for (const TranslationModel& model : translator_.models().models)
    if (!model.network->options().has_attention()) return false;
  return true;
}

void Translator::Models::read_source(const std::string& text, int64_t max_length,
                                     TranslationLine& line) {
  line.fault = no_line(text, "the source");
  if (!line.fault.empty()) return;
  const std::lock_guard lock(reading_);
  translator_.read(text, max_length, line);
}

std::vector<std::string> Translator::Models::source_tokens(const TranslationLine& line) const {
  std::vector<std::string> tokens = line.source.tokens;
  if (!translator_.languages().has_features) tokens.emplace_back(kEndSymbol);
  return tokens;
}

Translator::Translator(const std::filesystem::path& model_folder, const TranslationOptions& options,
                       const LoadOptions& load)
    : Translator(std::span(&model_folder, 1), options, load) {}

Translator::Translator(std::span<const std::filesystem::path> model_folders,
                       const TranslationOptions& options, const LoadOptions& load)
    : models_(std::make_unique<Models>(model_folders, options, load)) {}

Translator::Translator(Translator&&) noexcept = default;
Translator& Translator::operator=(Translator&&) noexcept = default;
Translator::~Translator() = default;

std::string Translator::translate(std::string_view line) const {
  return translate_all(std::vector<std::string>{std::string(line)}).front();
}

namespace {

std::vector<TranslationRequest> requests_of(std::span<const std::string> lines) {
  std::vector<TranslationRequest> requests;
  for (const std::string& line : lines) requests.push_back({line});
  return requests;
}

// A line without a translation for other reasons than the search's is no answer.
void check_faults(std::span<const TranslationAnswer> answers) {
  for (const TranslationAnswer& answer : answers)
    if (!answer.fault.empty() && answer.fault != kNoNextToken) throw Error(answer.fault);
}

}  // namespace

std::vector<std::string> Translator::translate_all(std::span<const std::string> lines) const {
  TranslationOptions best = options();
  best.n_best = 1;
  best.keep_attention = best.keep_energies = false;
  std::vector<TranslationAnswer> answers = answer(requests_of(lines), best);
  check_faults(answers);
  std::vector<std::string> texts;
  texts.reserve(answers.size());
  for (TranslationAnswer& answer : answers)
    texts.push_back(answer.translations.empty() ? std::string()
                                                : std::move(answer.translations.front().text));
  return texts;
}

std::vector<std::vector<Translation>> Translator::n_best(std::span<const std::string> lines,
                                                         int64_t n) const {
  TranslationOptions all = options();
  all.n_best = n;
  all.keep_attention = true;
  std::vector<TranslationAnswer> answers = answer(requests_of(lines), all);
  check_faults(answers);
  std::vector<std::vector<Translation>> lists;
  lists.reserve(answers.size());
  for (TranslationAnswer& answer : answers) lists.push_back(std::move(answer.translations));
  return lists;
}

std::vector<TranslationAnswer> Translator::answer(std::span<const TranslationRequest> requests,
                                                  const TranslationOptions& options,
                                                  const TranslationCallbacks& callbacks) const {
  return models_->answer(requests, options, callbacks);
}

std::vector<ScoredTranslation> Translator::score(std::span<const Pair> pairs,
                                                 const TranslationScoreOptions& options) const {
  return models_->score(pairs, options);
}

std::vector<EncodedText> Translator::encode(std::span<const std::string> lines,
                                            const EncodeOptions& options) const {
  return models_->encode(lines, options);
}

const TranslationOptions& Translator::options() const { return models_->options; }

bool Translator::has_attention() const { return models_->has_attention(); }

}  // namespace alinea
