#include "alinea/classify.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <utility>

#include "alinea/one_line.h"
#include "alinea/with_threads.h"
#include "models/classification.h"
#include "models/classifier_model.h"
#include "reports/make_document_attention.h"
#include "support/unanswered.h"
#include "text/labelled_documents.h"

namespace alinea {

class TextClassifier::Model {
 public:
  explicit Model(const std::filesystem::path& folder)
      : model_(load<ClassifierModel>(ModelFolder(folder))), splitter_(model_.splitter) {}

  std::vector<ClassifiedText> classify(std::span<const std::string> texts,
                                       const ClassifyingOptions& given) {
    if (given.batch_size < 1)
      throw UsageError("the batch size must be at least 1, not {}", given.batch_size);
    if (given.keep_attention && !has_attention())
      throw Error("the classifier has no attention over words to keep");
    std::vector<ClassifiedText> answers(texts.size());
    std::vector<size_t> places;  // of those without a fault
    std::vector<Document> documents;
    DocumentCorpus corpus;
    for (size_t i = 0; i < texts.size(); ++i) {
      std::optional<Document> document = read(texts[i], answers[i].fault);
      if (!document) continue;
      add_document(corpus, *document, model_.vocabulary);
      places.push_back(i);
      documents.push_back(std::move(*document));
    }
    const std::vector<Classification> results = with_threads(given.threads, [&] {
      return alinea::classify(
          *model_.network, corpus,
          {.batch_size = given.batch_size, .keep_weights = given.keep_attention});
    });
    for (size_t d = 0; d < results.size(); ++d)
      finish(results[d],
             given.keep_attention ? std::optional(std::move(documents[d])) : std::nullopt,
             answers[places[d]]);
    return answers;
  }

  const Labels& labels() const { return model_.labels; }

  bool has_attention() const {
    const ClassifierOptions& options = model_.network->options();
    return options.has_pooling() && options.pooling.has_attention() && !options.joins_pairs();
  }

 private:
  // Nothing, and why, of what is no document.
  std::optional<Document> read(const std::string& text, std::string& fault) {
    fault = no_line(text, "the document");
    if (!fault.empty()) return std::nullopt;
    const std::lock_guard lock(splitting_);
    try {
      return read_document(text, splitter_, {model_.network->options().pairs, false});
    } catch (const Error& error) {
      fault = error.what();
      return std::nullopt;
    }
  }

  void finish(const Classification& result, std::optional<Document> document,
              ClassifiedText& answer) const {
    if (std::ranges::any_of(result.log_probabilities, [](double p) { return std::isnan(p); })) {
      answer.fault = kOverflow;
      return;
    }
    answer.label = model_.labels.name(result.label);
    for (const double p : result.log_probabilities) answer.probabilities.push_back(std::exp(p));
    if (!document) return;
    DocumentAttention attention =
        make_document_attention(result, model_.labels, std::move(*document),
                                model_.network->options().has_sentence_level());
    for (SentenceAttention& sentence : attention.sentences)
      answer.sentences.push_back({static_cast<double>(sentence.weight), std::move(sentence.words),
                                  std::move(sentence.weights)});
  }

  ClassifierModel model_;
  DocumentSplitter splitter_;
  std::mutex splitting_;
};

TextClassifier::TextClassifier(const std::filesystem::path& model_folder)
    : model_(std::make_unique<Model>(model_folder)) {}

TextClassifier::TextClassifier(TextClassifier&&) noexcept = default;
TextClassifier& TextClassifier::operator=(TextClassifier&&) noexcept = default;
TextClassifier::~TextClassifier() = default;

std::vector<ClassifiedText> TextClassifier::classify(std::span<const std::string> texts,
                                                     const ClassifyingOptions& options) const {
  return model_->classify(texts, options);
}

const std::vector<std::string>& TextClassifier::labels() const { return model_->labels().names(); }

bool TextClassifier::has_attention() const { return model_->has_attention(); }

}  // namespace alinea
