#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "reports/alignment_writer.h"
#include "reports/label.h"
#include "reports/page.h"
#include "reports/picture_data.h"
#include "signals/picture.h"
#include "signals/transforms.h"
#include "storage/atomic_file.h"
#include "support/error.h"

namespace alinea {

namespace {

constexpr std::string_view kCaptionStyle = R"(.words { display: flex; flex-wrap: wrap; gap: .8em; }
figure { margin: 0; }
svg { display: block; border: 1px solid var(--line); }
image { image-rendering: pixelated; }
path.most { fill: none; stroke: #ff4400; stroke-width: 2; vector-effect: non-scaling-stroke; }
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

// The values of a picture as they were before they were normalised. What its own moments were is
// not known any more: then they are spread from 0 to 1.
std::vector<float> shown_values(const SourceFeatures& source) {
  FeatureRows rows{source.options.columns, source.rows};
  if (source.options.normalization == "corpus") denormalize(rows, source.options.corpus);
  if (source.options.normalization == "utterance") {
    const auto [least, most] = std::ranges::minmax(rows.values);
    for (float& value : rows.values) value = most > least ? (value - least) / (most - least) : 0;
  }
  return std::move(rows.values);
}

Picture shown_picture(const SourceFeatures& source) {
  const FeatureOptions& options = source.options;
  return joined_patches(
      shown_values(source),
      {options.picture_height, options.picture_width, options.picture_channels, {}},
      std::max<int64_t>(options.patches, 1));
}

// Pixels of a cell of the grid.
struct CellSize {
  double height, width;
};

// Where a position is: the first of its cells, and the one behind the last.
struct Cells {
  int64_t begin, end;
};

Cells cells_of(const SourceFeatures& source, int64_t position) {
  const int64_t count = source.cells_per_position;
  return {position * count,
          std::min((position + 1) * count, source.cells_down * source.cells_across)};
}

// A path around them, with a rectangle for each line of the grid that they are in.
std::string outline(const SourceFeatures& source, const Cells& cells, const CellSize& size) {
  std::string path;
  for (int64_t cell = cells.begin, count = 0; cell < cells.end; cell += count) {
    const int64_t row = cell / source.cells_across, column = cell % source.cells_across;
    count = std::min(source.cells_across - column, cells.end - cell);
    const double width = static_cast<double>(count) * size.width;
    fmt::format_to(std::back_inserter(path), "M{:.2f} {:.2f}h{:.2f}v{:.2f}h{:.2f}z",
                   static_cast<double>(column) * size.width, static_cast<double>(row) * size.height,
                   width, size.height, -width);
  }
  return path;
}

// "1:2", row and column, or "1:2 to 1:4".
std::string name_of(const SourceFeatures& source, const Cells& cells) {
  const auto place = [&](int64_t cell) {
    return fmt::format("{}:{}", cell / source.cells_across, cell % source.cells_across);
  };
  return place(cells.begin) +
         (cells.end - cells.begin > 1 ? " to " + place(cells.end - 1) : std::string());
}

// One caption's picture.
class Figures {
 public:
  explicit Figures(const SourceFeatures& source)
      : source_(source),
        picture_(shown_picture(source)),
        uri_(picture_uri(picture_.pixels, picture_.height, picture_.width, picture_.channels)),
        cell_{static_cast<double>(picture_.height) / static_cast<double>(source.cells_down),
              static_cast<double>(picture_.width) / static_cast<double>(source.cells_across)} {}

  // The picture, under the weights of a word.
  std::string figure(const std::string& word, std::span<const float> weights) const {
    std::string html = head(word);
    const auto largest = std::ranges::max_element(weights);
    for (size_t s = 0; s < weights.size(); ++s) {
      const Cells cells = cells_of(source_, static_cast<int64_t>(s));
      const std::string path = outline(source_, cells, cell_);
      fmt::format_to(std::back_inserter(html),
                     "<path d=\"{}\" fill-opacity=\"{:.2f}\"><title>{} {:.4f}</title></path>", path,
                     darkness(weights[s], *largest), name_of(source_, cells), weights[s]);
      if (static_cast<std::ptrdiff_t>(s) == largest - weights.begin())
        html += fmt::format("<path class=\"most\" d=\"{}\"/>", path);
    }
    return html + fmt::format("</svg>\n<figcaption><bdi>{}</bdi></figcaption></figure>\n",
                              xml_label(word));
  }

 private:
  std::string head(const std::string& word) const {
    constexpr double kShown = 120;  // pixels of the page in height
    const double shape = static_cast<double>(picture_.width) / static_cast<double>(picture_.height);
    return fmt::format(
        "<figure><svg class=\"values\" data-columns=\"{5}\" aria-label=\"what {6} looked at\" "
        "viewBox=\"0 0 {0} {1}\" width=\"{2:.0f}\" height=\"{3:.0f}\">"
        "<image href=\"{4}\" width=\"{0}\" height=\"{1}\"/>\n",
        picture_.width, picture_.height, kShown * shape, kShown, uri_,
        std::max<int64_t>(source_.cells_across / source_.cells_per_position, 1), xml_label(word));
  }

  const SourceFeatures& source_;
  Picture picture_;
  std::string uri_;
  CellSize cell_;
};

class PicturePageWriter : public AlignmentWriter {
 public:
  explicit PicturePageWriter(const std::filesystem::path& path) : file_(path) {
    file_.stream() << page_head("Words and pictures", std::string(kCaptionStyle))
                   << kCaptionIntroduction;
  }

  void write(const Alignment& alignment) override {
    if (!alignment.features || !alignment.features->options.is_picture())
      throw UsageError("--picture-page requires a model of pictures: leave it out");
    std::string caption;
    for (const std::string& word : alignment.target)
      caption += fmt::format(" <bdi>{}</bdi>", xml_label(word));
    std::ostream& out = file_.stream();
    out << section_head(
        fmt::format("d{}", alignment.sentence),
        numbered_name("Picture", alignment.sentence, *alignment.features) + ":" + caption,
        (alignment.target.empty() ? "" : data_attribute("entropy", attention_entropy(alignment))) +
            data_attribute("score", alignment.score.value_or(NAN)));
    if (!alignment.features->rows.empty() && !alignment.weights.empty()) write_words(alignment);
    out << "</section>\n";
  }

  void finish() override {
    file_.stream() << page_foot();
    file_.commit();
  }

 private:
  void write_words(const Alignment& alignment) {
    const Figures figures(*alignment.features);
    const size_t places = alignment.source.size();
    std::ostream& out = file_.stream();
    out << "<div class=\"words\">\n";
    for (size_t t = 0; t < alignment.target.size(); ++t)
      out << figures.figure(alignment.target[t],
                            std::span(alignment.weights).subspan(t * places, places));
    out << "</div>\n";
  }

  AtomicFile file_;
};

}  // namespace

std::unique_ptr<AlignmentWriter> make_picture_page_writer(const std::filesystem::path& file) {
  return std::make_unique<PicturePageWriter>(file);
}

}  // namespace alinea
