// What a model says of given translations, and how it reads sources.
#include <cmath>
#include <limits>

#include "alinea/attention_tensor.h"
#include "alinea/one_line.h"
#include "alinea/translator_models.h"
#include "alinea/with_threads.h"
#include "reports/link_extraction.h"
#include "reports/make_alignment.h"
#include "search/translator.h"
#include "support/error.h"
#include "support/unanswered.h"

namespace alinea {

namespace {

constexpr int64_t kNoCut = std::numeric_limits<int64_t>::max();

}  // namespace

std::vector<ScoredTranslation> Translator::Models::score(std::span<const Pair> pairs,
                                                         const TranslationScoreOptions& given) {
  const AttentionOf of = attention_of_name(given.attention_of);
  check_reading(given, of);
  const OpenWords::Use words = translator_.use_words();
  std::vector<TranslationLine> lines(pairs.size());
  std::vector<std::vector<int32_t>> targets(pairs.size());
  std::vector<SentencePair> all;
  for (size_t i = 0; i < pairs.size(); ++i) {
    lines[i].fault = no_line(pairs[i].second, "the target");
    if (lines[i].fault.empty()) read_source(pairs[i].first, kNoCut, lines[i]);
    if (lines[i].fault.empty()) targets[i] = translator_.languages().target.encode(pairs[i].second);
    all.push_back(lines[i].fault.empty() ? lines[i].source.pair() : SentencePair{});
    all.back().target = targets[i];
  }
  const std::vector<ScoredPair> results = with_threads(given.threads, [&] {
    return alinea::score(network(), all,
                         {.batch_size = given.batch_size,
                          .keep_attention = given.keep_attention,
                          .keep_energies = given.keep_energies,
                          .keep_token_log_probabilities = true,
                          .attention_of = of});
  });
  std::vector<ScoredTranslation> scored;
  for (size_t i = 0; i < pairs.size(); ++i)
    scored.push_back(make_score(lines[i], pairs[i].second, results[i], of));
  return scored;
}

void Translator::Models::check_reading(const TranslationScoreOptions& given, AttentionOf of) const {
  if (given.batch_size < 1)
    throw UsageError("the batch size must be at least 1, not {}", given.batch_size);
  if (!is_single())
    throw UsageError("a translation is scored by a single model, not by an ensemble of {}",
                     translator_.models().models.size());
  if (given.keep_attention && !network().options().has_attention(of))
    throw Error("the model in {} has no attention that is called {:?}",
                translator_.models().folders.front().string(), given.attention_of);
  if (given.keep_energies && (!given.keep_attention || of != AttentionOf::kCross))
    throw UsageError(
        "energies are kept with attention of the translation to the source: keep that, too");
}

ScoredTranslation Translator::Models::make_score(const TranslationLine& line,
                                                 const std::string& target,
                                                 const ScoredPair& result, AttentionOf of) const {
  ScoredTranslation scored;
  scored.fault = line.fault;
  if (scored.fault.empty() && !std::isfinite(result.log_probability)) scored.fault = kOverflow;
  if (!scored.fault.empty()) return scored;
  scored.log_probability = result.log_probability;
  scored.token_log_probabilities = result.token_log_probabilities;
  scored.source_tokens = source_tokens(line);
  scored.target_tokens = translator_.languages().target.tokens(target);
  if (!result.attention.empty()) {
    const Alignment alignment = make_alignment(
        0, {network().options(), line.source.tokens, scored.target_tokens, result.attention}, of);
    if (of == AttentionOf::kCross && !translator_.languages().has_features)
      for (const Link& link : extract_links(alignment))
        scored.links.emplace_back(link.source, link.target);
    scored.rows = alignment.target;
    scored.columns = alignment.source;
    scored.attention = alignment.weights;
    scored.heads = heads_of(result.attention, std::ssize(alignment.source));
    scored.energies = energies_of(result.attention, std::ssize(alignment.source));
  }
  scored.target_tokens.emplace_back(kEndSymbol);
  return scored;
}

std::vector<EncodedText> Translator::Models::encode(std::span<const std::string> lines,
                                                    const EncodeOptions& given) {
  if (given.batch_size < 1 || given.max_length < 1)
    throw UsageError("the maximum length and the batch size must be at least 1, not {} and {}",
                     given.max_length, given.batch_size);
  if (!is_single())
    throw UsageError("a text is encoded by a single model, not by an ensemble of {}",
                     translator_.models().models.size());
  const OpenWords::Use words = translator_.use_words();
  std::vector<EncodedText> texts(lines.size());
  std::vector<size_t> places;  // of those without a fault
  std::vector<TranslationLine> read(lines.size());
  std::vector<SentencePair> sources;
  for (size_t i = 0; i < lines.size(); ++i) {
    read_source(lines[i], given.max_length, read[i]);
    texts[i].fault = read[i].fault;
    if (!texts[i].fault.empty()) continue;
    texts[i].tokens = source_tokens(read[i]);
    places.push_back(i);
    sources.push_back(read[i].source.pair());
  }
  std::vector<EncodedSource> encoded = with_threads(
      given.threads, [&] { return alinea::encode(network(), sources, given.batch_size); });
  for (size_t e = 0; e < encoded.size(); ++e) {
    texts[places[e]].states = std::move(encoded[e].states);
    texts[places[e]].columns = encoded[e].columns;
  }
  return texts;
}

}  // namespace alinea
