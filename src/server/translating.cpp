// Translations of texts by the fields of one request.
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "options/limits.h"
#include "reports/translation_attention.h"
#include "search/decoding_options.h"
#include "search/phrases.h"
#include "search/shown_tokens.h"
#include "search/source_line.h"
#include "search/translation_requests.h"
#include "search/unknown_positions.h"
#include "server/attention_json.h"
#include "server/line.h"
#include "server/translation_service.h"
#include "support/error.h"
#include "support/unanswered.h"

namespace alinea {

namespace {

using Json = nlohmann::ordered_json;

constexpr double kLongestFactor = 10;  // target tokens of a source token

}  // namespace

void TranslationFields::visit(FieldList& fields) {
  fields.add("beam-size", search.beam_size, "size of the beam; 1 is greedy search")
      .range<int64_t>(1, kWidestBeam)
      .add("n-best", search.n_best,
           "translations of each text, no two the same; with sampling, samples")
      .range<int64_t>(1, kWidestBeam)
      .add("length-penalty", search.length_penalty, "alpha of GNMT's length normalisation; 0: none")
      .range(0.0, kAnyNumber)
      .add("coverage-penalty", search.coverage_penalty,
           "beta of GNMT's coverage penalty; 0: none; requires attention")
      .range(0.0, kAnyNumber)
      .add("max-length-factor", search.max_length_factor,
           "maximum length of a translation: this many times the source's tokens, plus 10")
      .range(0.0, kLongestFactor);
  add_rules(fields, search);
  fields.add("replace-unknown", replace_unknown,
             "replace <unk> with the source word that has the largest weight; requires attention");
  add_sampling(fields, search.sampling, "draw translations at random, n_best of them");
}

class TranslationService::Translation : public Computation {
 public:
  Translation(const TranslationService& service, const TranslationFields& fields)
      : service_(service),
        fields_(fields),
        group_(group_of("translate", service.name(),
                        to_json_fields(fields).dump() + attention_names(fields.attention))) {
    if (fields.replace_unknown) replacement_.emplace();
  }

  std::string group() const override { return group_; }

  std::vector<TextAnswer> run(std::span<const RequestText* const> texts) const override {
    const Languages& languages = service_.languages();
    std::vector<Reading> readings;
    for (const RequestText* text : texts) readings.push_back(read(*text, languages));
    std::vector<SentencePair> sources;
    for (const Reading& reading : readings) sources.push_back(reading.source.pair());
    const TranslatorOptions how = {
        .search = fields_.search,
        .batch_size = batch_for_threads(texts.size()),
        .keep_attention = replacement_ || holds(fields_.attention, AttentionOf::kCross)};
    const NBestLists found = search_lines(
        sources, how,
        {[&](std::span<const SentencePair> some, std::span<const size_t> places,
             const TranslatorOptions& options) {
           std::vector<Guidance> guidance;
           for (const size_t i : places) guidance.push_back(readings[i].guidance);
           return alinea::translate(service_.models_->ensemble, some, options, guidance);
         },
         [&](size_t i, const Hypothesis& hypothesis) {
           return languages.target.tokenizer().join(tokens(languages, readings[i], hypothesis));
         }});
    std::vector<TextAnswer> answers;
    for (size_t i = 0; i < readings.size(); ++i)
      answers.push_back(answer(languages, readings[i], found[i]));
    return answers;
  }

 private:
  struct Reading {
    SourceLine source;
    Guidance guidance;
    std::vector<std::string> prefix;  // tokens
    std::vector<std::string> warnings;
    std::string fault;
  };

  Reading read(const RequestText& text, const Languages& languages) const {
    const int64_t most = service_.options_.max_length;
    Reading reading;
    reading.guidance.number = text.number;
    reading.fault = line_fault(text.text);
    if (reading.fault.empty()) reading.fault = line_fault(text.prefix);
    if (!reading.fault.empty()) return reading;
    reading.source = read_source(languages.source, text.text, most);
    if (reading.source.is_cut())
      reading.warnings.push_back(
          fmt::format("the text was cut from {} to {} tokens", reading.source.length, most));
    for (const TranslationModel& model : service_.models_->models)
      if (reading.fault.empty())
        reading.fault = beyond_positions(*model.network, std::ssize(reading.source.ids));
    reading.prefix = languages.target.tokens(text.prefix);
    reading.guidance.prefix = languages.target.encode(text.prefix);
    reading.guidance.required = known_phrases(
        text.required, languages.target, [&](const std::string& phrase, bool is_empty) {
          if (!is_empty)
            reading.warnings.push_back(fmt::format(
                "ignored the constraint {:?}, which has tokens that the model does not know",
                phrase));
        });
    reading.guidance.avoided =
        known_phrases(text.avoided, languages.target, [](const std::string&, bool) {});
    size_t tokens = reading.prefix.size();
    for (const Guidance::Phrase& phrase : reading.guidance.required) tokens += phrase.size();
    if (std::cmp_greater(tokens, most))
      reading.fault =
          fmt::format("expected at most {} tokens in 'prefix' and 'constraints' together, got {}",
                      most, tokens);
    if (!reading.fault.empty()) reading.source = {};
    return reading;
  }

  std::vector<std::string> tokens(const Languages& languages, const Reading& reading,
                                  const Hypothesis& hypothesis) const {
    return shown_tokens(languages.target, reading.source, hypothesis, reading.prefix,
                        replacement_ ? &*replacement_ : nullptr);
  }

  TextAnswer answer(const Languages& languages, Reading& reading,
                    const std::vector<Hypothesis>& found) const {
    if (!reading.fault.empty()) return {{}, reading.fault};
    if (found.empty() && !reading.source.is_empty()) return {{}, std::string(kNoNextToken)};
    std::vector<std::string> source = reading.source.tokens;
    source.emplace_back(kEndSymbol);
    Json json = {{"source_tokens", std::move(source)}, {"translations", Json::array()}};
    // An empty line is not translated: its translation is empty, and certain.
    if (found.empty())
      json["translations"].push_back({{"text", ""},
                                      {"score", 0.0},
                                      {"log_probability", 0.0},
                                      {"tokens", Json::array()},
                                      {"token_log_probabilities", Json::array()},
                                      {"ended", true}});
    for (const Hypothesis& hypothesis : found)
      json["translations"].push_back(of_hypothesis(languages, reading, hypothesis));
    if (!found.empty()) {
      const Phrases required(reading.guidance.required);
      if (!required.are_held(required.progress(found.front().tokens)))
        reading.warnings.emplace_back("the translation does not contain all of its constraints");
    }
    if (!reading.warnings.empty()) json["warnings"] = reading.warnings;
    return {std::move(json)};
  }

  Json of_hypothesis(const Languages& languages, const Reading& reading,
                     const Hypothesis& hypothesis) const {
    std::vector<std::string> shown = tokens(languages, reading, hypothesis);
    std::string text = languages.target.tokenizer().join(shown);
    if (hypothesis.ended) shown.emplace_back(kEndSymbol);
    Json json = {{"text", std::move(text)},
                 {"score", rounded(hypothesis.score)},
                 {"log_probability", rounded(hypothesis.log_probability)},
                 {"tokens", std::move(shown)},
                 {"token_log_probabilities", rounded(hypothesis.token_log_probabilities)},
                 {"ended", hypothesis.ended}};
    for (const AttentionOf of : fields_.attention)
      json["attention"][attention_name(of)] =
          attention_json(translation_attention(*service_.models_->models.front().network, languages,
                                               {0, reading.source, hypothesis}, of));
    return json;
  }

  const TranslationService& service_;
  TranslationFields fields_;
  std::string group_;
  std::optional<UnknownReplacement> replacement_;
};

std::unique_ptr<Computation> TranslationService::translation(
    const TranslationFields& fields) const {
  TranslationFields given = fields;
  SearchOptions& search = given.search;
  if (search.sampling.enabled) search.beam_size = search.n_best;
  check_attention(given.attention);
  if (given.replace_unknown || search.coverage_penalty > 0) check_attention({AttentionOf::kCross});
  const std::string_view tokenizer = models_->languages.target.tokenizer().name();
  if (given.replace_unknown && (tokenizer == "sentencepiece" || tokenizer == "subword-nmt"))
    throw RequestError(
        Status::kBadRequest,
        "'replace_unknown' replaces words, but the tokens of '{}' are pieces of words", name());
  try {
    check(search);
  } catch (const UsageError& error) {
    throw RequestError(Status::kBadRequest, error.what());
  }
  return std::make_unique<Translation>(*this, given);
}

}  // namespace alinea
