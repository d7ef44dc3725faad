#include <catch2/catch.hpp>

#include "reports/alignment_writer.h"
#include "storage/temporary_folder.h"

namespace alinea {

namespace {

Alignment looks(size_t positions) {
  Alignment alignment;
  alignment.sentence = 7;
  alignment.target = {"a<b", "</s>"};
  for (size_t s = 0; s < positions; ++s) alignment.source.push_back(std::to_string(s));
  alignment.weights.assign(2 * positions, 0.0F);
  alignment.weights[1] = 0.5F;
  alignment.weights[2] = 0.25F;
  alignment.weights[positions] = 1;
  return alignment;
}

std::string page_of(Alignment alignment, const SourceFeatures& source) {
  const TemporaryFolder folder;
  alignment.features = source;
  const auto page = make_sound_page_writer(folder.path() / "page.html");
  page->write(alignment);
  page->finish();
  return bytes_of(folder.path() / "page.html");
}

}  // namespace

TEST_CASE("sound page: a sound has a strip for each word, as dark as its weights") {
  SourceFeatures source;
  source.options.columns = 2;
  source.rows = {0, 1, 2, 3, 4, 5, 6, 7};
  source.sound_file = "RIFFabc";
  const std::string page = page_of(looks(4), source);
  CHECK_THAT(page, Catch::Contains("<audio controls src=\"data:audio/wav;base64,UklGRmFiYw==\">"));
  CHECK_THAT(page, Catch::Contains("<b><bdi>a&lt;b</bdi></b><svg class=\"values\""));
  CHECK_THAT(page, Catch::Contains("<rect x=\"1\" y=\"0\" width=\"1\" height=\"1\" "
                                   "class=\"w100\"><title>1 0.5000"));
  CHECK_THAT(page, Catch::Contains("<rect x=\"2\" y=\"0\" width=\"1\" height=\"1\" "
                                   "class=\"w50\"><title>2 0.2500"));
  CHECK_THAT(page, Catch::EndsWith("</body>\n</html>\n"));
}

TEST_CASE("sound page: a strip is as long as the rows, of which the last position may have fewer") {
  SourceFeatures source;
  source.options.kind = "sound";
  source.options.columns = 1;
  source.rows.assign(14, 0.5F);
  source.rows.front() = 0;
  source.cells_per_position = 4;
  const std::string page = page_of(looks(4), source);
  CHECK_THAT(page, Catch::Contains("viewBox=\"0 0 14 1\""));
  for (const char* place : {"x=\"0\" y=\"0\" width=\"4\"", "x=\"4\" y=\"0\" width=\"4\"",
                            "x=\"8\" y=\"0\" width=\"4\"", "x=\"12\" y=\"0\" width=\"2\""})
    CHECK_THAT(page, Catch::Contains(place));
}

TEST_CASE("sound page: an axis has the seconds of a sound and the rows of a table") {
  SourceFeatures source;
  source.name = "a/<b>.wav";
  source.options.kind = "sound";
  source.options.columns = 1;
  source.options.frame_length = 20;
  source.rows.assign(50, 0.5F);
  source.rows.front() = 0;
  // The first row begins after 5 ms, the last one ends after 505.
  const std::string seconds = page_of(looks(50), source);
  CHECK_THAT(seconds, Catch::Contains("<b>seconds</b><div><i style=\"left:9.000%\">0.05</i>") &&
                          Catch::Contains("<i style=\"left:99.000%\">0.5</i></div>"));
  CHECK_THAT(seconds, Catch::Contains(">Example 7: <bdi>a/&lt;b&gt;.wav</bdi></a>"));
  source.options.kind = "table";
  CHECK_THAT(page_of(looks(50), source),
             Catch::Contains("<b>row</b><div><i style=\"left:1.000%\">0</i>") &&
                 Catch::Contains("<i style=\"left:91.000%\">45</i></div>"));
}

TEST_CASE("sound page: an example without weights says so") {
  Alignment nothing;
  nothing.sentence = 3;
  CHECK_THAT(page_of(nothing, {}), Catch::Contains("Example 3") && Catch::Contains("no weights"));
}

TEST_CASE("sound page: a picture is refused") {
  SourceFeatures picture;
  picture.options.kind = "picture";
  CHECK_THROWS_WITH(page_of(looks(4), picture), Catch::Contains("requires a model of sounds"));
}

}  // namespace alinea
