#include "search/line_translator.h"

#include "ops/weight_product.h"
#include "search/shared_translation.h"
#include "search/shown_tokens.h"
#include "search/unknown_positions.h"
#include "support/error.h"

namespace alinea {

namespace {

UnknownReplacement make_replacement(const std::filesystem::path& dictionary) {
  return dictionary.empty() ? UnknownReplacement() : UnknownReplacement(dictionary);
}

}  // namespace

LineTranslator::LineTranslator(std::span<const std::filesystem::path> models,
                               const LineTranslatorOptions& options)
    : models_(models, options.weights),
      source_(models_.models.front(), options.features),
      replacement_(make_replacement(options.dictionary)) {
  for (size_t m = 0; m < models_.models.size(); ++m) {
    EncoderDecoder& network = *models_.models[m].network;
    network.parameters().compute_in(ops::precision_from_name(options.precision));
    options.hard.apply(network, models_.folders[m]);
  }
  if (options.shortlist.empty()) return;
  if (models_.languages.has_features)
    throw Error(
        "a shortlist goes by the words of the source, but the model in {} reads features: leave it "
        "out",
        models_.folders.front().string());
  shortlist_.emplace(options.shortlist, models_.languages.source.vocabulary(),
                     models_.languages.target.vocabulary(), options.shortlisted);
}

void LineTranslator::read(const std::string& text, int64_t max_length, TranslationLine& line) {
  // Features that cannot be read are this line's fault alone.
  try {
    line.source = source_.read(text, max_length);
  } catch (const Error& error) {
    if (!models_.languages.has_features) throw;
    line.fault = error.what();
  }
  const int64_t size = line.source.pair().source_size();
  for (const TranslationModel& model : models_.models)
    if (line.fault.empty()) line.fault = beyond_positions(*model.network, size);
}

void LineTranslator::check(const LineSearchOptions& options) const {
  const TranslatorOptions& translator = options.translator;
  alinea::check(translator.search);
  if (options.max_length < 1 || translator.batch_size < 1)
    throw UsageError("the maximum length and the batch size must be at least 1, not {} and {}",
                     options.max_length, translator.batch_size);
  if (translator.attention_reach < 0)
    throw UsageError("the decoding window must be 0 or more, not {}", translator.attention_reach);
  for (size_t m = 0; m < models_.models.size(); ++m)
    if (translator.attention_reach > 0 && !models_.models[m].network->options().location_aware)
      throw Error(
          "a decoding window goes by where attention looked at the step before, but the attention "
          "of the model in {} is not location-aware: leave it out",
          models_.folders[m].string());
  if (!(translator.ctc_weight >= 0 && translator.ctc_weight <= 1))
    throw UsageError("the CTC weight must be from 0 to 1, not {}", translator.ctc_weight);
  for (size_t m = 0; m < models_.models.size(); ++m)
    if (translator.ctc_weight > 0 && models_.models[m].network->options().ctc_weight == 0)
      throw Error(
          "a CTC weight requires models that were trained with one, but that in {} has no CTC "
          "output layer: leave it out",
          models_.folders[m].string());
  if (translator.search.coverage_penalty > 0) models_.check_attention("for a coverage penalty");
  if (translator.search.extractive.any() && models_.languages.has_features)
    throw Error(
        "extractive weights go by the words of the source, but the model in {} reads features: "
        "leave them out",
        models_.folders.front().string());
  if (!options.replace_unknown) return;
  if (models_.languages.has_features)
    throw Error(
        "unknown words are replaced by words of the source, but the model in {} reads features: "
        "do not replace them",
        models_.folders.front().string());
  const std::string_view tokenizer = models_.languages.target.tokenizer().name();
  if (tokenizer == "sentencepiece" || tokenizer == "subword-nmt")
    throw Error(
        "unknown words are replaced by whole words, but the tokens of the model in {} are pieces "
        "of words: do not replace them",
        models_.folders.front().string());
  models_.check_attention("to replace unknown words by");
}

NBestLists LineTranslator::search(std::span<const TranslationLine> lines,
                                  const LineSearchOptions& options, Group& group) const {
  std::vector<SentencePair> all;
  for (const TranslationLine& line : lines)
    all.push_back(line.fault.empty() ? line.source.pair() : SentencePair{});
  TranslatorOptions how = options.translator;
  if (shortlist_) how.shortlist = &*shortlist_;
  if (options.replace_unknown) how.keep_attention = true;
  return search_lines(all, how,
                      {[&](std::span<const SentencePair> sources, std::span<const size_t> places,
                           const TranslatorOptions& given) {
                         std::vector<Guidance> guidance;
                         for (const size_t i : places) {
                           guidance.push_back(lines[i].request.guidance);
                           if (given.search.extractive.any())
                             guidance.back().source = source_words(lines[i].source);
                         }
                         return translate_together(group, models_.ensemble, sources, given,
                                                   guidance);
                       },
                       [&](size_t i, const Hypothesis& hypothesis) {
                         return text(lines[i], hypothesis, options.replace_unknown);
                       }});
}

std::vector<int32_t> LineTranslator::source_words(const SourceLine& source) const {
  if (models_.models.front().network->copying() != nullptr) return source.ids;
  std::vector<int32_t> words;
  for (const std::string& token : source.tokens)
    words.push_back(models_.languages.target.vocabulary().id(token));
  return words;
}

std::vector<std::string> LineTranslator::tokens(const TranslationLine& line,
                                                const Hypothesis& hypothesis,
                                                bool replace_unknown) const {
  return shown_tokens(models_.languages.target, line.source, hypothesis, line.request.prefix,
                      replace_unknown ? &replacement_ : nullptr);
}

std::string LineTranslator::text(const TranslationLine& line, const Hypothesis& hypothesis,
                                 bool replace_unknown) const {
  return text(tokens(line, hypothesis, replace_unknown));
}

std::string LineTranslator::text(const std::vector<std::string>& tokens) const {
  return models_.languages.target.tokenizer().join(tokens);
}

}  // namespace alinea
