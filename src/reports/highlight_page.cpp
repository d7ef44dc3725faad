#include "reports/highlight_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "reports/label.h"
#include "reports/page.h"
#include "reports/shade.h"

namespace alinea {

namespace {

// A weight is drawn as one of kSteps + 1 shades, each with a class of its own.
constexpr int kSteps = 20;

// Each word is isolated, so that one from right to left does not turn those around it.
constexpr std::string_view kHighlightStyle = R"(body { max-width: 60em; }
h2 { overflow-wrap: anywhere; }
ol { list-style: none; margin: 0; padding: 0; }
li { display: grid; grid-template-columns: 6.5em 1fr; gap: 1em; margin: .5em 0; }
li > div { align-self: start; }
li p { margin: 0; line-height: 2; overflow-wrap: anywhere; }
p span { unicode-bidi: isolate; padding: .1em .15em; }
i { color: #666; }
div, span { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
.weight { border: 1px solid #767676; padding: .25em .4em 0; text-align: right; font-variant-numeric: tabular-nums; }
.bar { height: .35em; margin: .25em -.4em 0; background: #fff; border-top: 1px solid #767676; }
.bar div { height: 100%; background: #222; }
.legend { display: flex; flex-wrap: wrap; gap: .6em; margin: 1em 0 1.5em; font-size: .9em; }
.legend span { padding: .1em .35em; }
@media (max-width: 40em) {
  li { grid-template-columns: 3.4em 1fr; gap: .6em; }
  .weight { font-size: .8em; }
}
)";

constexpr std::string_view kHighlightIntroduction =
    R"(<p>Each line is a sentence. The box before it shows the sentence's weight p<sub>s</sub> as a number, a shade and
a bar. A word's shade and underline show √(p<sub>s</sub> p<sub>w</sub>), where p<sub>w</sub> is its weight within the sentence:
the darker the shade and the thicker the underline, the more the word counts. Hover over a word or a box
to read the exact numbers.</p>
)";

int step_of(double weight) {
  if (!(weight > 0)) return 0;  // nor what is no number
  return static_cast<int>(std::lround(std::min(weight, 1.0) * kSteps));
}

// The underline keeps a white line between itself and the shade, which may be as dark as it is.
std::string underline(double weight) {
  if (weight < 0.15) return "";  // thinner than a pixel
  return fmt::format(" box-shadow: 0 .1em #fff, 0 {:.2f}em #08306b;", 0.1 + 0.3 * weight);
}

std::string shades() {
  std::string style;
  for (int step = 1; step <= kSteps; ++step) {
    const double weight = static_cast<double>(step) / kSteps;
    fmt::format_to(std::back_inserter(style),
                   ".w{0} {{ background: {1}; color: {2}; }}\nspan.w{0} {{{3} }}\n", step,
                   shade(weight), ink(weight), underline(weight));
  }
  return style;
}

std::string class_of(double weight) {
  const int step = step_of(weight);
  return step == 0 ? "" : fmt::format(" class=\"w{}\"", step);
}

std::string legend() {
  std::string html = "<div class=\"legend\"><div>√(p<sub>s</sub> p<sub>w</sub>):</div>";
  for (const int percent : {0, 10, 25, 50, 100}) {
    const double weight = percent / 100.0;
    fmt::format_to(std::back_inserter(html), " <span{}>{:.2f}</span>", class_of(weight), weight);
  }
  return html + "</div>\n";
}

std::string word_html(const std::string& word, double sentence_weight, double weight) {
  const double highlight = std::sqrt(sentence_weight * weight);
  return fmt::format("<span{} title=\"p_w {:.4f}, √(p_s p_w) {:.4f}\">{}</span>",
                     class_of(highlight), weight, highlight, xml_label(word));
}

std::string sentence_html(const SentenceAttention& sentence, size_t number, double weight,
                          const std::vector<float>& weights) {
  std::string html = fmt::format(
      "<li><div class=\"weight w{}\" title=\"sentence {}: p_s {:.4f}\">{:.3f}"
      "<div class=\"bar\"><div style=\"width: {:.1f}%\"></div></div></div>\n<p dir=\"auto\">",
      step_of(weight), number, weight, weight, 100 * std::clamp(weight, 0.0, 1.0));
  if (sentence.words.empty()) html += "<i>no words</i>";
  for (size_t w = 0; w < sentence.words.size(); ++w) {
    if (w > 0) html += '\n';
    html += word_html(sentence.words[w], weight, static_cast<double>(weights[w]));
  }
  return html + "</p></li>\n";
}

// The sentences with the weights of one row, or with the means.
std::string sentences_html(const DocumentAttention& document, std::optional<size_t> row) {
  std::string html = "<ol>\n";
  for (size_t s = 0; s < document.sentences.size(); ++s) {
    const SentenceAttention& sentence = document.sentences[s];
    const float weight = row ? sentence.rows[*row].weight : sentence.weight;
    html += sentence_html(sentence, s, static_cast<double>(weight),
                          row ? sentence.rows[*row].weights : sentence.weights);
  }
  return html + "</ol>\n";
}

}  // namespace

std::string highlight_style() { return std::string(kHighlightStyle) + shades(); }

std::string highlight_introduction() { return std::string(kHighlightIntroduction) + legend(); }

std::string highlighted_document(const DocumentAttention& document, int64_t number) {
  std::string html = fmt::format(
      "<section id=\"d{0}\">\n<h2><a href=\"#d{0}\">Document {0}: {1}, probability "
      "{2:.4f}</a></h2>\n",
      number, xml_label(document.label), document.probability);
  if (document.sentences.empty()) html += "<p><i>no sentences</i></p>\n";
  html += sentences_html(document, std::nullopt);
  const size_t rows = document.sentences.empty() ? 0 : document.sentences[0].rows.size();
  for (size_t row = 0; row < rows; ++row)
    html += fmt::format("<details><summary>row {}</summary>\n{}</details>\n", row,
                        sentences_html(document, row));
  return html + "</section>\n";
}

HighlightPageFile::HighlightPageFile(const std::filesystem::path& path) : file_(path) {
  file_.stream() << page_head("Highlighted documents", highlight_style())
                 << highlight_introduction();
}

void HighlightPageFile::write(const DocumentAttention& document) {
  file_.stream() << highlighted_document(document, documents_++);
}

void HighlightPageFile::finish() {
  file_.stream() << kPageFoot;
  file_.commit();
}

}  // namespace alinea
