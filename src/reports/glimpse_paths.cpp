#include "reports/glimpse_paths.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <iterator>

#include "reports/csv.h"
#include "reports/label.h"
#include "reports/page.h"
#include "reports/picture_data.h"

namespace alinea {

namespace {

constexpr size_t kMostDrawn = 4;  // paths of a picture

constexpr std::string_view kGlimpseStyle = R"(.paths { display: flex; flex-wrap: wrap; gap: 1em; }
figure { margin: 0; }
svg { display: block; background: #888; }
image { image-rendering: pixelated; }
rect { fill: none; stroke: #f80; vector-effect: non-scaling-stroke; }
polyline { fill: none; stroke: #0af; stroke-width: 2; vector-effect: non-scaling-stroke; }
circle { fill: #0af; }
circle.first { fill: #f44; }
figcaption { font-size: .85em; }
)";

constexpr std::string_view kGlimpseIntroduction =
    R"(<p>Each drawing is one path over the picture. Squares are what a glimpse saw in full resolution; the line goes
through their middles, from the red one on.</p>
)";

std::string drawing(const GlimpsedPicture& picture, const GlimpsedPicture::Path& path,
                    const std::string& uri) {
  constexpr double kHeight = 180;
  const double radius = static_cast<double>(picture.height) / 60;
  std::string html = fmt::format(
      "<figure><svg class=\"values\" aria-label=\"glimpses\" viewBox=\"0 0 {0} {1}\" "
      "width=\"{2:.0f}\" height=\"{3:.0f}\">"
      "<image href=\"{4}\" width=\"{0}\" height=\"{1}\"/>\n",
      picture.width, picture.height,
      kHeight * static_cast<double>(picture.width) / static_cast<double>(picture.height), kHeight,
      uri);
  std::string line, middles;
  for (size_t t = 0; t < path.glimpses.size(); ++t) {
    const GlimpsePatch& patch = path.glimpses[t].front();
    const double half = static_cast<double>(patch.side) / 2,
                 x = static_cast<double>(patch.left) + half,
                 y = static_cast<double>(patch.top) + half;
    fmt::format_to(std::back_inserter(html), "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                   patch.left, patch.top, patch.side, patch.side);
    line += fmt::format("{}{},{}", t == 0 ? "" : " ", x, y);
    middles += fmt::format(
        "<circle cx=\"{}\" cy=\"{}\" r=\"{:.2f}\"{}><title>glimpse {}: {}, {}</title></circle>", x,
        y, radius, t == 0 ? " class=\"first\"" : "", t, x, y);
  }
  return html +
         fmt::format(
             "\n<polyline points=\"{}\"/>{}</svg>\n<figcaption>{:.4f}</figcaption></figure>\n",
             line, middles, path.probability);
}

}  // namespace

GlimpseCsvFile::GlimpseCsvFile(const std::filesystem::path& path) : file_(path) {
  file_.stream() << "picture,path,probability,glimpse,scale,top,left,side" << kCsvEndOfLine;
}

void GlimpseCsvFile::write(const GlimpsedPicture& picture) {
  for (size_t p = 0; p < picture.paths.size(); ++p)
    for (size_t t = 0; t < picture.paths[p].glimpses.size(); ++t)
      for (size_t s = 0; s < picture.paths[p].glimpses[t].size(); ++s) {
        const GlimpsePatch& patch = picture.paths[p].glimpses[t][s];
        fmt::print(file_.stream(), "{},{},{:.6f},{},{},{},{},{}{}", pictures_, p,
                   picture.paths[p].probability, t, s, patch.top, patch.left, patch.side,
                   kCsvEndOfLine);
      }
  ++pictures_;
}

GlimpsePageFile::GlimpsePageFile(const std::filesystem::path& path) : file_(path) {
  file_.stream() << page_head("Glimpses", std::string(kGlimpseStyle)) << kGlimpseIntroduction;
}

void GlimpsePageFile::write(const GlimpsedPicture& picture) {
  std::ostream& out = file_.stream();
  out << section_head(fmt::format("d{}", pictures_++),
                      fmt::format("{}: {}, probability {:.4f}", xml_label(picture.name),
                                  xml_label(picture.label), picture.probability),
                      data_attribute("probability", picture.probability));
  if (picture.paths.empty()) {
    out << "<p><i>not classified</i></p>\n</section>\n";
    return;
  }
  const std::string uri =
      picture_uri(picture.pixels, picture.height, picture.width, picture.channels);
  out << "<div class=\"paths\">\n";
  for (size_t p = 0; p < std::min(kMostDrawn, picture.paths.size()); ++p)
    out << drawing(picture, picture.paths[p], uri);
  out << "</div>\n</section>\n";
}

void GlimpsePageFile::finish() {
  file_.stream() << page_foot();
  file_.commit();
}

}  // namespace alinea
