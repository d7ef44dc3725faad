// Speech as the logarithms of the energies that mel filters let pass, frame by frame (Davis &
// Mermelstein 1980; the filters and frames of HTK, Young et al. 2006, sections 5.2 to 5.6):
//
//   y_t = x_t - a x_{t-1}                                    pre-emphasis, x_{-1} = x_0
//   X = DFT of L samples of y, each times 0.54 - 0.46 cos(2πn / (L-1))    a frame every `shift`
//   o_m = log max(Σ_k w_mk |X_k|², 1e-10)
//
// w_m is a triangle over frequencies on the scale mel(f) = 1127 ln(1 + f/700): it rises from 0 at
// the centre of filter m-1 to 1 at its own and falls to 0 at that of m+1; centres lie evenly
// between the lowest and the highest frequency.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "signals/feature_rows.h"

namespace alinea {

struct LogMelOptions {
  int64_t rate;  // samples a second
  int64_t filters = 40;
  double frame_length = 25;  // milliseconds
  double frame_shift = 10;
  double low_frequency = 20;  // Hz
  double high_frequency = 0;  // 0: half of the rate
  double pre_emphasis = 0.97;
};

class LogMel {
 public:
  // Throws UsageError for frames, frequencies or filters that do not go together.
  explicit LogMel(const LogMelOptions& options);
  ~LogMel();

  // A row for each whole frame, [frames, filters]; a shorter sound is filled up with zeros, and one
  // without samples has no rows.
  FeatureRows operator()(std::span<const float> samples) const;

 private:
  struct Filter {
    int64_t first;               // frequency k
    std::vector<float> weights;  // w_mk from there on
  };
  class Transform;

  std::vector<Filter> make_filters() const;

  LogMelOptions options_;
  int64_t length_, shift_;     // samples
  int64_t points_;             // of the DFT: the next power of two
  std::vector<float> window_;  // [length]
  std::vector<Filter> filters_;
  std::unique_ptr<Transform> transform_;
};

}  // namespace alinea
