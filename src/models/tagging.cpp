#include "models/tagging.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/length_batches.h"

namespace alinea {

namespace {

std::vector<int64_t> lengths_in(const TaggedCorpus& corpus, std::span<const int64_t> sentences) {
  std::vector<int64_t> lengths;
  for (const int64_t s : sentences) lengths.push_back(corpus.length(s));
  return lengths;
}

bool all_numbers(std::span<const float> values) {
  return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

// Whether everything that sentence n of the batch is answered by is a number.
bool is_number(const TagStates& states, int64_t n) {
  const auto row_of = [](const Variable& x, int64_t row) {
    const auto columns = static_cast<size_t>(x.columns());
    return std::span<const float>(x.values()).subspan(static_cast<size_t>(row) * columns, columns);
  };
  for (int64_t t = 0; t < states.layout.lengths()[n]; ++t)
    if (!all_numbers(row_of(states.emissions, states.layout.row(n, t)))) return false;
  return !states.classes || all_numbers(row_of(states.classes, n));
}

// What each sentence of the batch is to itself; those without words are none of it.
void keep_attention(const TagStates& states, std::span<const int64_t> batch,
                    std::vector<Tagging>& results) {
  const AttentionValues values = states.attention.values();
  int64_t with_words = 0;
  for (int64_t n = 0; n < std::ssize(batch); ++n) {
    const int64_t length = states.layout.lengths()[n];
    if (length == 0) continue;
    for (int64_t t = 0; t < length; ++t)
      results[batch[n]].attention.append(values, with_words, t, length);
    ++with_words;
  }
}

int32_t best_class(const Variable& classes, int64_t n) {
  const auto count = static_cast<size_t>(classes.columns());
  const std::span<const float> row =
      std::span<const float>(classes.values()).subspan(static_cast<size_t>(n) * count, count);
  return static_cast<int32_t>(std::ranges::max_element(row) - row.begin());
}

}  // namespace

std::vector<Tagging> tag(const Tagger& model, const TaggedCorpus& corpus,
                         std::span<const int64_t> sentences, const TaggingOptions& options) {
  std::vector<Tagging> results(sentences.size());
  Arena arena;
  for (const std::vector<int64_t>& batch :
       batches_by_length(lengths_in(corpus, sentences), options.batch_size)) {
    check_not_cancelled(options.is_cancelled);
    arena.reset();
    Tape tape(arena, Tape::Mode::kInference);
    std::vector<int64_t> numbers = batch;
    for (int64_t& i : numbers) i = sentences[i];
    const TagStates states =
        model(tape, corpus, numbers,
              options.keep_attention ? Tagger::Keep::kAttention : Tagger::Keep::kNothing);
    TagLikelihood likelihood;
    if (corpus.has_tags()) likelihood = model.likelihood(tape, states, corpus, numbers);
    if (states.attention) keep_attention(states, batch, results);
    std::vector<std::vector<int32_t>> best = model.best_tags(tape, states);
    for (int64_t n = 0; n < std::ssize(batch); ++n) {
      Tagging& result = results[batch[n]];
      result.tags = std::move(best[n]);
      result.is_number = is_number(states, n);
      if (states.classes) result.label = best_class(states.classes, n);
      if (!corpus.has_tags()) continue;
      result.tags_log_probability = likelihood.tags[n];
      if (states.classes) result.class_log_probability = likelihood.classes[n];
    }
  }
  return results;
}

std::vector<Tagging> tag(const Tagger& model, const TaggedCorpus& corpus,
                         const TaggingOptions& options) {
  std::vector<int64_t> all(static_cast<size_t>(corpus.size()));
  std::iota(all.begin(), all.end(), 0);
  return tag(model, corpus, all, options);
}

}  // namespace alinea
