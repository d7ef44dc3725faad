#include "search/scored_texts.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "options/limits.h"
#include "options/threads.h"
#include "search/model_source.h"
#include "search/unknown_positions.h"
#include "storage/input.h"
#include "support/error.h"
#include "support/unanswered.h"
#include "text/parallel_text.h"

namespace alinea {

namespace {

constexpr const char* kSourceHelp =
    "source text, plain or .gz; for a model of features a list of files";

}  // namespace

void ScoredTextsOptions::visit(FieldList& fields, Texts texts) {
  fields.required("model", model, "model folder");
  if (texts == Texts::kRequired) {
    fields.required("source", files.source, kSourceHelp)
        .required("target", files.target, "translation of the source, line by line");
  } else {
    fields.add("source", files.source, kSourceHelp)
        .add("target", files.target, "translation of the source, line by line");
  }
  fields.add("batch-size", batch_size, "sentences per batch")
      .range<int64_t>(1, kMostSentences)
      .add("threads", threads, "threads; 0: one per core")
      .range<int64_t>(0, kMostThreads);
  features.visit(fields);
}

namespace {

// A model and the pairs that it is to read, by sentence number.
class ScoredCorpus {
 public:
  ScoredCorpus(const std::filesystem::path& model, const ParallelFiles& files,
               const FeatureFileOptions& features, const ScoringOptions& options,
               const HardAttentionOptions& hard)
      : options_(options),
        model_(load<TranslationModel>(ModelFolder(model))),
        source_(model_, features),
        corpus_(
            read_parallel(files, noting_faults(), model_.languages.target,
                          ReadOptions{.keep_empty = true, .keep_faulty = true},
                          model_.languages.has_features ? Placement::kDisk : Placement::kMemory)) {
    hard.apply(*model_.network, model);
    if (!options.keep_attention) return;
    const ModelOptions& network = model_.network->options();
    const bool cross = options.attention_of == AttentionOf::kCross;
    if (cross && !network.has_attention())
      throw Error("the model in {} has no attention: it was trained with attention none",
                  model.string());
    if (!network.has_attention(options.attention_of))
      throw Error("the model in {} has no self-attention there: its encoder is {}, its decoder {}",
                  model.string(), network.encoder, network.decoder);
  }

  int64_t size() const { return corpus_.size(); }

  bool has_features() const { return model_.languages.has_features; }

  // Of sentence i, which has these lines.
  ScoredReading reading(int64_t i, const std::string& source, const std::string& target,
                        const ScoredPair& result, const ScoredTextsOptions& options) const {
    const Languages& languages = model_.languages;
    return {languages,
            model_.network->options(),
            source_.positions(source, corpus_.source_length(i)),
            languages.target.tokens(target),
            source,
            target,
            result,
            model_.features,
            corpus_.pair(i).features.values,
            options.keep_sounds ? source_.sound_file(source) : std::string(),
            options.keep_states ? states(i) : std::vector<float>()};
  }

  // Why sentence i has no numbers; empty where it has.
  std::string fault(int64_t i, const ScoredPair& result) const {
    if (const auto found = faults_.find(i); found != faults_.end()) return found->second;
    std::string reason = beyond_positions(*model_.network, corpus_.source_length(i));
    if (reason.empty() && !is_number(result)) reason = kOverflow;
    return reason;
  }

  std::vector<ScoredPair> score(int64_t begin, int64_t end) const {
    std::vector<SentencePair> pairs;
    for (int64_t i = begin; i < end; ++i) {
      pairs.push_back(corpus_.pair(i));
      note_unknown_positions(model_.network->options(), std::ssize(corpus_.source(i)));
    }
    return alinea::score(*model_.network, pairs, options_);
  }

 private:
  // What is wanted of the pair: weights, or its log-probability.
  bool is_number(const ScoredPair& result) const {
    if (!options_.keep_attention) return std::isfinite(result.log_probability);
    return std::ranges::all_of(result.attention.alpha,
                               [](float weight) { return std::isfinite(weight); });
  }

  std::vector<float> states(int64_t i) const {
    const SentencePair pair = corpus_.pair(i);
    return encode(*model_.network, std::span(&pair, 1), 1).front().states;
  }

  // Features that cannot be read are empty, and why is kept.
  SourceReader noting_faults() {
    SourceReader reader = source_.reader();
    if (!has_features()) return reader;
    return {[this, read = reader.read, line = int64_t{0}](const std::string& text) mutable {
              try {
                ++line;
                return read(text);
              } catch (const Error& error) {
                faults_[line - 1] = error.what();
                return SourceContent();
              }
            },
            reader.columns};
  }

  ScoringOptions options_;
  TranslationModel model_;
  ModelSource source_;
  std::map<int64_t, std::string> faults_;  // of sentences
  ParallelCorpus corpus_;
};

}  // namespace

void for_scored_lines(const ScoredTextsOptions& options,
                      const std::function<void(const ScoredLines&)>& visit) {
  constexpr int64_t kBatchesTogether = 16;  // sorted by length among themselves
  make_rereadable(options.files.source);
  make_rereadable(options.files.target);
  const ScoringOptions scoring{.batch_size = options.batch_size,
                               .keep_attention = options.keep_attention,
                               .keep_energies = options.keep_energies,
                               .keep_token_log_probabilities = options.keep_token_log_probabilities,
                               .attention_alone = options.attention_alone,
                               .attention_of = options.attention_of};
  const ScoredCorpus corpus(options.model, options.files, options.features, scoring, options.hard);
  std::optional<ScoredCorpus> reverse;
  if (!options.reverse_model.empty())
    reverse.emplace(options.reverse_model,
                    ParallelFiles{options.files.target, options.files.source}, options.features,
                    scoring, options.hard);
  if (reverse && (corpus.has_features() || reverse->has_features()))
    throw UsageError(
        "--reverse-model requires models that read words on both sides, but one reads features");

  PairReader lines(options.files);
  std::string source_line, target_line, fault;
  const int64_t chunk = options.batch_size * kBatchesTogether;
  for (int64_t begin = 0; begin < corpus.size(); begin += chunk) {
    const int64_t end = std::min(begin + chunk, corpus.size());
    const std::vector<ScoredPair> results = corpus.score(begin, end);
    const std::vector<ScoredPair> reversed =
        reverse ? reverse->score(begin, end) : std::vector<ScoredPair>();
    for (size_t i = 0; i < results.size(); ++i) {
      if (!lines.next(source_line, target_line, fault))
        throw Error("{} became shorter while they were read", options.files.names());
      ScoredLines pair{begin + static_cast<int64_t>(i),
                       corpus.reading(begin + static_cast<int64_t>(i), source_line, target_line,
                                      results[i], options),
                       {},
                       fault};
      if (reverse)
        pair.reverse.emplace(
            reverse->reading(pair.sentence, target_line, source_line, reversed[i], options));
      if (pair.fault.empty()) pair.fault = corpus.fault(pair.sentence, results[i]);
      if (pair.fault.empty() && reverse) pair.fault = reverse->fault(pair.sentence, reversed[i]);
      visit(pair);
    }
  }
}

}  // namespace alinea
