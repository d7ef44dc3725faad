#include <fmt/ostream.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "reports/alignment_writer.h"
#include "reports/colours.h"
#include "reports/label.h"
#include "reports/page.h"
#include "reports/picture_data.h"
#include "storage/atomic_file.h"
#include "support/error.h"

namespace alinea {

namespace {

constexpr std::string_view kSoundStyle =
    R"(.time { display: grid; grid-template-columns: minmax(3em, max-content) 1fr; }
.time b { font-weight: normal; text-align: right; padding-right: .6em; overflow-wrap: anywhere; max-width: 10em; }
.time img, .time svg { width: 100%; display: block; border: 1px solid var(--line); box-sizing: border-box; }
.time rect { fill: var(--shade); }
[data-theme=dark] .time img { filter: invert(1); }
.time img { height: 8em; image-rendering: pixelated; }
.time div { position: relative; height: 1.5em; margin: 0 1px; font-size: .85em; }
.time div i { position: absolute; font-style: normal; border-left: 1px solid; padding-left: .2em; white-space: nowrap; }
.time svg { height: 1.4em; }
audio { display: block; margin-bottom: .5em; }
)";

constexpr std::string_view kSoundIntroduction =
    R"(<p>Time runs from left to right. The strip of a word shows how much attention was there when the word was written, as a
share of the most that the word gave to any place. Point at a place, touch it, or use the arrow keys to read its weight.</p>
)";

int64_t rows_of(const SourceFeatures& sound) {
  return std::ssize(sound.rows) / sound.options.columns;
}

// The rows as columns of pixels, the first number of each at the bottom, the larger the darker.
std::string spectrogram_uri(const SourceFeatures& sound) {
  const auto [least, most] = std::ranges::minmax_element(sound.rows);
  const float low = *least, range = std::max(*most - low, 1e-6F);
  const int64_t columns = sound.options.columns, count = rows_of(sound);
  std::vector<float> pixels;
  for (int64_t c = columns - 1; c >= 0; --c)
    for (int64_t t = 0; t < count; ++t)
      pixels.push_back(1 - (sound.rows[static_cast<size_t>(t * columns + c)] - low) / range);
  return picture_uri(pixels, columns, count, /*channels=*/1);
}

// At most ten marks, at multiples of 1, 2 or 5 times a power of ten: of a sound seconds, of a table
// the numbers of its rows.
std::string axis(const SourceFeatures& sound) {
  constexpr double kMostMarks = 10;
  const bool is_sound = sound.options.kind == "sound";
  const double rows = static_cast<double>(rows_of(sound)),
               first = is_sound ? sound.options.seconds_of(-0.5) : -0.5,
               each = is_sound ? sound.options.seconds_of(1) - sound.options.seconds_of(0) : 1,
               least = rows * each / kMostMarks;
  double step = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {2.0, 2.5, 2.0})
    if (step < least) step *= factor;
  if (!is_sound) step = std::max(step, 1.0);
  std::string html = fmt::format("<b>{}</b><div>", is_sound ? "seconds" : "row");
  for (double mark = std::ceil(first / step) + 0.0; mark * step < first + rows * each; ++mark)
    html += fmt::format("<i style=\"left:{:.3f}%\">{:.6g}</i>",
                        100 * (mark * step - first) / (rows * each), mark * step);
  return html + "</div>";
}

std::string weight_strip(const Alignment& alignment, size_t word) {
  const size_t count = alignment.source.size();
  const SourceFeatures& sound = *alignment.features;
  const int64_t rows = rows_of(sound), rows_each = sound.cells_per_position;
  float most = 1e-9F;
  for (size_t s = 0; s < count; ++s) most = std::max(most, alignment.weight(word, s));
  std::string svg = fmt::format(
      "<svg class=\"values\" aria-label=\"weights of {}\" viewBox=\"0 0 {} 1\" "
      "preserveAspectRatio=\"none\">",
      xml_label(alignment.target[word]), rows);
  for (size_t s = 0; s < count; ++s) {
    const float weight = alignment.weight(word, s);
    const int64_t begin = static_cast<int64_t>(s) * rows_each;
    svg += fmt::format(
        "<rect x=\"{}\" y=\"0\" width=\"{}\" height=\"1\" class=\"{}\"><title>{} "
        "{:.4f}</title></rect>",
        begin, std::min(rows_each, rows - begin), shade_class(static_cast<double>(weight / most)),
        xml_label(alignment.source[s]), weight);
  }
  return svg + "</svg>";
}

class SoundPageWriter : public AlignmentWriter {
 public:
  explicit SoundPageWriter(const std::filesystem::path& path) : file_(path) {
    file_.stream() << page_head("Attention", kSoundStyle) << kSoundIntroduction
                   << shade_legend("share");
  }

  void write(const Alignment& alignment) override {
    if (!alignment.features || alignment.features->options.is_picture())
      throw UsageError("--sound-page requires a model of sounds or tables: leave it out");
    std::ostream& out = file_.stream();
    out << section_head(
        fmt::format("s{}", alignment.sentence),
        numbered_name("Example", alignment.sentence, *alignment.features),
        data_attribute("length", static_cast<double>(alignment.source.size())) +
            (alignment.target.empty() ? ""
                                      : data_attribute("entropy", attention_entropy(alignment))) +
            data_attribute("score", alignment.score.value_or(NAN)));
    if (alignment.target.empty() || alignment.features->rows.empty()) {
      out << "<p><i>no weights</i></p>\n";
    } else {
      write_sound(alignment, *alignment.features);
    }
    out << "</section>\n";
  }

  void finish() override {
    file_.stream() << page_foot();
    file_.commit();
  }

 private:
  void write_sound(const Alignment& alignment, const SourceFeatures& sound) {
    std::ostream& out = file_.stream();
    if (!sound.sound_file.empty())
      fmt::print(out, "<audio controls src=\"{}\"></audio>\n", sound_uri(sound.sound_file));
    fmt::print(out, "<div class=\"time\">\n<b></b><img src=\"{}\" alt=\"rows of features\">\n",
               spectrogram_uri(sound));
    for (size_t t = 0; t < alignment.target.size(); ++t)
      fmt::print(out, "<b><bdi>{}</bdi></b>{}\n", xml_label(alignment.target[t]),
                 weight_strip(alignment, t));
    out << axis(sound) << "\n</div>\n";
  }

  AtomicFile file_;
};

}  // namespace

std::unique_ptr<AlignmentWriter> make_sound_page_writer(const std::filesystem::path& file) {
  return std::make_unique<SoundPageWriter>(file);
}

}  // namespace alinea
