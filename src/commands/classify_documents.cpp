#include "commands/classify_documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "metrics/classification.h"
#include "models/classifier_model.h"
#include "reports/alignment_writer.h"
#include "reports/classifier_attention.h"
#include "reports/document_attention.h"
#include "reports/highlight_page.h"
#include "reports/make_alignment.h"
#include "reports/make_document_attention.h"
#include "support/counted.h"
#include "support/error.h"
#include "support/standard_output.h"
#include "support/unanswered.h"
#include "tasks/document_report.h"
#include "text/inputs_together.h"
#include "text/labelled_documents.h"

namespace alinea {

namespace {

class Classifier {
 public:
  explicit Classifier(const ClassifyDocumentsOptions& options)
      : options_(options),
        model_(load<ClassifierModel>(ModelFolder(options.model))),
        splitter_(model_.splitter),
        confusion_(model_.labels.size()) {
    const PoolingOptions& pooling = model_.network->options().pooling;
    check_options_of_pairs();
    open_self_attention();
    if (!model_.network->options().has_pooling()) {
      open_pair_attention();
      return;
    }
    if (!options.heatmap.empty())
      throw Error(
          "the texts that the model in {} reads do not attend to each other, which "
          "--heatmap would show",
          options.model.string());
    if (options.attention.empty() && options.highlight.empty()) return;
    if (!pooling.has_attention())
      throw Error("the model in {} has no attention: it was trained with --pooling {}",
                  options.model.string(), pooling.kind);
    options_.classification.keep_weights = true;
    if (!options.attention.empty()) table_.emplace(options.attention, pooling.weight_rows());
    if (!options.highlight.empty()) page_.emplace(options.highlight);
  }

  void run(LineReader& input, int64_t together) {
    answer_lines(
        input,
        [&](const std::string& text, std::string fault) { read(text, std::move(fault), input); },
        [&] { return std::ssize(faults_) >= together; }, [&] { classify_read(); });
    say_what_was_cut(splitter_);
    say_what_was_cut(unread_);
    if (options_.labelled) say_how_good();
    if (table_) table_->finish();
    if (page_) page_->finish();
    for (const auto& writer : looks_) writer->finish();
    unanswered_.finish();
  }

 private:
  void check_options_of_pairs() const {
    const ClassifierOptions& model = model_.network->options();
    const bool premise_looks = options_.attention_of == kPremiseLooks;
    if (!model.pairs && (premise_looks || options_.ignore_extra_columns))
      throw UsageError(
          "--{} requires a model of pairs, but the one in {} reads documents: leave it out",
          premise_looks ? "attention-of" : "ignore-extra-columns", options_.model.string());
    if (premise_looks && !model.attends_both_ways())
      throw UsageError(
          "--attention-of premise requires a model whose premises look at hypotheses, of "
          "--pair-attention two-way or compare, but the one in {} {}: leave it out",
          options_.model.string(),
          model.joins_pairs() ? "reads a pair as one text"
                              : "was trained with --pair-attention " + model.pair_attention);
  }

  void open_pair_attention() {
    if (options_.attention.empty() && options_.highlight.empty() && options_.heatmap.empty())
      return;
    const std::string& kind = model_.network->options().pair_attention;
    if (kind == "none")
      throw Error(
          "the hypothesis has no attention in the model in {}: it was trained with "
          "--pair-attention {}",
          options_.model.string(), kind);
    options_.classification.keep_weights = true;
    if (!options_.attention.empty())
      looks_.push_back(make_alignment_writer("tidy", options_.attention));
    if (!options_.heatmap.empty()) looks_.push_back(make_heatmap_writer(options_.heatmap));
    if (!options_.highlight.empty())
      looks_.push_back(
          make_heatmap_page_writer(options_.highlight, extracted_links(), page_terms()));
  }

  // Columns are the words that are looked at.
  PageTerms page_terms() const {
    if (!model_.network->options().pairs) return {.item = "Document"};
    if (options_.attention_of == kPremiseLooks) return {"Pair", "hypothesis", "premise"};
    return {"Pair", "premise", "hypothesis"};
  }

  void open_self_attention() {
    if (options_.self_attention.empty() && options_.self_attention_page.empty()) return;
    const ClassifierOptions& model = model_.network->options();
    if (model.has_sentence_level() || !model.has_pooling() || !model.words.has_self_attention())
      throw Error(
          "the model in {} has no self-attention over a document: it was trained with --encoder "
          "{}, {}{}",
          options_.model.string(), model.words.encoder,
          !model.has_pooling() ? "each text of a pair by itself"
          : model.hierarchical ? "hierarchical"
                               : "not hierarchical",
          model.words.intra_attention ? " with --intra-attention" : "");
    options_.classification.keep_self_attention = true;
    looks_ = make_self_attention_writers(options_.self_attention, options_.self_attention_page,
                                         page_terms());
  }

  // A line with a fault is none of the corpus.
  void read(const std::string& text, std::string fault, const LineReader& input) {
    try {
      if (fault.empty()) read(text, input);
    } catch (const Error& error) {
      fault = error.what();
    }
    faults_.push_back(std::move(fault));
  }

  void read(const std::string& text, const LineReader& input) {
    std::string_view document = text;
    int32_t label = kNoLabel;
    if (options_.labelled) {
      const LabelledLine line = split_label(text);
      label = known_label(line, model_.labels, input.line_number());
      document = line.document;
    }
    const DocumentForm form{model_.network->options().pairs, options_.ignore_extra_columns};
    Document words = read_document(document, splitter_, form);
    add_document(corpus_, words, model_.vocabulary, label);
    if (keeps_texts()) texts_.push_back(std::move(words));
  }

  void classify_read() {
    const DocumentCorpus corpus = std::exchange(corpus_, {});
    std::vector<Document> texts = std::exchange(texts_, {});
    std::vector<Classification> results =
        classify(*model_.network, corpus, options_.classification);
    unread_ += model_.network->unread(corpus);
    int64_t d = 0;
    for (std::string& fault : std::exchange(faults_, {})) {
      ++line_;
      const int64_t document = fault.empty() ? d++ : 0;
      if (fault.empty() && !is_number(results[document])) fault = kOverflow;
      if (!fault.empty()) {
        refuse(fault);
        continue;
      }
      print(results[document]);
      if (options_.labelled) confusion_.add(corpus.label(document), results[document].label);
      if (!looks_.empty()) show_looks(results[document], texts[document]);
      if (table_ || page_) show(results[document], std::move(texts[document]));
    }
    flush_standard_output();
  }

  static bool is_number(const Classification& result) {
    return std::ranges::all_of(result.log_probabilities, [](double p) { return !std::isnan(p); });
  }

  // Its place stays empty everywhere.
  void refuse(const std::string& fault) {
    unanswered_.add(line_, fault);
    std::cout << '\n';
    if (table_ || page_) show({"not classified", 0, {}});
    for (const auto& writer : looks_) writer->write(make_alignment(line_ - 1, {}, {}, {}));
  }

  void print(const Classification& result) const {
    const Labels& labels = model_.labels;
    std::string line = labels.name(result.label);
    for (int64_t c = 0; c < labels.size(); ++c)
      line += fmt::format("\t{}={:.4f}", labels.name(c), std::exp(result.log_probabilities[c]));
    std::cout << line << '\n';
  }

  bool keeps_texts() const { return options_.classification.keep_weights || !looks_.empty(); }

  void show_looks(const Classification& result, const Document& document) {
    const ClassifierOptions& model = model_.network->options();
    const LookingText looking =
        options_.attention_of == kPremiseLooks ? LookingText::kPremise : LookingText::kHypothesis;
    Alignment alignment =
        model.has_pooling()
            ? self_attention_of(*model_.network, result, document, line_ - 1)
            : pair_attention_of(*model_.network, result, document, looking, line_ - 1);
    alignment.prediction = {model_.labels.name(result.label),
                            std::exp(result.log_probabilities[static_cast<size_t>(result.label)])};
    for (const auto& writer : looks_) writer->write(alignment);
  }

  void show(const Classification& result, Document document) {
    show(make_document_attention(result, model_.labels,
                                 words_as_read(*model_.network, std::move(document)),
                                 model_.network->options().has_sentence_level()));
  }

  void show(const DocumentAttention& attention) {
    if (table_) table_->write(attention);
    if (page_) page_->write(attention);
  }

  void say_how_good() const {
    if (confusion_.examples() == 0) return;
    std::cerr << fmt::format(
        "{}  accuracy {:.4f}  macro F1 {:.4f}\n{}\n",
        counted(confusion_.examples(), model_.network->options().pairs ? "pair" : "document"),
        confusion_.accuracy(), confusion_.macro_f1(), confusion_.to_string(model_.labels.names()));
  }

  ClassifyDocumentsOptions options_;
  ClassifierModel model_;
  DocumentSplitter splitter_;
  DocumentClassifier::Unread unread_;
  Confusion confusion_;
  std::optional<AttentionCsvFile> table_;
  std::optional<HighlightPageFile> page_;
  std::vector<std::unique_ptr<AlignmentWriter>> looks_;  // of words at words
  Unanswered unanswered_{"class"};
  DocumentCorpus corpus_;            // read and not yet classified
  std::vector<Document> texts_;      // its words, where they are wanted
  std::vector<std::string> faults_;  // of each line read and not yet answered, or empty
  int64_t line_ = 0;                 // answered
};

}  // namespace

void classify_documents(const ClassifyDocumentsOptions& options) {
  LineReader input(options.input);
  Classifier(options).run(input, inputs_together(options.input, options.classification.batch_size));
}

}  // namespace alinea
