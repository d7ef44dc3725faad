// The recurrent attention model (Mnih, Heess, Graves & Kavukcuoglu 2014, "Recurrent models of
// visual attention"): it sees a few patches of a picture, one after the other, and says where to
// look next.
//
//   g_t = ReLU(W_1 ReLU(W_ρ ρ(x, l_t) + b_ρ) + W_2 ReLU(W_l l_t + b_l) + b)    the glimpse
//   h_t = ReLU(W_h h_{t-1} + W_g g_t + b_h),  h_0 = 0                          the core
//   l_t ~ N(W_m h_{t-1} + b_m, σ²), cut to the picture                         where it looks
//   p   = softmax(W_p h_T + b_p)
//
// Places are learned by REINFORCE, of the reward R = 1 where the class is right, with a learned
// baseline b_t = w h_{t-1} + c; what chooses them passes no gradient to the core.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "autograd/tape.h"
#include "layers/linear.h"
#include "layers/retina.h"
#include "models/glimpse_options.h"

namespace alinea {

// Pictures of one size.
struct PictureBatch {
  PictureSize shape;
  std::vector<std::span<const float>> pixels = {};  // N
  std::vector<uint64_t> seeds = {};                 // N, of the paths
};

// N pictures, looked at along one path each.
struct Glimpsed {
  Variable logits;                                   // [N, C]
  std::vector<Variable> means = {}, baselines = {};  // T of [N, 2] and [N, 1]; of learned places
  std::vector<std::vector<Place>> places = {};       // T of N, as they were drawn
};

class GlimpseClassifier {
 public:
  struct Sizes {
    PictureSize picture;
    int64_t classes;
  };
  // Parameters: glimpse.patch, glimpse.place, glimpse.patch.joint, glimpse.place.joint,
  // core.glimpse, core.state, and with learned places location and baseline; output; all as in
  // Linear.
  GlimpseClassifier(const GlimpseOptions& options, const Sizes& sizes,
                    ParameterStore::Gradients gradients);

  const GlimpseOptions& options() const { return options_; }
  const Sizes& sizes() const { return sizes_; }
  const Retina& retina() const { return retina_; }
  ParameterStore& parameters() { return store_; }
  const ParameterStore& parameters() const { return store_; }

  Glimpsed operator()(Tape& tape, const PictureBatch& pictures) const;

  // What is minimised besides the cross-entropy, [1], or nothing: for places
  // -Σ_t (R - b_t) log N(l_t; μ_t, σ²), and for the baselines Σ_t (R - b_t)².
  Variable location_cost(Tape& tape, const Glimpsed& glimpsed,
                         std::span<const float> rewards) const;

 private:
  Variable see(Tape& tape, const PictureBatch& pictures, std::span<const Place> places) const;

  GlimpseOptions options_;
  Sizes sizes_;
  Retina retina_;
  ParameterStore store_;
  Linear patch_, place_, patch_joint_, place_joint_;
  Linear core_glimpse_, core_state_;
  std::optional<Linear> location_, baseline_;
  Linear output_;
};

// The reward of each row of logits [N, C]: 1 where the largest is that of its label, the first of
// equals, else 0.
std::vector<float> rewards_of(const Variable& logits, std::span<const int32_t> labels);

}  // namespace alinea
