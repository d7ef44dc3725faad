// Sentences through models: translated by search, or against given translations.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/autoregressive_model.h"
#include "search/beam_search.h"
#include "search/ensemble.h"
#include "search/search_watch.h"
#include "search/shortlist.h"

namespace alinea {

class EncoderDecoder;

struct TranslatorOptions {
  SearchOptions search;
  int64_t batch_size = 64;  // sentences; fewer where they are very long
  bool keep_attention = false;
  bool keep_energies = false;   // of kept attention; not of several models together
  int64_t attention_reach = 0;  // as AttentionMemory has it; of models whose steps carry weights
  double ctc_weight = 0;        // as StepOptions has it; of models with a CTC output layer
  const Shortlist* shortlist = nullptr;  // none: every word
  // Of every `parts` batches one is translated, and of the other sentences nothing is returned.
  int64_t part = 0, parts = 1;
  SearchWatch watch = {};  // it calls sentences by their place among the sources
};

// The n best translations of the source of each pair, in the order given, and guidance for each of
// them or none. Sorted by length and batched inside: no result depends on that. A source may have
// no translation, as beam_search says. Throws ComputationCancelled.
std::vector<std::vector<Hypothesis>> translate(const Ensemble& ensemble,
                                               std::span<const SentencePair> sources,
                                               const TranslatorOptions& options,
                                               std::span<const Guidance> guidance = {});
// Of words: ids without </s>.
std::vector<std::vector<Hypothesis>> translate(const Ensemble& ensemble,
                                               std::span<const std::vector<int32_t>> sources,
                                               const TranslatorOptions& options,
                                               std::span<const Guidance> guidance = {});
std::vector<SentencePair> as_sources(std::span<const std::vector<int32_t>> sources);

// The states that an encoder has of a source, [positions, columns].
struct EncodedSource {
  std::vector<float> states = {};
  int64_t columns = 0;
};

// What a model says of one pair. Where the model's numbers overflow, log_probability is not finite;
// other pairs have theirs.
struct ScoredPair {
  double log_probability = 0;                  // </s> counted
  int64_t tokens = 0;                          // </s> counted
  std::vector<float> token_log_probabilities;  // [tokens], on request
  KeptAttention attention;                     // of the tokens, on request
};

struct ScoringOptions {
  int64_t batch_size = 64;
  bool keep_attention = false;
  bool keep_energies = false;  // of kept attention
  bool keep_token_log_probabilities = false;
  // Nothing but attention is wanted: log_probability is 0.
  bool attention_alone = false;
  AttentionOf attention_of = AttentionOf::kCross;  // which is kept
  IsCancelled is_cancelled = {};                   // asked before each batch
};

// The states of each source, in the order given, none of one without words or rows that its encoder
// reads.
std::vector<EncodedSource> encode(const EncoderDecoder& model,
                                  std::span<const SentencePair> sources, int64_t batch_size);

// Each pair in the order given. Throws ComputationCancelled.
std::vector<ScoredPair> score(const AutoregressiveModel& model, std::span<const SentencePair> pairs,
                              const ScoringOptions& options);

}  // namespace alinea
