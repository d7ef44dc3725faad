// Words beside what they looked at in a picture.
#include "reports/picture_attention.h"

#include <catch2/catch.hpp>

#include "storage/temporary_folder.h"

namespace alinea {
namespace {

TEST_CASE("every word of a caption has the picture with its weights over it") {
  const TemporaryFolder folder;
  Alignment alignment;
  alignment.sentence = 3;
  alignment.source = {"0:0", "0:1", "0:2", "1:0", "1:1", "1:2"};
  alignment.target = {"a", "<b>", "</s>"};
  alignment.weights = {0.5F, 0.1F, 0.1F, 0.1F,  0.1F,  0.1F,   0,      0,      0,
                       0,    1,    0,    0.25F, 0.25F, 0.125F, 0.125F, 0.125F, 0.125F};
  const std::vector<float> pixels(4 * 6 * 3, 0.5F);
  {
    PictureAttentionPage page(folder.path() / "page.html");
    page.write(alignment, {pixels, 4, 6, 3, 3});
    alignment.sentence = 4;
    page.write(alignment, {});
    page.finish();
  }
  const std::string html = bytes_of(folder.path() / "page.html");
  for (const char* part :
       {"id=\"d3\"", "<bdi>a</bdi> <bdi>&lt;b&gt;</bdi> <bdi>&lt;/s&gt;</bdi></a></h2>",
        "<figcaption><bdi>&lt;b&gt;</bdi></figcaption>",
        // The largest weight leaves its place as it is and has the frame; 0 is darkest.
        "<rect x=\"2.00\" y=\"2.00\" width=\"2.00\" height=\"2.00\" fill-opacity=\"0.00\">",
        "<rect class=\"most\" x=\"2.00\" y=\"2.00\" width=\"2.00\" height=\"2.00\"/>",
        "fill-opacity=\"0.85\"><title>1:2 0.0000</title>", "id=\"d4\""})
    CHECK_THAT(html, Catch::Contains(part));
  const auto count = [&](const std::string& part) {
    size_t found = 0;
    for (size_t at = html.find(part); at != std::string::npos; at = html.find(part, at + 1))
      ++found;
    return found;
  };
  CHECK(count("<figure>") == 3);
  CHECK(count("<rect ") == 3 * 7);
}

}  // namespace
}  // namespace alinea
