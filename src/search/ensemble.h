// Models that translate together. They agree on the target vocabulary and read the same sources;
// everything else about them may differ.
//
//   p(y_t | y_<t, x) = Σ_m w_m p_m(y_t | y_<t, x),     Σ_m w_m = 1
//
// the mean of the probabilities, not of their logarithms: it is a distribution again, so that log P
// stays one, and a token that one model rules out is not lost.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "models/autoregressive_model.h"
#include "search/decoding_state.h"
#include "search/state.h"

namespace alinea {

struct Ensemble {
  std::vector<const AutoregressiveModel*> models;
  std::vector<float> weights;  // above 0, with sum 1, one per model

  // A model alone.
  Ensemble(const AutoregressiveModel& model) : models{&model}, weights{1} {}
  // `given` weights of any sum, or none: all equal. The models outlive the ensemble. Throws
  // UsageError where weights are not above 0 or not one per model, Error if the models do not know
  // as many words as the first.
  Ensemble(std::span<const AutoregressiveModel* const> members, std::span<const double> given);
};

// `memory`, one per model, and the options as in DecodingState. Where attention is kept, that
// of several models is the mean of their weights, by the same w_m. Throws Error where several are
// asked for it and one has no attention, or a local one: the mean of windows is none.
std::unique_ptr<State> make_state(const Ensemble& ensemble, const Source& source,
                                  DecodingState::KeepAttention keep,
                                  std::span<DecodingMemory> memory,
                                  const StepOptions& options = {});

}  // namespace alinea
