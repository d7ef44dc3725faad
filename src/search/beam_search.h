// Beam search over a batch of sentences; greedy search is the beam of size 1.
//
// At every step, each sentence orders the extensions of its (at most) K = beam_size hypotheses by
// log P. Those among the first K that end with </s> are finished; the best K that do not end live
// on, so that K hypotheses live until the sentence is done. Ties go to the hypothesis that ranked
// higher before the step, then to the lower token. <s> is never chosen, <unk> may be.
//
// Hypotheses compare by score = log P(Y) / lp(Y) with
//     lp(Y) = ((5 + |Y|) / 6)^alpha,     |Y| counts </s>
// (Wu et al. 2016, "Google's Neural Machine Translation System", eq. 14, without its coverage).
//
// A sentence is done when K hypotheses are finished, or earlier where it makes no difference:
// n_best are finished whose score no hypothesis alive can reach at any length still allowed. With K
// = 1 that is the first </s> that is the most probable token, hence greedy search exactly. It is
// done at the latest at the maximum length; what lives then is taken as it is, scored the same way.
// Finished sentences leave the batch. No result depends on the other sentences of the batch.
#pragma once

#include <cstdint>
#include <vector>

#include "search/search_options.h"
#include "search/state.h"

namespace alinea {

struct Hypothesis {
  std::vector<int32_t> tokens;  // without <s> and </s>
  double log_probability;       // log P, </s> counted where it ended
  double score;                 // log P / lp
  bool ended;                   // with </s>, not cut off by the maximum length
  // One row a token and one for </s> where it ended, each of the source length: no padding.
  std::vector<float> attention;          // [tokens + ended, source_length], empty without attention
  std::vector<StepOutput::Focus> focus;  // [tokens + ended], empty unless the attention is local
};

// For every sentence its n_best hypotheses, the best first; fewer only where too few of the
// hypotheses in the beam have a probability above 0, and never none. Throws UsageError for options
// out of range; Error where the model gives NaN, or gives no token at all a probability above 0.
std::vector<std::vector<Hypothesis>> beam_search(State& state, const SearchOptions& options);

}  // namespace alinea
