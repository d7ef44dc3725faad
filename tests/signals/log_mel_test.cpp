#include "signals/log_mel.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>

#include "support/error.h"

namespace alinea {

namespace {

std::vector<float> noise(size_t size) {
  std::mt19937 random(3);
  std::vector<float> samples(size);
  for (float& x : samples) x = static_cast<float>(random() % 2000) / 1000.0F - 1.0F;
  return samples;
}

// The equations of log_mel.h, term by term.
double filtered(const std::vector<float>& x, const LogMelOptions& o, int64_t frame, int64_t m) {
  const double rate = static_cast<double>(o.rate), pi = std::numbers::pi;
  const auto length = std::llround(o.frame_length * rate / 1000),
             shift = std::llround(o.frame_shift * rate / 1000);
  int64_t points = 1;
  while (points < length) points *= 2;
  const auto mel = [](double f) { return 1127 * std::log(1 + f / 700); };
  const double high = o.high_frequency == 0 ? rate / 2 : o.high_frequency;
  const double step = (mel(high) - mel(o.low_frequency)) / static_cast<double>(o.filters + 1);
  double energy = 0;
  for (int64_t k = 0; k <= points / 2; ++k) {
    const double centre = mel(o.low_frequency) + step * static_cast<double>(m + 1);
    const double place = mel(static_cast<double>(k) * rate / static_cast<double>(points));
    const double weight = std::max(0.0, 1 - std::abs(place - centre) / step);
    std::complex<double> sum = 0;
    for (int64_t n = 0; n < length; ++n) {
      const int64_t t = frame * shift + n;
      const double y =
          t >= std::ssize(x)
              ? 0
              : x[static_cast<size_t>(t)] -
                    o.pre_emphasis * x[static_cast<size_t>(std::max<int64_t>(t - 1, 0))];
      const double window =
          0.54 - 0.46 * std::cos(2 * pi * static_cast<double>(n) / static_cast<double>(length - 1));
      sum += y * window *
             std::polar(1.0, -2 * pi * static_cast<double>(k * n) / static_cast<double>(points));
    }
    energy += weight * std::norm(sum);
  }
  return std::log(std::max(energy, 1e-10));
}

}  // namespace

TEST_CASE("mel energies are those of the equations") {
  const LogMelOptions options{.rate = 1000, .filters = 5, .frame_length = 23, .frame_shift = 7};
  const std::vector<float> samples = noise(45);
  const FeatureRows rows = LogMel(options)(samples);
  REQUIRE(rows.rows() == 1 + (45 - 23) / 7);
  for (int64_t t = 0; t < rows.rows(); ++t)
    for (int64_t m = 0; m < 5; ++m)
      CHECK(rows.values[static_cast<size_t>(t * 5 + m)] ==
            Approx(filtered(samples, options, t, m)).epsilon(1e-3));
}

TEST_CASE("a sound below a frame is filled up, an empty one has no frames") {
  const LogMelOptions options{.rate = 1000, .filters = 3, .frame_length = 20};
  const std::vector<float> samples = noise(7);
  const FeatureRows rows = LogMel(options)(samples);
  REQUIRE(rows.rows() == 1);
  CHECK(rows.values[1] == Approx(filtered(samples, options, 0, 1)).epsilon(1e-3));
  CHECK(LogMel(options)({}).rows() == 0);
}

TEST_CASE("silence has the least energy") {
  const FeatureRows rows = LogMel({.rate = 8000})(std::vector<float>(800));
  REQUIRE(rows.rows() > 1);
  for (const float x : rows.values) CHECK(x == Approx(std::log(1e-10)).epsilon(1e-5));
}

TEST_CASE("a tone is in the filters around it") {
  std::vector<float> samples(1600);
  for (size_t t = 0; t < samples.size(); ++t)
    samples[t] = std::sin(2 * std::numbers::pi_v<float> * 1000 * static_cast<float>(t) / 8000);
  const FeatureRows rows = LogMel({.rate = 8000, .filters = 20})(samples);
  const auto loudest = std::max_element(rows.values.begin(), rows.values.begin() + 20);
  // mel(1000) lies at about 0.45 of mel(20) ... mel(4000).
  CHECK(loudest - rows.values.begin() >= 7);
  CHECK(loudest - rows.values.begin() <= 10);
}

TEST_CASE("frames, frequencies and filters go together") {
  const auto refuses = [](const LogMelOptions& options, const char* reason) {
    CHECK_THROWS_WITH(LogMel(options), Catch::Contains(reason) && !Catch::Contains("--"));
    CHECK_THROWS_AS(LogMel(options), UsageError);
  };
  refuses({.rate = 8000, .frame_length = 0.1}, "frame-length");
  refuses({.rate = 8000, .frame_shift = 0.05}, "frame-shift");
  refuses({.rate = 8000, .high_frequency = 5000}, "at most half");
  refuses({.rate = 8000, .low_frequency = 3000, .high_frequency = 2000}, "low-frequency below");
  refuses({.rate = 8000, .filters = 200}, "mel-filters of 200 are too many");
}

}  // namespace alinea
