#include "reports/sound_page.h"

#include <catch2/catch.hpp>

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

std::string page_of(const Alignment& alignment, const ShownSound& source) {
  const TemporaryFolder folder;
  SoundPageFile file(folder.path() / "page.html");
  file.write(alignment, source);
  file.finish();
  return bytes_of(folder.path() / "page.html");
}

}  // namespace

TEST_CASE("sound page: a sound has a strip for each word, as dark as its weights") {
  const std::vector<float> rows = {0, 1, 2, 3, 4, 5, 6, 7};
  ShownSound source{.rows = rows, .columns = 2};
  source.file = "RIFFabc";
  const std::string page = page_of(looks(4), source);
  CHECK_THAT(page, Catch::Contains("<audio controls src=\"data:audio/wav;base64,UklGRmFiYw==\">"));
  CHECK_THAT(page, Catch::Contains("<b><bdi>a&lt;b</bdi></b><svg class=\"values\""));
  CHECK_THAT(page, Catch::Contains("<rect x=\"1\" y=\"0\" width=\"1\" height=\"1\" "
                                   "class=\"w100\"><title>1 0.5000"));
  CHECK_THAT(page, Catch::Contains("<rect x=\"2\" y=\"0\" width=\"1\" height=\"1\" "
                                   "class=\"w50\"><title>2 0.2500"));
  CHECK_THAT(page, Catch::EndsWith("</body>\n</html>\n"));
}

TEST_CASE("sound page: an example without weights says so") {
  Alignment nothing;
  nothing.sentence = 3;
  CHECK_THAT(page_of(nothing, {}), Catch::Contains("Example 3") && Catch::Contains("no weights"));
}

}  // namespace alinea
