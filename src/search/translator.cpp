#include "search/translator.h"

#include <omp.h>

#include <algorithm>
#include <utility>

#include "autograd/parallel.h"
#include "models/encoder_decoder.h"
#include "search/decoding_state.h"
#include "text/vocabulary.h"

namespace alinea {

namespace {

// A batch holds at most this many source words for each sentence that it may hold: a few very long
// sentences do not take the memory of a full batch of them.
constexpr int64_t kUsualLength = 128;

// How many of the pairs, from the first one on, make a batch.
size_t fitting(std::span<const SentencePair> pairs, int64_t batch_size) {
  int64_t size = 0, longest = 0;
  for (const SentencePair& pair :
       pairs.first(std::min(pairs.size(), static_cast<size_t>(batch_size)))) {
    longest = std::max({longest, pair.source_size() + 1, std::ssize(pair.target) + 1});
    if (size > 0 && (size + 1) * longest > batch_size * kUsualLength) break;
    ++size;
  }
  return static_cast<size_t>(size);
}

// Fewer rows than that in a step are too little work to share.
constexpr int64_t kFewRows = 16;

struct BatchesOptions {
  int64_t batch_size;
  int64_t rows;  // of a step, at most, for a sentence
  int64_t part = 0, parts = 1;
};

// Cuts pairs, sorted by length, into batches, and calls visit(batch) for each of the part, for
// several at a time; Batch::index is the position in `pairs`. How a batch is translated does not
// depend on the part.
template <typename Visit>
void for_batches(std::span<const SentencePair> pairs, const BatchesOptions& options, Visit visit) {
  std::vector<SentencePair> sorted(pairs.begin(), pairs.end());
  for (size_t i = 0; i < sorted.size(); ++i) sorted[i].index = static_cast<int64_t>(i);
  const auto length = [](const SentencePair& pair) {
    return std::pair(pair.source_size(), std::ssize(pair.target));
  };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const auto& a, const auto& b) { return length(a) > length(b); });
  std::vector<std::span<const SentencePair>> batches;
  for (std::span<const SentencePair> rest = sorted; !rest.empty();) {
    batches.push_back(rest.first(fitting(rest, options.batch_size)));
    rest = rest.subspan(batches.back().size());
  }
  // Threads that work on batches of their own need not wait for each other at every step.
  const bool enough = std::ssize(batches) >= omp_get_max_threads() ||
                      (std::ssize(batches) > 1 &&
                       std::min(std::ssize(sorted), options.batch_size) * options.rows <= kFewRows);
  const int64_t mine =
      std::max<int64_t>(std::ssize(batches) - options.part + options.parts - 1, 0) / options.parts;
  for_each_piece(mine, enough, [&](int64_t i) {
    visit(make_batch(batches[static_cast<size_t>(options.part + i * options.parts)]));
  });
}

// Every row of the attention of sentence n that was asked for, with so many source positions.
void copy_attention(const Likelihood& likelihood, int64_t n, int64_t source,
                    const ScoringOptions& options, ScoredPair& pair) {
  const int64_t target = pair.tokens;
  const AttentionOf of = options.attention_of;
  const int64_t count = of == AttentionOf::kEncoder ? source : target;
  pair.attention.is_shifted = likelihood.attention_is_shifted;
  for (int64_t t = 0; t < count; ++t) {
    // No step reads </s>: it has the row of the word before.
    const int64_t asked = std::min(t + (likelihood.attention_is_shifted ? 1 : 0), count - 1);
    const auto [block, step] = block_step(likelihood.attention, asked);
    AttentionValues values = likelihood.attention[block].values();
    if (!options.keep_energies) values.energies = {};
    pair.attention.append(values, n, step, of == AttentionOf::kDecoder ? target : source);
  }
}

}  // namespace

namespace {

// Its words by other numbers.
template <typename Number>
Guidance numbered(Guidance guide, Number number) {
  const auto all = [&](std::vector<int32_t>& words) {
    for (int32_t& word : words) word = number(word);
  };
  all(guide.prefix);
  all(guide.source);
  for (Guidance::Phrase& phrase : guide.required) all(phrase);
  for (Guidance::Phrase& phrase : guide.avoided) all(phrase);
  return guide;
}

// The watch of a batch of the sources.
SearchWatch watch_of(const SearchWatch& watch, const Batch& batch) {
  SearchWatch own = watch;
  if (watch.on_step)
    own.on_step = [&](int64_t n, const BestSoFar& best) {
      watch.on_step(batch.index[static_cast<size_t>(n)], best);
    };
  return own;
}

}  // namespace

std::vector<std::vector<Hypothesis>> translate(const Ensemble& ensemble,
                                               std::span<const SentencePair> sources,
                                               const TranslatorOptions& options,
                                               std::span<const Guidance> guidance) {
  std::vector<std::vector<Hypothesis>> translations(sources.size());
  const bool needs_attention = options.keep_attention || options.search.coverage_penalty > 0;
  using Keep = DecodingState::KeepAttention;
  const Keep keep = !needs_attention                                  ? Keep::kNo
                    : options.keep_attention && options.keep_energies ? Keep::kWithEnergies
                                                                      : Keep::kYes;
  const BatchesOptions batches{.batch_size = options.batch_size,
                               .rows = options.search.beam_size,
                               .part = options.part,
                               .parts = options.parts};
  std::vector<std::vector<DecodingMemory>> memory;  // of each thread, for each model
  const auto threads = static_cast<size_t>(omp_get_max_threads());
  memory.reserve(threads);
  for (size_t thread = 0; thread < threads; ++thread) memory.emplace_back(ensemble.models.size());
  for_batches(sources, batches, [&](const Batch& batch) {
    std::vector<Guidance> guides;
    if (!guidance.empty())
      for (const int64_t n : batch.index) guides.push_back(guidance[static_cast<size_t>(n)]);
    std::vector<std::vector<int32_t>> words;
    const int64_t known = ensemble.models[0]->vocabulary_size();
    if (options.shortlist != nullptr)
      for (size_t n = 0; n < batch.index.size(); ++n)
        words.push_back(options.shortlist->words(
            sources[static_cast<size_t>(batch.index[n])].source,
            guides.empty() ? Guidance() : numbered(guides[n], [&](int32_t word) {
              return word < known ? word : kUnknown;
            })));
    const auto state = make_state(
        ensemble, {.ids = batch.source, .lengths = batch.source_lengths, .rows = batch.features},
        keep, memory[static_cast<size_t>(omp_get_thread_num())],
        {words, options.attention_reach, options.ctc_weight});
    for (size_t n = 0; n < guides.size(); ++n)
      guides[n] = numbered(
          guides[n], [&](int32_t word) { return state->column(static_cast<int64_t>(n), word); });
    std::vector<std::vector<Hypothesis>> found =
        beam_search(*state, options.search, guides, watch_of(options.watch, batch));
    for (size_t n = 0; n < found.size(); ++n) {
      for (Hypothesis& hypothesis : found[n])
        for (int32_t& token : hypothesis.tokens)
          token = state->word(static_cast<int64_t>(n), token);
      translations[batch.index[n]] = std::move(found[n]);
    }
  });
  return translations;
}

std::vector<SentencePair> as_sources(std::span<const std::vector<int32_t>> sources) {
  std::vector<SentencePair> pairs;
  for (const std::vector<int32_t>& source : sources) pairs.push_back({source, {}, 0});
  return pairs;
}

std::vector<std::vector<Hypothesis>> translate(const Ensemble& ensemble,
                                               std::span<const std::vector<int32_t>> sources,
                                               const TranslatorOptions& options,
                                               std::span<const Guidance> guidance) {
  return translate(ensemble, as_sources(sources), options, guidance);
}

std::vector<EncodedSource> encode(const EncoderDecoder& model,
                                  std::span<const SentencePair> sources, int64_t batch_size) {
  std::vector<EncodedSource> all(sources.size());
  std::vector<Arena> arenas(static_cast<size_t>(omp_get_max_threads()));
  for_batches(sources, {.batch_size = batch_size, .rows = 1}, [&](const Batch& batch) {
    Arena& arena = arenas[omp_get_thread_num()];
    arena.reset();
    Tape tape(arena, Tape::Mode::kInference);
    const Encoded encoded = model.encode(
        tape, {.ids = batch.source, .lengths = batch.source_lengths, .rows = batch.features});
    for (int64_t n = 0; n < batch.size; ++n) {
      EncodedSource& one = all[batch.index[n]];
      one.columns = encoded.states.columns();
      for (int64_t s = 0; s < encoded.layout.lengths()[static_cast<size_t>(n)]; ++s) {
        const float* row = encoded.states.value() + encoded.layout.row(n, s) * one.columns;
        one.states.insert(one.states.end(), row, row + one.columns);
      }
    }
  });
  return all;
}

std::vector<ScoredPair> score(const AutoregressiveModel& model, std::span<const SentencePair> pairs,
                              const ScoringOptions& options) {
  std::vector<ScoredPair> scored(pairs.size());
  std::vector<Arena> arenas(static_cast<size_t>(omp_get_max_threads()));
  constexpr int64_t kAllSteps = 100;  // at once, as good as
  const BatchesOptions batches{.batch_size = options.batch_size, .rows = kAllSteps};
  for_batches(pairs, batches, [&](const Batch& batch) {
    check_not_cancelled(options.is_cancelled);
    Arena& arena = arenas[omp_get_thread_num()];
    arena.reset();
    Tape tape(arena, Tape::Mode::kInference);
    Likelihood likelihood = model.likelihood(tape, batch,
                                             {.keep_attention = options.keep_attention,
                                              .attention_of = options.attention_of,
                                              .attention_alone = options.attention_alone});
    for (int64_t n = 0; n < batch.size; ++n) {
      ScoredPair& pair = scored[batch.index[n]];
      pair.log_probability = likelihood.log_probability[n];
      pair.tokens = batch.target_lengths[n];
      if (options.keep_token_log_probabilities)
        pair.token_log_probabilities = std::move(likelihood.token_log_probabilities[n]);
      if (!likelihood.attention.empty())
        copy_attention(likelihood, n, model.source_positions(batch.source_lengths[n]), options,
                       pair);
    }
  });
  return scored;
}

}  // namespace alinea
