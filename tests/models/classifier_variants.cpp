#include "models/classifier_variants.h"

#include <fmt/format.h>

#include "layers/positions.h"
#include "layers/recurrent.h"

namespace alinea {

namespace {

ClassifierOptions tiny(const std::string& pooling, bool hierarchical) {
  ClassifierOptions options;
  options.words.embedding_size = 6;
  options.words.hidden_size = 5;
  options.words.dropout = 0;
  options.words.transformer.heads = 3;
  options.words.transformer.feed_forward_size = 7;
  options.words.transformer.activation = "gelu";
  options.words.transformer.embedding_dropout = 0;
  options.words.convolution.channels = "7";
  options.pooling = {.kind = pooling, .attention_size = 9, .rows = 2, .penalty = 0.4};
  options.hierarchical = hierarchical;
  return options;
}

ClassifierOptions tiny_pairs(const std::string& encoding, const std::string& attention) {
  ClassifierOptions options = tiny("attention", true);
  options.pairs = true;
  options.pair_encoding = encoding;
  options.pair_attention = attention;
  options.words.cell = "lstm";
  options.words.bidirectional = false;
  return options;
}

std::vector<ClassifierOptions> conditional_pairs() {
  std::vector<ClassifierOptions> all;
  for (const std::string& attention : pair_attention_names())
    for (const std::string& cell : cell_names()) {
      all.push_back(tiny_pairs("conditional", attention));
      all.back().words.cell = cell;
    }
  for (const char* cell : {"lstm", "gru"}) {
    all.push_back(tiny_pairs("conditional", "two-way"));
    all.back().words.cell = cell;
    all.back().words.bidirectional = all.back().words.layer_normalization = true;
    all.back().words.layers = 2;
    all.back().words.residual = true;
    all.push_back(tiny_pairs("conditional", "word-by-word"));
    all.back().words.cell = cell;
    all.back().words.intra_attention = true;
  }
  return all;
}

std::vector<ClassifierOptions> other_pairs() {
  std::vector<ClassifierOptions> all;
  for (const char* encoder : {"recurrent", "window", "transformer"})
    for (const char* attention : {"last", "word-by-word", "two-way", "compare"}) {
      all.push_back(tiny_pairs("separate", attention));
      all.back().words.encoder = encoder;
      all.back().words.bidirectional = std::string(attention) != "last";
    }
  for (const char* encoder : {"recurrent", "window", "transformer"}) {
    all.push_back(tiny_pairs("joined", "word-by-word"));
    all.back().words.encoder = encoder;
    all.back().words.bidirectional = true;
    if (std::string(encoder) == "transformer") all.back().pooling.kind = "first";
  }
  return all;
}

}  // namespace

std::vector<ClassifierVariant> all_classifiers() {
  std::vector<ClassifierVariant> variants;
  const auto add = [&](const ClassifierOptions& o) {
    const EncoderFields& words = o.words;
    variants.push_back(
        {fmt::format("{} {} {} {}{}{}", words.encoder,
                     words.encoder == "transformer" ? words.transformer.positions : words.cell,
                     o.has_pooling() ? o.pooling.kind : o.pair_attention,
                     o.pairs          ? o.pair_encoding
                     : o.hierarchical ? "hierarchical"
                                      : "flat",
                     words.intra_attention ? " intra" : "",
                     words.layers > 1 ? fmt::format(" {} layers", words.layers) : ""),
         o});
  };
  size_t turn = 0;
  for (const std::string& pooling : pooling_names())
    for (const bool hierarchical : {true, false}) {
      ClassifierOptions options = tiny(pooling, hierarchical);
      for (const std::string& cell : cell_names()) {
        options.words.cell = cell;
        add(options);
      }
      options.words.cell = cell_names()[turn++ % cell_names().size()];
      options.words.intra_attention = true;
      add(options);
      options.words.layers = 2;
      options.words.bidirectional = turn % 2 == 0;
      options.words.residual = true;
      add(options);
      options.words.intra_attention = options.words.residual = false;
      options.words.encoder = "transformer";
      options.words.transformer.positions = position_names()[turn % position_names().size()];
      add(options);
    }
  for (const bool hierarchical : {true, false}) {
    ClassifierOptions options = tiny("attention", hierarchical);
    options.words.encoder = "convolutional";
    options.words.layers = 2;
    options.words.convolution.kernel = hierarchical ? 3 : 2;
    options.words.convolution.channels = "4,7";
    options.words.bidirectional = hierarchical;
    options.words.transformer.max_positions = 20;
    add(options);
  }
  for (const auto& pairs : {conditional_pairs(), other_pairs()})
    for (const ClassifierOptions& options : pairs) add(options);
  ClassifierOptions halting = tiny("attention", false);
  halting.words.encoder = "transformer";
  halting.words.layers = 3;
  halting.words.transformer.universal = halting.words.transformer.halting = true;
  halting.words.transformer.ponder_cost = 0.3;
  add(halting);
  return variants;
}

std::unique_ptr<DocumentClassifier> random_classifier(const ClassifierOptions& options,
                                                      uint64_t seed) {
  auto model = std::make_unique<DocumentClassifier>(
      options, DocumentClassifier::Sizes{kTinyWords, kTinyClasses},
      ParameterStore::Gradients::kKept);
  Random random(seed);
  for (const Parameter& parameter : model->parameters().parameters()) {
    const std::string& name = parameter.name();
    const bool is_large = name.starts_with("output") || name.starts_with("encoder.embedding") ||
                          name.find("attention") != std::string::npos;
    const float limit = is_large ? 1.4F : 0.6F, middle = name.ends_with(".norm.gain") ? 1 : 0;
    for (float& value : parameter.value())
      value = middle + limit * (2.0F * random.uniform() - 1.0F);
  }
  model->parameters().changed();
  return model;
}

namespace {

using Sentences = std::vector<std::vector<int32_t>>;

DocumentCorpus corpus_of(const std::vector<Sentences>& documents) {
  DocumentCorpus corpus;
  int32_t label = 0;
  for (const Sentences& document : documents) {
    for (const std::vector<int32_t>& sentence : document) corpus.add_sentence(sentence);
    corpus.add_document(label++ % static_cast<int32_t>(kTinyClasses));
  }
  return corpus;
}

}  // namespace

DocumentCorpus tiny_documents() {
  return corpus_of({{{3, 4, 5}, {6}, {7, 8, 9, 10, 0}},
                    {{5, 5}},
                    {},
                    {{9, 3, 4, 4, 8, 7, 6}, {}, {0, 2}, {10}},
                    {{}},
                    {{8}, {3, 9}}});
}

DocumentCorpus tiny_documents(const ClassifierOptions& options) {
  if (!options.pairs) return tiny_documents();
  return corpus_of({{{3, 4, 5}, {6, 7, 8, 9}},
                    {{5, 5}, {}},
                    {{}, {3}},
                    {{9, 3, 4, 4, 8, 7, 6}, {10, 0}},
                    {{}, {}},
                    {{8}, {3, 9, 3}}});
}

}  // namespace alinea
