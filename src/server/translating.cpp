// Translations of texts by the fields of one request.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "options/limits.h"
#include "reports/make_alignment.h"
#include "reports/translation_attention.h"
#include "search/decoding_options.h"
#include "search/phrases.h"
#include "search/translation_requests.h"
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
        translator_(*service.translator_),
        fields_(fields),
        group_(group_of("translate", service.name(),
                        to_json_fields(fields).dump() + attention_names(fields.attention))) {}

  std::string group() const override { return group_; }

  std::vector<TextAnswer> run(std::span<const RequestText* const> texts,
                              const BatchWatch& watch) const override {
    const OpenWords::Use words = translator_.use_words();
    std::vector<TranslationLine> lines;
    lines.reserve(texts.size());
    std::vector<Warnings> warnings(texts.size());
    for (size_t i = 0; i < texts.size(); ++i) lines.push_back(read(*texts[i], warnings[i]));
    const LineSearchOptions how = {
        .translator = {.search = fields_.search,
                       .batch_size = batch_for_threads(texts.size()),
                       .keep_attention = holds(fields_.attention, AttentionOf::kCross),
                       .watch = {.on_step = telling(lines, texts, watch),
                                 .is_cancelled = watch.is_cancelled}},
        .replace_unknown = fields_.replace_unknown};
    Group alone;
    const NBestLists found = translator_.search(lines, how, alone);
    std::vector<TextAnswer> answers;
    for (size_t i = 0; i < lines.size(); ++i)
      answers.push_back(answer(lines[i], found[i], std::move(warnings[i])));
    return answers;
  }

 private:
  using Warnings = std::vector<std::string>;

  TranslationLine read(const RequestText& text, Warnings& warnings) const {
    const int64_t most = service_.options_.max_length;
    TranslationLine line;
    line.request.guidance.number = text.number;
    line.fault = line_fault(text.text);
    if (line.fault.empty()) line.fault = line_fault(text.prefix);
    if (!line.fault.empty()) return line;
    translator_.read(text.text, most, line);
    if (line.source.is_cut())
      warnings.push_back(
          fmt::format("the text was cut from {} to {} tokens", line.source.length, most));
    guide(text, line, warnings);
    if (!line.fault.empty()) line.source = {};
    return line;
  }

  void guide(const RequestText& text, TranslationLine& line, Warnings& warnings) const {
    const Language& target = service_.languages().target;
    line.request.begin_with(text.prefix, target);
    Guidance& guidance = line.request.guidance;
    guidance.required = known_phrases(
        text.required, target, line.source.ids, [&](const std::string& phrase, bool is_empty) {
          if (!is_empty)
            warnings.push_back(fmt::format(
                "ignored the constraint {:?}, which has tokens that the model cannot write",
                phrase));
        });
    guidance.avoided =
        known_phrases(text.avoided, target, line.source.ids, [](const std::string&, bool) {});
    size_t tokens = line.request.prefix.size();
    for (const Guidance::Phrase& phrase : guidance.required) tokens += phrase.size();
    if (std::cmp_greater(tokens, service_.options_.max_length))
      line.fault =
          fmt::format("expected at most {} tokens in 'prefix' and 'constraints' together, got {}",
                      service_.options_.max_length, tokens);
  }

  // What tells how texts that are watched grow; nothing where none is.
  std::function<void(int64_t, const BestSoFar&)> telling(const std::vector<TranslationLine>& lines,
                                                         std::span<const RequestText* const> texts,
                                                         const BatchWatch& watch) const {
    if (std::ranges::none_of(texts, &RequestText::is_watched)) return {};
    return [this, &lines, texts, &watch](int64_t i, const BestSoFar& best) {
      const auto place = static_cast<size_t>(i);
      if (texts[place]->is_watched)
        watch.on_progress(place, [&] { return so_far(lines[place], best()); });
    };
  }

  Json so_far(const TranslationLine& line, const GrowingHypothesis& best) const {
    Hypothesis begun{};
    begun.tokens = best.tokens;
    const std::vector<std::string> tokens = translator_.tokens(line, begun, false);
    Json json = {{"text", translator_.text(tokens)}, {"tokens", tokens}};
    if (holds(fields_.attention, AttentionOf::kCross) && !best.attention.empty())
      json["attention"][attention_name(AttentionOf::kCross)] = attention_json(make_alignment(
          0, line.source.tokens, tokens, PairAttention{best.attention, /*ended=*/false}));
    return json;
  }

  TextAnswer answer(const TranslationLine& line, const std::vector<Hypothesis>& found,
                    Warnings warnings) const {
    if (!line.fault.empty()) return {{}, line.fault};
    if (found.empty() && !line.source.is_empty()) return {{}, std::string(kNoNextToken)};
    std::vector<std::string> source = line.source.tokens;
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
      json["translations"].push_back(of_hypothesis(line, hypothesis));
    if (!found.empty()) {
      const Phrases required(line.request.guidance.required);
      if (!required.are_held(required.progress(found.front().tokens)))
        warnings.emplace_back("the translation does not contain all of its constraints");
    }
    if (!warnings.empty()) json["warnings"] = std::move(warnings);
    return {std::move(json)};
  }

  Json of_hypothesis(const TranslationLine& line, const Hypothesis& hypothesis) const {
    std::vector<std::string> shown = translator_.tokens(line, hypothesis, fields_.replace_unknown);
    std::string text = translator_.text(shown);
    if (hypothesis.ended) shown.emplace_back(kEndSymbol);
    Json json = {{"text", std::move(text)},
                 {"score", rounded(hypothesis.score)},
                 {"log_probability", rounded(hypothesis.log_probability)},
                 {"tokens", std::move(shown)},
                 {"token_log_probabilities", rounded(hypothesis.token_log_probabilities)},
                 {"ended", hypothesis.ended}};
    const EncoderDecoder& network = *service_.models().models.front().network;
    for (const AttentionOf of : fields_.attention)
      json["attention"][attention_name(of)] = attention_json(
          translation_attention(network, service_.languages(), {0, line.source, hypothesis}, of));
    return json;
  }

  const TranslationService& service_;
  LineTranslator& translator_;
  TranslationFields fields_;
  std::string group_;
};

std::unique_ptr<Computation> TranslationService::translation(
    const TranslationFields& fields) const {
  TranslationFields given = fields;
  SearchOptions& search = given.search;
  if (search.sampling.enabled) search.beam_size = search.n_best;
  check_attention(given.attention);
  if (given.replace_unknown || search.coverage_penalty > 0) check_attention({AttentionOf::kCross});
  const std::string_view tokenizer = languages().target.tokenizer().name();
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
