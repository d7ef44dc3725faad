#include "reports/heatmap.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>
#include <utility>

#include "reports/colours.h"
#include "reports/heatmap_layout.h"
#include "reports/label.h"

namespace alinea {

namespace {

const std::string& focus_colour() {
  static const std::string kColour = to_string(light_palette().focus);
  return kColour;
}

const std::string& gold_colour() {
  static const std::string kColour = to_string(light_palette().gold);
  return kColour;
}

float largest_of_row(const Alignment& alignment, size_t t) {
  float most = 0;
  for (size_t s = 0; s < alignment.source.size(); ++s)
    most = std::max(most, alignment.weight(t, s));
  return most;
}

bool is_faint(const Alignment& alignment) {
  constexpr float kLarge = 0.3F;
  size_t faint = 0;
  for (size_t t = 0; t < alignment.target.size(); ++t)
    faint += largest_of_row(alignment, t) < kLarge ? 1 : 0;
  return faint > 0 && 2 * faint >= alignment.target.size();
}

// Of a label whose visible end or beginning is at its point: from right to left these are the other
// way round.
std::string anchor(const std::string& token, bool is_end) {
  const bool turned = is_right_to_left(token);
  return fmt::format("{}{}", turned ? " direction=\"rtl\" unicode-bidi=\"embed\"" : "",
                     is_end != turned ? " text-anchor=\"end\"" : "");
}

// Draws into one string; each part of the picture is a member function, called back to front.
class HeatmapPicture : private HeatmapLayout {
 public:
  HeatmapPicture(const Alignment& alignment, bool scale_rows)
      : HeatmapLayout(alignment, scale_rows), alignment_(alignment), scale_rows_(scale_rows) {}

  std::string draw() && {
    begin();
    source_labels();
    target_labels();
    // Within the group a cell is a square of 1 x 1.
    add("<g transform=\"translate({:.1f} {:.1f}) scale({})\">\n", left, top, kCell);
    cells();
    grid();
    focus();
    gold();
    add("</g>\n");
    numbers();
    colour_bar();
    if (!alignment_.focus.empty()) focus_legend();
    if (alignment_.gold) gold_legend();
    add("</svg>\n");
    return std::move(svg_);
  }

 private:
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(svg_), format, std::forward<Args>(args)...);
  }

  void begin() {
    add("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
        "viewBox=\"0 0 {0:.0f} {1:.0f}\" font-family=\"Helvetica, Arial, sans-serif\" "
        "font-size=\"{2}\" role=\"img\" aria-label=\"{3}\">\n<title>{3}</title>\n",
        std::ceil(width), std::ceil(height), kFontSize, description());
    add("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
  }

  // In words: each target token with the source token of its largest weight.
  std::string description() const {
    std::string text = fmt::format("Attention weights of {} target and {} source tokens.",
                                   alignment_.target.size(), alignment_.source.size());
    for (size_t t = 0; t < alignment_.target.size() && !alignment_.source.empty(); ++t) {
      size_t most = 0;
      for (size_t s = 1; s < alignment_.source.size(); ++s)
        if (alignment_.weight(t, s) > alignment_.weight(t, most)) most = s;
      fmt::format_to(std::back_inserter(text), " {}: {} {:.2f}.", xml_label(alignment_.target[t]),
                     xml_label(alignment_.source[most]), alignment_.weight(t, most));
    }
    return text;
  }

  int step(size_t t, size_t s) const {
    const float weight = alignment_.weight(t, s),
                most = scale_rows_ ? largest_of_row(alignment_, t) : 1;
    return most > 0 ? shade_step(static_cast<double>(weight) / static_cast<double>(most)) : 0;
  }

  void source_labels() {
    for (size_t s = 0; s < alignment_.source.size(); ++s) {
      add("<text transform=\"translate({:.1f} {:.1f}) rotate(-45)\" dy=\".35em\"{}>{}</text>\n",
          left + kCell * (static_cast<double>(s) + 0.35), top - kGap,
          anchor(alignment_.source[s], /*is_end=*/false), xml_label(alignment_.source[s]));
    }
  }

  void target_labels() {
    for (size_t t = 0; t < alignment_.target.size(); ++t) {
      add("<text x=\"{:.1f}\" y=\"{:.1f}\" dy=\".35em\"{}>{}</text>\n", left - kGap,
          top + kCell * (static_cast<double>(t) + 0.5),
          anchor(alignment_.target[t], /*is_end=*/true), xml_label(alignment_.target[t]));
    }
  }

  void cells() {
    for (size_t t = 0; t < alignment_.target.size(); ++t) {
      for (size_t s = 0; s < alignment_.source.size(); ++s) {
        const float weight = alignment_.weight(t, s);
        if (step(t, s) == 0) continue;
        add("<rect x=\"{}\" y=\"{}\" width=\"1\" height=\"1\" fill=\"{}\">"
            "<title>{} \u2192 {}: {:.4f}</title></rect>\n",
            s, t, to_string(shade(step(t, s))), xml_label(alignment_.source[s]),
            xml_label(alignment_.target[t]), weight);
      }
    }
  }

  // Not within the group, whose unit is too large for letters.
  void numbers() {
    constexpr float kSmallest = 0.095F;  // rounds to 0.1
    add("<g font-size=\"8.5\" text-anchor=\"middle\">\n");
    for (size_t t = 0; t < alignment_.target.size(); ++t)
      for (size_t s = 0; s < alignment_.source.size(); ++s) {
        const float weight = alignment_.weight(t, s);
        const bool is_most = weight >= 0.005F && weight == largest_of_row(alignment_, t);
        if (!is_most && !(weight >= kSmallest)) continue;
        const std::string text = fmt::format("{:.2f}", weight);
        add("<text x=\"{:.1f}\" y=\"{:.1f}\" dy=\".35em\" fill=\"{}\">{}</text>\n",
            left + kCell * (static_cast<double>(s) + 0.5),
            top + kCell * (static_cast<double>(t) + 0.5), to_string(shade_ink(step(t, s))),
            text == "1.00" ? "1" : text.substr(1));
      }
    add("</g>\n");
  }

  void grid() {
    const size_t rows = alignment_.target.size(), columns = alignment_.source.size();
    add("<path stroke=\"#ccc\" stroke-width=\".025\" d=\"");
    for (size_t t = 1; t < rows; ++t) add("M0 {}h{}", t, columns);
    for (size_t s = 1; s < columns; ++s) add("M{} 0v{}", s, rows);
    add("\"/>\n<rect width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#666\" "
        "stroke-width=\".05\"/>\n",
        columns, rows);
  }

  void focus() {
    for (size_t t = 0; t < alignment_.focus.size(); ++t) {
      const auto& [begin, end, centre] = alignment_.focus[t];
      // Inset, so that the windows of neighbouring rows stay apart.
      add("<rect x=\"{}.06\" y=\"{}.06\" width=\"{:.2f}\" height=\".88\" fill=\"none\" "
          "stroke=\"{}\" stroke-width=\".05\"/>\n",
          begin, t, static_cast<double>(end - begin) - 0.12, focus_colour());
      // A position's middle is half a cell right of its left edge.
      const double tick = std::clamp(static_cast<double>(centre) + 0.5, 0.0,
                                     static_cast<double>(alignment_.source.size()));
      add("<path d=\"M{:.3f} {}.62v.38\" stroke=\"{}\" stroke-width=\".14\"/>\n", tick, t,
          focus_colour());
    }
  }

  // Sure links are possible, too.
  void gold() {
    if (!alignment_.gold) return;
    for (const Link& link : alignment_.gold->possible) {
      const bool sure = std::ranges::binary_search(alignment_.gold->sure, link);
      // White around it, so that it shows on dark cells.
      add("<circle cx=\"{}.5\" cy=\"{}.5\" r=\".42\" fill=\"none\" stroke=\"#fff\" "
          "stroke-width=\".2\"/>\n",
          link.source, link.target);
      add("<circle cx=\"{}.5\" cy=\"{}.5\" r=\".42\" fill=\"none\" stroke=\"{}\" "
          "stroke-width=\".1\"{}><title>{} \u2192 {}: {}</title></circle>\n",
          link.source, link.target, gold_colour(), sure ? "" : " stroke-dasharray=\".2 .14\"",
          xml_label(alignment_.source[static_cast<size_t>(link.source)]),
          xml_label(alignment_.target[static_cast<size_t>(link.target)]),
          sure ? "sure" : "possible");
    }
  }

  void colour_bar() {
    add("<linearGradient id=\"scale\" x1=\"0\" y1=\"1\" x2=\"0\" y2=\"0\">"
        "<stop offset=\"0\" stop-color=\"{}\"/><stop offset=\".5\" stop-color=\"{}\"/>"
        "<stop offset=\"1\" stop-color=\"{}\"/></linearGradient>\n",
        to_string(shade(0)), to_string(shade(kShades / 2)), to_string(shade(kShades)));
    add("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{}\" height=\"{}\" fill=\"url(#scale)\" "
        "stroke=\"#666\"/>\n",
        legend, top, kLegendBar, kLegendHeight);
    for (const std::string_view value : {"1", "0.5", "0"}) {
      const double below = value == "1" ? 0 : value == "0" ? kLegendHeight : kLegendHeight / 2;
      add("<text x=\"{:.1f}\" y=\"{:.1f}\" dy=\".35em\" font-size=\"10\">{}</text>\n",
          legend + kLegendBar + kGap, top + below,
          value == "1" && scale_rows_ ? "row’s largest" : value);
    }
  }

  void focus_legend() {
    const double window = top + kLegendHeight + 22, tick = window + 18;
    const double text = legend + kLegendBar + kGap;
    add("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{}\" height=\"9\" fill=\"none\" stroke=\"{}\" "
        "stroke-width=\"1.2\"/>\n<text x=\"{:.1f}\" y=\"{:.1f}\" dy=\".35em\" "
        "font-size=\"10\">window</text>\n",
        legend, window - 4.5, kLegendBar, focus_colour(), text, window);
    add("<path d=\"M{:.1f} {:.1f}v8\" stroke=\"{}\" stroke-width=\"2.8\"/>\n"
        "<text x=\"{:.1f}\" y=\"{:.1f}\" dy=\".35em\" font-size=\"10\" font-style=\"italic\">p"
        "<tspan dy=\"3\" font-size=\"8\">t</tspan></text>\n",
        legend + kLegendBar / 2, tick - 4, focus_colour(), text, tick);
  }

  void gold_legend() {
    double middle = top + kLegendHeight + 22;
    if (!alignment_.focus.empty()) middle += kFocusLegendHeight;
    for (const bool sure : {true, false}) {
      add("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5.5\" fill=\"none\" stroke=\"{}\" "
          "stroke-width=\"1.8\"{}/>\n<text x=\"{:.1f}\" y=\"{:.1f}\" dy=\".35em\" "
          "font-size=\"10\">{}</text>\n",
          legend + kLegendBar / 2, middle, gold_colour(),
          sure ? "" : " stroke-dasharray=\"3.6 2.5\"", legend + kLegendBar + kGap, middle,
          sure ? "sure" : "possible");
      middle += 18;
    }
  }

  const Alignment& alignment_;
  bool scale_rows_;
  std::string svg_;
};

}  // namespace

std::vector<std::string> heatmap_scales() { return {"auto", "weight", "row"}; }

std::string heatmap_svg(const Alignment& alignment, const std::string& scale) {
  return HeatmapPicture(alignment, scale == "row" || (scale == "auto" && is_faint(alignment)))
      .draw();
}

}  // namespace alinea
