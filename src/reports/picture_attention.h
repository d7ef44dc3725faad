// What each word of a caption looked at in its picture.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "reports/alignment.h"
#include "storage/atomic_file.h"

namespace alinea {

// The picture of a caption, as picture_uri has it, and the grid of places that attention saw.
struct CaptionedPicture {
  std::span<const float> pixels = {};
  int64_t height = 0, width = 0, channels = 1;
  int64_t grid_width = 0;  // places side by side
};

// One self-contained page. A caption has its picture, and one picture for each of its words: the
// darker a place, the less the word looked at it, and the place of the largest weight has a frame.
// Captions are written as they come; finish() gives the file its name, and without it nothing is
// left. Throws Error where the file cannot be written.
class PictureAttentionPage {
 public:
  explicit PictureAttentionPage(const std::filesystem::path& path);
  // The alignment's source are the places of the grid, row by row. Without pixels the caption
  // stands alone.
  void write(const Alignment& alignment, const CaptionedPicture& picture);
  void finish();

 private:
  AtomicFile file_;
};

}  // namespace alinea
