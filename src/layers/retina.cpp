#include "layers/retina.h"

#include <algorithm>
#include <cmath>

namespace alinea {

namespace {

int64_t corner(float place, int64_t extent, int64_t side) {
  const double middle = (static_cast<double>(place) + 1) / 2 * static_cast<double>(extent);
  return std::llround(middle - static_cast<double>(side) / 2);
}

}  // namespace

Retina::Patch Retina::patch(const PictureSize& shape, const Place& place, int64_t scale) const {
  const int64_t side = size_ << scale;
  return {corner(place.y, shape.height, side), corner(place.x, shape.width, side), side};
}

Place inside(const Place& place) {
  return {std::clamp(place.y, -1.0F, 1.0F), std::clamp(place.x, -1.0F, 1.0F)};
}

void Retina::look(const PictureSize& shape, std::span<const float> pixels, const Place& place,
                  std::span<float> seen) const {
  std::ranges::fill(seen, 0.0F);
  float* out = seen.data();
  for (int64_t scale = 0; scale < scales_; ++scale) {
    const Patch patch = this->patch(shape, place, scale);
    const int64_t step = int64_t{1} << scale;
    const float share = 1.0F / static_cast<float>(step * step);
    const int64_t last_row = std::min(patch.top + patch.side, shape.height);
    const int64_t last_column = std::min(patch.left + patch.side, shape.width);
    for (int64_t y = std::max<int64_t>(patch.top, 0); y < last_row; ++y)
      for (int64_t x = std::max<int64_t>(patch.left, 0); x < last_column; ++x) {
        const float* from = pixels.data() + (y * shape.width + x) * shape.channels;
        const int64_t cell = (y - patch.top) / step * size_ + (x - patch.left) / step;
        for (int64_t c = 0; c < shape.channels; ++c)
          out[cell * shape.channels + c] += share * from[c];
      }
    out += size_ * size_ * shape.channels;
  }
}

}  // namespace alinea
