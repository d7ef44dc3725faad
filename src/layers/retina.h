// What a glimpse sees of a picture (Mnih, Heess, Graves & Kavukcuoglu 2014, "Recurrent models of
// visual attention", section 3.1): a patch around a place in full resolution, and larger ones
// around the same place in as many pixels, each twice as wide as the one before.
#pragma once

#include <cstdint>
#include <span>

namespace alinea {

// Pixels row by row, the channels of each together.
struct PictureSize {
  int64_t height = 0, width = 0, channels = 1;
  int64_t values() const { return height * width * channels; }
  bool operator==(const PictureSize&) const = default;
};

// From -1, the upper or left edge, to 1.
struct Place {
  float y = 0, x = 0;
};

// The nearest place of the picture.
Place inside(const Place& place);

class Retina {
 public:
  // Patches of size x size pixels, in so many scales.
  Retina(int64_t size, int64_t scales) : size_(size), scales_(scales) {}

  // What it puts out of a picture with so many channels.
  int64_t columns(int64_t channels) const { return scales_ * size_ * size_ * channels; }

  // The patches around the place, which is rounded to a whole pixel, one scale behind the other:
  // means of squares of pixels; 0 beyond the picture's edges.
  void look(const PictureSize& shape, std::span<const float> pixels, const Place& place,
            std::span<float> seen) const;

  // The corner of scale s's patch, in pixels, and its width.
  struct Patch {
    int64_t top, left, side;
  };
  Patch patch(const PictureSize& shape, const Place& place, int64_t scale) const;

 private:
  int64_t size_, scales_;
};

}  // namespace alinea
