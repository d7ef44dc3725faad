// Words beside what they looked at in a picture.
#include <catch2/catch.hpp>

#include "reports/alignment_writer.h"
#include "storage/temporary_folder.h"

namespace alinea {
namespace {

// Of a picture of 4 by 6 pixels in 3 channels.
SourceFeatures picture(int64_t cells_down, int64_t cells_across, int64_t cells_per_position) {
  SourceFeatures source;
  source.options.kind = "picture";
  source.options.columns = source.options.picture_channels = 3;
  source.options.picture_height = 4;
  source.options.picture_width = 6;
  source.rows.assign(4 * 6 * 3, 0.5F);
  source.cells_down = cells_down;
  source.cells_across = cells_across;
  source.cells_per_position = cells_per_position;
  return source;
}

std::string page_of(std::initializer_list<Alignment> alignments) {
  const TemporaryFolder folder;
  const auto page = make_picture_page_writer(folder.path() / "page.html");
  for (const Alignment& alignment : alignments) page->write(alignment);
  page->finish();
  return bytes_of(folder.path() / "page.html");
}

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST_CASE("every word of a caption has the picture with its weights over it") {
  Alignment alignment, empty;
  alignment.sentence = 3;
  alignment.source = {"0:0", "0:1", "0:2", "1:0", "1:1", "1:2"};
  alignment.target = {"a", "<b>", "</s>"};
  alignment.weights = {0.5F, 0.1F, 0.1F, 0.1F,  0.1F,  0.1F,   0,      0,      0,
                       0,    1,    0,    0.25F, 0.25F, 0.125F, 0.125F, 0.125F, 0.125F};
  alignment.features = empty.features = picture(2, 3, 1);
  empty.sentence = 4;
  empty.features->rows.clear();
  empty.features->name = "a&b.png";
  const std::string html = page_of({alignment, empty});
  for (const char* part :
       {"id=\"d3\"", "<bdi>a</bdi> <bdi>&lt;b&gt;</bdi> <bdi>&lt;/s&gt;</bdi></a></h2>",
        "<figcaption><bdi>&lt;b&gt;</bdi></figcaption>",
        // The largest weight leaves its place as it is and has the frame; 0 is darkest.
        "<path d=\"M2.00 2.00h2.00v2.00h-2.00z\" fill-opacity=\"0.00\">",
        "<path class=\"most\" d=\"M2.00 2.00h2.00v2.00h-2.00z\"/>",
        "fill-opacity=\"0.85\"><title>1:2 0.0000</title>", "data-columns=\"3\"", "id=\"d4\"",
        ">Picture 4: <bdi>a&amp;b.png</bdi>:</a>"})
    CHECK_THAT(html, Catch::Contains(part));
  CHECK(count(html, "<figure>") == 3);
  CHECK(count(html, "<path ") == 3 * 7);
}

TEST_CASE("a position of several pixels is drawn over all of them") {
  Alignment alignment;
  alignment.target = {"a"};
  // 5 neighbours each of 24 pixels, the last one 4: 0:0-0:4, 0:5-1:3, 1:4-2:2, 2:3-3:1, 3:2-3:5.
  alignment.source = {"0", "1", "2", "3", "4"};
  alignment.weights = {0.1F, 0.6F, 0.1F, 0.1F, 0.1F};
  alignment.features = picture(4, 6, 5);
  const std::string html = page_of({alignment});
  for (const char* part :
       {"<path d=\"M0.00 0.00h5.00v1.00h-5.00z\" ", "<title>0:0 to 0:4 0.1000</title>",
        "<path class=\"most\" d=\"M5.00 0.00h1.00v1.00h-1.00zM0.00 1.00h4.00v1.00h-4.00z\"/>",
        "<title>0:5 to 1:3 0.6000</title>", "<path d=\"M2.00 3.00h4.00v1.00h-4.00z\" ",
        "<title>3:2 to 3:5 0.1000</title>", "data-columns=\"1\""})
    CHECK_THAT(html, Catch::Contains(part));
  CHECK(count(html, "<path ") == 5 + 1);
}

TEST_CASE("a page of pictures needs pictures") {
  Alignment words;
  CHECK_THROWS_WITH(page_of({words}), Catch::Contains("requires a model of pictures"));
  words.features = picture(2, 3, 1);
  words.features->options.kind = "sound";
  CHECK_THROWS_WITH(page_of({words}), Catch::Contains("requires a model of pictures"));
}

}  // namespace
}  // namespace alinea
