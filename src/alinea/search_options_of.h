// What translations and texts that a language model writes have in common.
#pragma once

#include "search/search_options.h"

namespace alinea {

// Of TranslationOptions or WritingOptions.
template <typename Options>
SearchOptions search_options_of(const Options& options) {
  return {.beam_size = options.beam_size,
          .n_best = options.sampling ? options.beam_size : options.n_best,
          .length_penalty = options.length_penalty,
          .min_length = options.min_length,
          .allow_unknown = options.allow_unknown,
          .no_repeat_ngram_size = options.no_repeat_ngram_size,
          .repetition_penalty = options.repetition_penalty,
          .sampling = {.enabled = options.sampling,
                       .temperature = options.temperature,
                       .top_k = options.top_k,
                       .top_p = options.top_p,
                       .seed = options.seed}};
}

}  // namespace alinea
