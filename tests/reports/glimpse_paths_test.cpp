// Paths of glimpses as a table and as drawings.
#include "reports/glimpse_paths.h"

#include <catch2/catch.hpp>

#include "reports/picture_data.h"
#include "storage/temporary_folder.h"

namespace alinea {
namespace {

GlimpsedPicture picture_of(std::span<const float> pixels) {
  GlimpsedPicture picture{"a<b>.png", "seven", 0.75, 2, 3, 1, pixels};
  picture.paths = {{0.5, {{{-1, 2, 4}, {-3, 0, 8}}, {{0, 0, 4}, {-2, -2, 8}}}}, {1, {}}};
  return picture;
}

TEST_CASE("a picture becomes a bitmap: blue, green, red from the bottom row on, padded") {
  const std::vector<float> grey = {0, 0.5F, 1, 2, -1, 1};
  const std::string uri = picture_uri(grey, 2, 3, 1);
  // 54 bytes of header and two rows of twelve.
  CHECK(uri ==
        "data:image/bmp;base64,"
        "Qk1OAAAAAAAAADYAAAAoAAAAAwAAAAIAAAABABgAAAAAABgAAAAAAAAAAAAAAAAAAAAAAAAA////AAAA////"
        "AAAAAAAAgICA////AAAA");
  const std::vector<float> red = {1, 0, 0};
  CHECK(picture_uri(red, 1, 1, 3).ends_with("AAD/AA=="));
}

TEST_CASE("paths are written with a row for each patch, and drawn") {
  const TemporaryFolder folder;
  const std::vector<float> pixels(6, 0.5F);
  {
    GlimpseCsvFile table(folder.path() / "paths.csv");
    table.write({"b.png", "not classified"});
    table.write(picture_of(pixels));
    table.finish();
  }
  CHECK(bytes_of(folder.path() / "paths.csv") ==
        "picture,path,probability,glimpse,scale,top,left,side\r\n"
        "1,0,0.500000,0,0,-1,2,4\r\n"
        "1,0,0.500000,0,1,-3,0,8\r\n"
        "1,0,0.500000,1,0,0,0,4\r\n"
        "1,0,0.500000,1,1,-2,-2,8\r\n");
  {
    GlimpsePageFile page(folder.path() / "paths.html");
    page.write(picture_of(pixels));
    page.write({"b.png", "not classified"});
    page.finish();
  }
  const std::string html = bytes_of(folder.path() / "paths.html");
  for (const char* part : {"a&lt;b&gt;.png", "seven, probability 0.7500",
                           "<rect x=\"2\" y=\"-1\" width=\"4\" height=\"4\"/>",
                           "<polyline points=\"4,1 2,2\"/>", "<i>not classified</i>", "</html>"})
    CHECK_THAT(html, Catch::Contains(part));
  { GlimpsePageFile unfinished(folder.path() / "other.html"); }
  CHECK_FALSE(std::filesystem::exists(folder.path() / "other.html"));
}

}  // namespace
}  // namespace alinea
