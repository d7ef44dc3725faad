// Beam search over a batch of sentences; greedy search is the beam of size 1.
//
// At every step, each sentence orders the extensions of its (at most) K = beam_size hypotheses by
// log P. Those among the first K that end with </s> are finished; the best K that do not end live
// on, so that K hypotheses live until the sentence is done. Ties go to the hypothesis that ranked
// higher before the step, then to the lower token. <s> is never chosen, <unk> may be.
//
// Hypotheses compare by score = log P(Y) / lp(Y) + cp(Y) with
//     lp(Y) = ((5 + |Y|) / 6)^alpha,     |Y| counts </s>
// and the coverage penalty of coverage_penalty.h where that is asked for (Wu et al. 2016, "Google's
// Neural Machine Translation System", eq. 14).
//
// A sentence is done when K hypotheses are finished, or earlier where it makes no difference:
// n_best are finished whose score no hypothesis alive can reach at any length still allowed. With K
// = 1 that is the first </s> that is the most probable token, hence greedy search exactly. It is
// done at the latest at the maximum length; what lives then is taken as it is, scored the same way.
// Finished sentences leave the batch. No result depends on the other sentences of the batch.
//
// Where the options forbid tokens or penalise them (token_rules.h), hypotheses are ordered and
// scored by what that leaves of log P. Where samples are drawn (sampler.h), each hypothesis goes on
// with the token drawn for it, until all have ended. Where phrases are required of a sentence, its
// hypotheses share the beam by how much of them they have met (allotment.h), and end once that is
// all; tokens that bring them further take part however improbable they are. Such a hypothesis and
// one that begins with a prefix may be longer than the maximum length, by as much as that needs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "search/guidance.h"
#include "search/search_options.h"
#include "search/search_watch.h"
#include "search/state.h"

namespace alinea {

struct Hypothesis {
  std::vector<int32_t> tokens;  // without <s> and </s>
  double log_probability;       // log P of the model, </s> counted where it ended
  double score;                 // log P, as the rules leave it, / lp + cp
  bool ended;                   // with </s>, not cut off by the maximum length
  // Of each token and of </s> where it ended; log P is their sum.
  std::vector<float> token_log_probabilities;  // [tokens + ended]
  // A row for each token and one for </s> where it ended, each of the source length: no padding.
  KeptAttention attention;
};

// For every sentence its n_best hypotheses, the best first; fewer only where too few of the
// hypotheses in the beam have a probability above 0. A sentence has none at all where the options
// and its guidance forbid every way to go on, or the model gives every token the probability 0 or
// one of them NaN; that changes nothing for the others. guidance: of each sentence, or nothing at
// all. The watch calls sentences by their index in the batch. Throws UsageError for options and
// guidance out of range, and ComputationCancelled.
std::vector<std::vector<Hypothesis>> beam_search(State& state, const SearchOptions& options,
                                                 std::span<const Guidance> guidance = {},
                                                 const SearchWatch& watch = {});

}  // namespace alinea
