// What a translation model says of given translations: log-probabilities, attention and links.
#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <utility>

#include "reports/make_alignment.h"
#include "server/attention_json.h"
#include "server/line.h"
#include "server/translation_service.h"
#include "support/unanswered.h"

namespace alinea {

namespace {

using Json = nlohmann::ordered_json;

}  // namespace

void PairFields::visit(FieldList& fields) {
  fields
      .choice("unit", unit, alignment_units(),
              "unit of the links; word: combine the pieces of a word")
      .choice("links", extraction.method, {"argmax", "threshold"},
              "argmax: the largest weight of each word; threshold: every weight of at least "
              "'threshold'")
      .choice("links-per", extraction.per, {"target", "source"},
              "argmax: side whose words get one link each")
      .add("threshold", extraction.threshold, "smallest weight of a link")
      .range(0.0, 1.0);
}

class TranslationService::Scoring : public Computation {
 public:
  Scoring(const TranslationService& service, const PairFields& fields)
      : service_(service),
        fields_(fields),
        group_(group_of(fields.links ? "align" : "score", service.name(),
                        to_json_fields(fields).dump() + attention_names(fields.attention))) {}

  std::string group() const override { return group_; }

  std::vector<TextAnswer> run(std::span<const RequestText* const> texts,
                              const BatchWatch& watch) const override {
    const OpenWords::Use words = service_.translator_->use_words();
    const Languages& languages = service_.languages();
    const EncoderDecoder& network = *service_.models().models.front().network;
    std::vector<Reading> readings;
    readings.reserve(texts.size());
    for (const RequestText* text : texts) readings.push_back(read(*text));
    // Each kind of attention takes a pass of its own.
    std::vector<AttentionOf> kinds = fields_.attention;
    if (fields_.links && !holds(kinds, AttentionOf::kCross)) kinds.push_back(AttentionOf::kCross);
    std::vector<std::vector<ScoredPair>> passes;
    passes.reserve(kinds.size() + 1);
    for (const AttentionOf of : kinds) passes.push_back(pass(readings, network, of, watch));
    if (passes.empty()) passes.push_back(pass(readings, network, {}, watch));
    std::vector<TextAnswer> answers;
    for (size_t i = 0; i < readings.size(); ++i) {
      std::vector<const ScoredPair*> results;
      results.reserve(passes.size());
      for (const std::vector<ScoredPair>& scored : passes) results.push_back(&scored[i]);
      answers.push_back(answer(languages, readings[i], kinds, results));
    }
    return answers;
  }

 private:
  struct Reading : TranslationLine {
    std::vector<std::string> tokens;  // of the target
    std::vector<int32_t> target;
    Status status = Status::kUnanswerable;  // of the fault
  };

  Reading read(const RequestText& text) const {
    const int64_t most = service_.options_.max_length;
    const Language& target = service_.languages().target;
    Reading reading;
    reading.fault = line_fault(text.text);
    if (reading.fault.empty()) reading.fault = line_fault(text.other);
    if (!reading.fault.empty()) return reading;
    service_.translator_->read(text.text, most, reading);
    reading.tokens = target.tokens(text.other);
    reading.target = target.encode(text.other);
    if (reading.source.is_cut() || std::ssize(reading.target) > most)
      return faulty(fmt::format("expected at most {} tokens on each side, got {} and {}", most,
                                reading.source.length, reading.target.size()),
                    Status::kUnanswerable);
    if (!reading.fault.empty()) return faulty(std::move(reading.fault), Status::kUnanswerable);
    // Before the pass, which takes longer than all else.
    try {
      for (const AttentionOf of : fields_.attention) check_weights(weights_of(of, reading));
    } catch (const RequestError& error) {
      return faulty(error.what(), error.status());
    }
    return reading;
  }

  // Nothing of such a pair is computed.
  static Reading faulty(std::string fault, Status status) {
    Reading reading;
    reading.fault = std::move(fault);
    reading.status = status;
    return reading;
  }

  // Of all layers and heads. Each side has </s> or <s> beside its tokens.
  size_t weights_of(AttentionOf of, const Reading& reading) const {
    const Json& sizes = service_.attention_.at(attention_name(of));
    if (sizes.is_null()) return 0;  // not measured
    const size_t source = reading.source.tokens.size() + 1, target = reading.tokens.size() + 1;
    return sizes.at("layers").get<size_t>() * sizes.at("heads").get<size_t>() *
           (of == AttentionOf::kEncoder ? source : target) *
           (of == AttentionOf::kDecoder ? target : source);
  }

  // Keeps that attention, if any.
  static std::vector<ScoredPair> pass(const std::vector<Reading>& readings,
                                      const EncoderDecoder& network, std::optional<AttentionOf> of,
                                      const BatchWatch& watch) {
    std::vector<SentencePair> pairs;
    for (const Reading& reading : readings) {
      pairs.push_back(reading.source.pair());
      pairs.back().target = reading.target;
    }
    return score(network, pairs,
                 {.batch_size = batch_for_threads(pairs.size()),
                  .keep_attention = of.has_value(),
                  .keep_token_log_probabilities = true,
                  .attention_of = of.value_or(AttentionOf::kCross),
                  .is_cancelled = watch.is_cancelled});
  }

  TextAnswer answer(const Languages& languages, const Reading& reading,
                    const std::vector<AttentionOf>& kinds,
                    const std::vector<const ScoredPair*>& results) const {
    if (!reading.fault.empty()) return {{}, reading.fault, reading.status};
    const ScoredPair& result = *results.front();
    if (!std::isfinite(result.log_probability)) return {{}, std::string(kOverflow)};
    std::vector<std::string> source = reading.source.tokens, target = reading.tokens;
    source.emplace_back(kEndSymbol);
    target.emplace_back(kEndSymbol);
    Json json = {{"source_tokens", source},
                 {"tokens", target},
                 {"log_probability", rounded(result.log_probability)},
                 {"token_log_probabilities", rounded(result.token_log_probabilities)}};
    for (size_t k = 0; k < kinds.size(); ++k) {
      const Alignment alignment = alignment_of(reading, kinds[k], results[k]->attention);
      if (holds(fields_.attention, kinds[k]))
        json["attention"][attention_name(kinds[k])] = attention_json(alignment);
      if (fields_.links && kinds[k] == AttentionOf::kCross)
        add_links(in_units(fields_.unit, alignment, languages), json);
    }
    return {std::move(json)};
  }

  Alignment alignment_of(const Reading& reading, AttentionOf of, const KeptAttention& kept) const {
    if (of == AttentionOf::kCross)
      return make_alignment(0, reading.source.tokens, reading.tokens, PairAttention{kept});
    std::vector<std::string> words = reading.source.tokens;
    words.emplace_back(kEndSymbol);
    if (of == AttentionOf::kDecoder) {
      words = reading.tokens;
      words.insert(words.begin(), kBeginSymbol);
    }
    const ModelOptions& model = service_.models().models.front().network->options();
    return make_alignment(0, looked_at(of, model, words), words, kept);
  }

  void add_links(const Alignment& alignment, Json& json) const {
    if (fields_.unit == "word") {
      json["source_words"] = alignment.source;
      json["words"] = alignment.target;
    }
    Json& links = json["links"] = Json::array();
    for (const Link& link : extract_links(alignment, fields_.extraction))
      links.push_back({link.source, link.target});
  }

  const TranslationService& service_;
  PairFields fields_;
  std::string group_;
};

std::unique_ptr<Computation> TranslationService::scoring(const PairFields& fields) const {
  if (is_ensemble())
    throw RequestError(Status::kBadRequest,
                       "'{}' is an ensemble, which only translates: score with one model", name());
  check_attention(fields.attention);
  if (fields.links) check_attention({AttentionOf::kCross});
  return std::make_unique<Scoring>(*this, fields);
}

}  // namespace alinea
