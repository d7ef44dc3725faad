// Where a classifier looked at pictures: as a table, and drawn on the pictures.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "storage/atomic_file.h"

namespace alinea {

// A square of pixels, by its corner; it may reach beyond the picture.
struct GlimpsePatch {
  int64_t top, left, side;
};

// One picture and what was seen of it.
struct GlimpsedPicture {
  std::string name, label;  // of the picture, and of the answer
  double probability = 0;   // of the answer
  int64_t height = 0, width = 0, channels = 1;
  std::span<const float> pixels = {};
  struct Path {
    double probability;  // of the answer along it
    // Of each glimpse, from the sharpest scale on.
    std::vector<std::vector<GlimpsePatch>> glimpses;
  };
  std::vector<Path> paths = {};
};

// One table for all pictures, with one row per patch:
// picture,path,probability,glimpse,scale,top,left,side
// All but the probability are counted from 0, places in pixels. A picture that was not classified
// has no rows. CSV by RFC 4180. Rows are written as they come; finish() gives the file its name,
// and without it nothing is left. Throws Error where the file cannot be written.
class GlimpseCsvFile {
 public:
  explicit GlimpseCsvFile(const std::filesystem::path& path);
  void write(const GlimpsedPicture& picture);
  void finish() { file_.commit(); }

 private:
  AtomicFile file_;
  int64_t pictures_ = 0;
};

// One self-contained page, with a drawing for each of the first paths of a picture: its patches,
// and a line through their middles. Written as the table is.
class GlimpsePageFile {
 public:
  explicit GlimpsePageFile(const std::filesystem::path& path);
  void write(const GlimpsedPicture& picture);
  void finish();

 private:
  AtomicFile file_;
  int64_t pictures_ = 0;
};

}  // namespace alinea
