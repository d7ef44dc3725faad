#include "signals/log_mel.h"

#include <fftw3.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "support/error.h"

namespace alinea {

namespace {

constexpr float kLeastEnergy = 1e-10F;

double mel(double frequency) { return 1127 * std::log(1 + frequency / 700); }

int64_t samples_in(double milliseconds, int64_t rate) {
  return std::llround(milliseconds * static_cast<double>(rate) / 1000);
}

std::vector<float> hamming(int64_t length) {
  std::vector<float> window;
  for (int64_t n = 0; n < length; ++n)
    window.push_back(static_cast<float>(
        0.54 - 0.46 * std::cos(2 * std::numbers::pi * static_cast<double>(n) /
                               static_cast<double>(std::max<int64_t>(length - 1, 1)))));
  return window;
}

}  // namespace

// |X_k|² of a frame. The plan is made without measuring, so that it is the same in every run.
class LogMel::Transform {
 public:
  explicit Transform(int64_t points)
      : points_(static_cast<size_t>(points)),
        in_(fftwf_alloc_real(points_)),
        out_(fftwf_alloc_complex(points_ / 2 + 1)),
        plan_(fftwf_plan_dft_r2c_1d(static_cast<int>(points), in_, out_, FFTW_ESTIMATE)) {}
  Transform(const Transform&) = delete;
  Transform& operator=(const Transform&) = delete;
  ~Transform() {
    fftwf_destroy_plan(plan_);
    fftwf_free(out_);
    fftwf_free(in_);
  }

  std::span<float> frame() { return {in_, points_}; }
  void power(std::span<float> squares) {
    fftwf_execute(plan_);
    for (size_t k = 0; k < squares.size(); ++k)
      squares[k] = out_[k][0] * out_[k][0] + out_[k][1] * out_[k][1];
  }

 private:
  size_t points_;
  float* in_;
  fftwf_complex* out_;
  fftwf_plan plan_;
};

LogMel::LogMel(const LogMelOptions& options)
    : options_(options),
      length_(samples_in(options.frame_length, options.rate)),
      shift_(samples_in(options.frame_shift, options.rate)) {
  const double half = static_cast<double>(options.rate) / 2;
  if (options_.high_frequency == 0) options_.high_frequency = half;
  if (length_ < 2 || shift_ < 1)
    throw UsageError(
        "frames of {} ms every {} ms have no samples at a sample rate of {}: give a longer "
        "frame-length or frame-shift",
        options.frame_length, options.frame_shift, options.rate);
  if (options_.low_frequency >= options_.high_frequency || options_.high_frequency > half)
    throw UsageError(
        "expected low-frequency below high-frequency, and that at most half of the sample "
        "rate, {}, got {} and {}",
        half, options_.low_frequency, options_.high_frequency);
  points_ = static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(length_)));
  window_ = hamming(length_);
  filters_ = make_filters();
  transform_ = std::make_unique<Transform>(points_);
}

LogMel::~LogMel() = default;

std::vector<LogMel::Filter> LogMel::make_filters() const {
  const double low = mel(options_.low_frequency), high = mel(options_.high_frequency);
  const double step = (high - low) / static_cast<double>(options_.filters + 1);
  std::vector<Filter> filters;
  for (int64_t m = 0; m < options_.filters; ++m) {
    const double centre = low + step * static_cast<double>(m + 1);
    Filter filter{0, {}};
    for (int64_t k = 0; k <= points_ / 2; ++k) {
      const double frequency =
          static_cast<double>(k * options_.rate) / static_cast<double>(points_);
      const double weight = 1 - std::abs(mel(frequency) - centre) / step;
      if (weight <= 0) continue;
      if (filter.weights.empty()) filter.first = k;
      filter.weights.push_back(static_cast<float>(weight));
    }
    if (filter.weights.empty())
      throw UsageError(
          "mel-filters of {} are too many for frames of {} ms at a sample rate of {}: a filter "
          "lies "
          "between two frequencies of a frame",
          options_.filters, options_.frame_length, options_.rate);
    filters.push_back(std::move(filter));
  }
  return filters;
}

FeatureRows LogMel::operator()(std::span<const float> samples) const {
  FeatureRows rows{options_.filters, {}};
  if (samples.empty()) return rows;
  const auto size = static_cast<int64_t>(samples.size());
  const int64_t frames = 1 + std::max<int64_t>(size - length_, 0) / shift_;
  std::vector<float> squares(static_cast<size_t>(points_ / 2 + 1));
  const std::span<float> frame = transform_->frame();
  const auto emphasised = [&](int64_t t) {
    return samples[static_cast<size_t>(t)] -
           static_cast<float>(options_.pre_emphasis) *
               samples[static_cast<size_t>(std::max<int64_t>(t - 1, 0))];
  };
  for (int64_t i = 0; i < frames; ++i) {
    std::ranges::fill(frame, 0.0F);
    for (int64_t n = 0; n < length_ && i * shift_ + n < size; ++n)
      frame[static_cast<size_t>(n)] = window_[static_cast<size_t>(n)] * emphasised(i * shift_ + n);
    transform_->power(squares);
    for (const Filter& filter : filters_) {
      float energy = 0;
      for (size_t k = 0; k < filter.weights.size(); ++k)
        energy += filter.weights[k] * squares[static_cast<size_t>(filter.first) + k];
      rows.values.push_back(std::log(std::max(energy, kLeastEnergy)));
    }
  }
  return rows;
}

}  // namespace alinea
