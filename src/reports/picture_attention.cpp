#include "reports/picture_attention.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>

#include "reports/label.h"
#include "reports/page.h"
#include "reports/picture_data.h"

namespace alinea {

namespace {

constexpr std::string_view kCaptionStyle = R"(.words { display: flex; flex-wrap: wrap; gap: .8em; }
figure { margin: 0; }
svg { display: block; border: 1px solid var(--line); }
image { image-rendering: pixelated; }
rect.most { fill: none; stroke: #ff4400; stroke-width: 2; vector-effect: non-scaling-stroke; }
figcaption { font-size: .9em; overflow-wrap: anywhere; max-width: 12em; }
)";

constexpr std::string_view kCaptionIntroduction =
    R"(<p>Each word has the picture that it looked at: where it looked less, the picture is darker. The frame is around the
largest weight. Point at a place, touch it, or use the arrow keys to read its weight.</p>
)";

// How dark a place is: black for a weight of 0, nothing for the largest.
double darkness(float weight, float largest) {
  constexpr double kMost = 0.85;
  return largest > 0 ? kMost * (1 - static_cast<double>(weight) / static_cast<double>(largest)) : 0;
}

std::string figure(const CaptionedPicture& picture, const std::string& uri,
                   std::span<const float> weights, const std::string& word) {
  constexpr double kShown = 120;  // pixels of the page in height
  const auto h = static_cast<double>(picture.height), w = static_cast<double>(picture.width);
  const auto grid_height = std::ssize(weights) / picture.grid_width;
  const double cell_height = h / static_cast<double>(grid_height),
               cell_width = w / static_cast<double>(picture.grid_width);
  std::string html = fmt::format(
      "<figure><svg class=\"values\" data-columns=\"{5}\" aria-label=\"what {6} looked at\" "
      "viewBox=\"0 0 {0} {1}\" width=\"{2:.0f}\" height=\"{3:.0f}\">"
      "<image href=\"{4}\" width=\"{0}\" height=\"{1}\"/>\n",
      picture.width, picture.height, kShown * w / h, kShown, uri, picture.grid_width,
      xml_label(word));
  const auto largest = std::ranges::max_element(weights);
  for (size_t s = 0; s < weights.size(); ++s) {
    const auto row = static_cast<int64_t>(s) / picture.grid_width,
               column = static_cast<int64_t>(s) % picture.grid_width;
    const std::string place =
        fmt::format("x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\"",
                    static_cast<double>(column) * cell_width,
                    static_cast<double>(row) * cell_height, cell_width, cell_height);
    fmt::format_to(std::back_inserter(html),
                   "<rect {} fill-opacity=\"{:.2f}\"><title>{}:{} {:.4f}</title></rect>", place,
                   darkness(weights[s], *largest), row, column, weights[s]);
    if (static_cast<std::ptrdiff_t>(s) == largest - weights.begin())
      html += fmt::format("<rect class=\"most\" {}/>", place);
  }
  return html +
         fmt::format("</svg>\n<figcaption><bdi>{}</bdi></figcaption></figure>\n", xml_label(word));
}

}  // namespace

PictureAttentionPage::PictureAttentionPage(const std::filesystem::path& path) : file_(path) {
  file_.stream() << page_head("Words and pictures", std::string(kCaptionStyle))
                 << kCaptionIntroduction;
}

void PictureAttentionPage::write(const Alignment& alignment, const CaptionedPicture& picture) {
  std::string caption;
  for (const std::string& word : alignment.target)
    caption += fmt::format(" <bdi>{}</bdi>", xml_label(word));
  std::ostream& out = file_.stream();
  out << section_head(
      fmt::format("d{}", alignment.sentence),
      fmt::format("Picture {}:{}", alignment.sentence, caption),
      (alignment.target.empty() ? "" : data_attribute("entropy", attention_entropy(alignment))) +
          data_attribute("score", alignment.score.value_or(NAN)));
  const size_t places = alignment.source.size();
  if (!picture.pixels.empty() && !alignment.weights.empty()) {
    const std::string uri =
        picture_uri(picture.pixels, picture.height, picture.width, picture.channels);
    out << "<div class=\"words\">\n";
    for (size_t t = 0; t < alignment.target.size(); ++t)
      out << figure(picture, uri, std::span(alignment.weights).subspan(t * places, places),
                    alignment.target[t]);
    out << "</div>\n";
  }
  out << "</section>\n";
}

void PictureAttentionPage::finish() {
  file_.stream() << page_foot();
  file_.commit();
}

}  // namespace alinea
