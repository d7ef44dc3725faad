#include "server/text_services.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/classification.h"
#include "models/tagging.h"
#include "ops/weight_product.h"
#include "reports/classifier_attention.h"
#include "reports/make_alignment.h"
#include "reports/make_document_attention.h"
#include "search/scored_lines.h"
#include "search/translator.h"
#include "server/attention_json.h"
#include "server/line.h"
#include "support/counted.h"
#include "support/unanswered.h"
#include "text/labelled_documents.h"

namespace alinea {

namespace {

using Json = nlohmann::ordered_json;

template <class Kind>
std::unique_ptr<Kind> load_in(const std::filesystem::path& folder, const ServiceOptions& options) {
  auto model = std::make_unique<Kind>(load<Kind>(ModelFolder(folder)));
  model->parameters().compute_in(ops::precision_from_name(options.precision));
  return model;
}

[[noreturn]] void fail_without_attention(const Service& service) {
  throw RequestError(Status::kBadRequest, "the model '{}' has no attention to answer",
                     service.name());
}

Json document_json(const DocumentAttention& attention) {
  Json sentences = Json::array();
  for (const SentenceAttention& sentence : attention.sentences)
    sentences.push_back({{"weight", rounded(double{sentence.weight})},
                         {"words", sentence.words},
                         {"weights", rounded(sentence.weights)}});
  return sentences;
}

}  // namespace

// The classes of documents.
class ClassifierService::Classes : public Computation {
 public:
  Classes(const ClassifierService& service, bool attention)
      : service_(service),
        network_(*service.model_->network),
        attention_(attention),
        group_(group_of("classify", service.name(), attention ? "attention" : "")) {}

  std::string group() const override { return group_; }

  std::vector<TextAnswer> run(std::span<const RequestText* const> texts,
                              const BatchWatch& watch) const override {
    DocumentCorpus corpus;
    std::vector<Document> documents;
    std::vector<std::string> faults;
    for (const RequestText* text : texts) {
      faults.push_back(fault_of(*text));
      documents.push_back(faults.back().empty() ? read(*text) : Document());
      if (faults.back().empty())
        add_document(corpus, documents.back(), service_.model_->vocabulary);
    }
    const ClassifierOptions& options = network_.options();
    const bool has_self_attention = attention_ && !options.has_sentence_level() &&
                                    options.has_pooling() && options.words.has_self_attention();
    const std::vector<Classification> results =
        classify(network_, corpus,
                 {.keep_weights = attention_ && service_.has_weights(),
                  .keep_self_attention = has_self_attention,
                  .is_cancelled = watch.is_cancelled});
    std::vector<TextAnswer> answers;
    for (size_t i = 0, found = 0; i < texts.size(); ++i) {
      if (!faults[i].empty()) {
        answers.push_back({{}, faults[i]});
      } else {
        answers.push_back(answer(results[found++], std::move(documents[i]), has_self_attention));
      }
    }
    return answers;
  }

 private:
  std::string fault_of(const RequestText& text) const {
    std::string fault = line_fault(text.text);
    if (fault.empty()) fault = line_fault(text.other);
    if (fault.empty() && service_.reads_pairs() &&
        (text.text + text.other).find('\t') != std::string::npos)
      fault = "expected texts without tabs";
    return fault;
  }

  Document read(const RequestText& text) const {
    const std::string line =
        service_.reads_pairs() ? fmt::format("{}\t{}", text.text, text.other) : text.text;
    return read_document(line, *service_.splitter_, {.pairs = service_.reads_pairs()});
  }

  TextAnswer answer(const Classification& result, Document document,
                    bool has_self_attention) const {
    const Labels& labels = service_.model_->labels;
    if (std::ranges::any_of(result.log_probabilities, [](double p) { return std::isnan(p); }))
      return {{}, std::string(kOverflow)};
    Json json = {{"label", labels.name(result.label)}, {"probabilities", Json::object()}};
    for (int64_t c = 0; c < labels.size(); ++c)
      json["probabilities"][labels.name(c)] =
          rounded(std::exp(result.log_probabilities[static_cast<size_t>(c)]));
    if (attention_) add_attention(result, std::move(document), has_self_attention, json);
    return {std::move(json)};
  }

  void add_attention(const Classification& result, Document document, bool has_self_attention,
                     Json& json) const {
    if (has_self_attention)
      json["attention"]["encoder"] =
          attention_json(self_attention_of(network_, result, document, 0));
    if (!service_.has_weights()) return;
    if (network_.options().has_pooling()) {
      json["attention"]["sentences"] = document_json(make_document_attention(
          result, service_.model_->labels, words_as_read(network_, std::move(document)),
          network_.options().has_sentence_level()));
      return;
    }
    json["attention"]["hypothesis"] =
        attention_json(pair_attention_of(network_, result, document, LookingText::kHypothesis, 0));
    if (network_.options().attends_both_ways())
      json["attention"]["premise"] =
          attention_json(pair_attention_of(network_, result, document, LookingText::kPremise, 0));
  }

  const ClassifierService& service_;
  const DocumentClassifier& network_;
  bool attention_;
  std::string group_;
};

ClassifierService::ClassifierService(std::string name, const std::filesystem::path& folder,
                                     const ServiceOptions& options)
    : Service(std::move(name)),
      model_(load_in<ClassifierModel>(folder, options)),
      splitter_(std::make_unique<DocumentSplitter>(model_->splitter)) {}

bool ClassifierService::has_weights() const {
  const ClassifierOptions& options = model_->network->options();
  return options.has_pooling() ? options.pooling.has_attention() : options.has_pair_attention();
}

Json ClassifierService::description() const {
  const ClassifierOptions& options = model_->network->options();
  return {{"pairs", options.pairs},
          {"labels", model_->labels.names()},
          {"attention", has_weights() || (options.has_pooling() && !options.has_sentence_level() &&
                                          options.words.has_self_attention())}};
}

std::unique_ptr<Computation> ClassifierService::classification(bool attention) const {
  if (attention && !description()["attention"]) fail_without_attention(*this);
  return std::make_unique<Classes>(*this, attention);
}

// The tags of sentences.
class TaggerService::Tags : public Computation {
 public:
  Tags(const TaggerService& service, bool attention)
      : service_(service),
        attention_(attention),
        group_(group_of("tag", service.name(), attention ? "attention" : "")) {}

  std::string group() const override { return group_; }

  std::vector<TextAnswer> run(std::span<const RequestText* const> texts,
                              const BatchWatch& watch) const override {
    TaggedCorpus corpus;
    std::vector<std::string> faults;
    std::vector<std::vector<std::string>> sentences;
    for (const RequestText* text : texts) {
      sentences.push_back(text->words.empty() ? words_of(text->text) : text->words);
      faults.push_back(fault_of(*text, sentences.back()));
      if (!faults.back().empty()) sentences.back().clear();
      corpus.add(service_.model_->reader, sentences.back(), {});
    }
    const std::vector<Tagging> results =
        tag(*service_.model_->network, corpus,
            {.keep_attention = attention_, .is_cancelled = watch.is_cancelled});
    std::vector<TextAnswer> answers;
    for (size_t i = 0; i < texts.size(); ++i)
      answers.push_back(faults[i].empty() ? answer(results[i], sentences[i])
                                          : TextAnswer{{}, faults[i]});
    return answers;
  }

 private:
  std::string fault_of(const RequestText& text, const std::vector<std::string>& words) const {
    std::string fault = line_fault(text.text);
    if (std::ranges::any_of(words, [](const std::string& word) { return word.empty(); }))
      fault = "expected words, got an empty one";
    const int64_t most =
        std::min(service_.options_.max_length,
                 service_.model_->network->most_words().value_or(service_.options_.max_length));
    if (fault.empty() && std::ssize(words) > most)
      fault = fmt::format("expected a sentence of at most {}, got {}", counted(most, "word"),
                          words.size());
    return fault;
  }

  TextAnswer answer(const Tagging& result, const std::vector<std::string>& words) const {
    if (!result.is_number) return {{}, std::string(kOverflow)};
    const TaggerModel& model = *service_.model_;
    Json json = {{"words", words}, {"tags", Json::array()}};
    for (const int32_t id : result.tags) json["tags"].push_back(model.tags.name(id));
    if (model.classes) json["class"] = model.classes->name(result.label);
    if (attention_ && !result.attention.empty())
      json["attention"]["encoder"] =
          attention_json(make_alignment(0, words, words, result.attention));
    return {std::move(json)};
  }

  const TaggerService& service_;
  bool attention_;
  std::string group_;
};

TaggerService::TaggerService(std::string name, const std::filesystem::path& folder,
                             const ServiceOptions& options)
    : Service(std::move(name)), model_(load_in<TaggerModel>(folder, options)), options_(options) {}

Json TaggerService::description() const {
  Json json = {{"tags", model_->tags.names()}, {"attention", model_->network->has_attention()}};
  if (model_->classes) json["classes"] = model_->classes->names();
  return json;
}

std::unique_ptr<Computation> TaggerService::tagging(bool attention) const {
  if (attention && !model_->network->has_attention()) fail_without_attention(*this);
  return std::make_unique<Tags>(*this, attention);
}

// What a language model says of texts.
class LanguageModelService::Scores : public Computation {
 public:
  explicit Scores(const LanguageModelService& service)
      : service_(service), group_(group_of("score", service.name(), "")) {}

  std::string group() const override { return group_; }

  std::vector<TextAnswer> run(std::span<const RequestText* const> texts,
                              const BatchWatch& watch) const override {
    const Language& language = service_.model_->language;
    std::vector<std::vector<int32_t>> ids;
    std::vector<std::string> faults;
    std::vector<SentencePair> lines;
    for (const RequestText* text : texts) {
      faults.push_back(line_fault(text->text));
      ids.push_back(faults.back().empty() ? language.encode(text->text) : std::vector<int32_t>());
      const int64_t size = std::ssize(ids.back()), most = service_.options_.max_length;
      if (size > most)
        faults.back() = fmt::format("expected at most {}, got {}", counted(most, "token"), size);
      if (faults.back().empty())
        faults.back() = beyond_positions_of(service_.model_->network->options(), size);
      if (!faults.back().empty()) ids.back().clear();
    }
    lines.reserve(ids.size());
    for (const std::vector<int32_t>& line : ids) lines.push_back({{}, line, 0});
    const std::vector<ScoredPair> results =
        score(*service_.model_->network, lines,
              {.keep_token_log_probabilities = true, .is_cancelled = watch.is_cancelled});
    std::vector<TextAnswer> answers;
    for (size_t i = 0; i < texts.size(); ++i) {
      if (faults[i].empty() && !std::isfinite(results[i].log_probability)) faults[i] = kOverflow;
      answers.push_back(faults[i].empty() ? answer(*texts[i], results[i])
                                          : TextAnswer{{}, faults[i]});
    }
    return answers;
  }

 private:
  TextAnswer answer(const RequestText& text, const ScoredPair& result) const {
    std::vector<std::string> tokens = service_.model_->language.tokens(text.text);
    tokens.emplace_back(kEndSymbol);
    const double mean = -result.log_probability / static_cast<double>(result.tokens);
    return {Json{{"tokens", std::move(tokens)},
                 {"log_probability", rounded(result.log_probability)},
                 {"token_log_probabilities", rounded(result.token_log_probabilities)},
                 {"perplexity", rounded(std::exp(mean))}}};
  }

  const LanguageModelService& service_;
  std::string group_;
};

LanguageModelService::LanguageModelService(std::string name, const std::filesystem::path& folder,
                                           const ServiceOptions& options)
    : Service(std::move(name)),
      model_(std::make_unique<LanguageModel>(load_causal(folder))),
      options_(options) {
  model_->parameters().compute_in(ops::precision_from_name(options.precision));
}

Json LanguageModelService::description() const {
  return {{"tokenizer", model_->language.tokenizer().name()},
          {"lowercase", model_->language.lowercase()},
          {"vocabulary", model_->language.vocabulary().size()}};
}

std::unique_ptr<Computation> LanguageModelService::scoring() const {
  return std::make_unique<Scores>(*this);
}

}  // namespace alinea
