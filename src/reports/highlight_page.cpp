#include "reports/highlight_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "reports/colours.h"
#include "reports/label.h"
#include "reports/page.h"

namespace alinea {

namespace {

constexpr std::string_view kHighlightStyle = R"(ol { list-style: none; margin: 0; padding: 0; }
li { display: grid; grid-template-columns: 6.5em 1fr; gap: 1em; margin: .5em 0; }
li > div { align-self: start; }
li p { margin: 0; line-height: 2; overflow-wrap: anywhere; }
/* The underline keeps a line of paper between itself and the shade, which may be as dark as it is. */
li bdi { padding: .1em .15em; }
li bdi[class] { box-shadow: 0 .1em var(--paper), 0 calc(.1em + .3em * var(--weight)) var(--most); }
li i { color: var(--soft); }
.weight { border: 1px solid var(--line); padding: .25em .4em 0; text-align: right; font-variant-numeric: tabular-nums; }
.bar { height: .35em; margin: .25em -.4em 0; background: var(--paper); border-top: 1px solid var(--line); }
.bar div { height: 100%; background: var(--ink); }
@media (max-width: 40em) {
  li { grid-template-columns: 3.4em 1fr; gap: .6em; }
  .weight { font-size: .8em; }
}
)";

constexpr std::string_view kHighlightIntroduction =
    R"(<p>Each line is a sentence. The box before it shows the sentence's weight p<sub>s</sub> as a number, a shade and
a bar. A word's shade and underline show √(p<sub>s</sub> p<sub>w</sub>), where p<sub>w</sub> is its weight within the sentence:
the further the shade from the paper and the thicker the underline, the more the word counts. Point at a word or a box, touch
it, or use the arrow keys to read the exact numbers.</p>
)";

std::string word_html(const std::string& word, double sentence_weight, double weight) {
  const double highlight = std::sqrt(sentence_weight * weight);
  const std::string shaded =
      shade_step(highlight) == 0 ? "" : fmt::format(" class=\"shaded {}\"", shade_class(highlight));
  return fmt::format("<bdi{} title=\"p_w {:.4f}, √(p_s p_w) {:.4f}\">{}</bdi>", shaded, weight,
                     highlight, xml_label(word));
}

std::string sentence_html(const SentenceAttention& sentence, size_t number, double weight,
                          const std::vector<float>& weights) {
  std::string html = fmt::format(
      "<li><div class=\"weight shaded {}\" title=\"sentence {}: p_s {:.4f}\">{:.3f}"
      "<div class=\"bar\"><div style=\"width: {:.1f}%\"></div></div></div>\n<p dir=\"{}\">",
      shade_class(weight), number, weight, weight, 100 * std::clamp(weight, 0.0, 1.0),
      text_direction(sentence.words));
  if (sentence.words.empty()) html += "<i>no words</i>";
  for (size_t w = 0; w < sentence.words.size(); ++w) {
    if (w > 0) html += '\n';
    html += word_html(sentence.words[w], weight, static_cast<double>(weights[w]));
  }
  return html + "</p></li>\n";
}

// The sentences with the weights of one row, or with the means.
std::string sentences_html(const DocumentAttention& document, std::optional<size_t> row) {
  std::string html = "<ol class=\"values\">\n";
  for (size_t s = 0; s < document.sentences.size(); ++s) {
    const SentenceAttention& sentence = document.sentences[s];
    const float weight = row ? sentence.rows[*row].weight : sentence.weight;
    html += sentence_html(sentence, s, static_cast<double>(weight),
                          row ? sentence.rows[*row].weights : sentence.weights);
  }
  return html + "</ol>\n";
}

}  // namespace

std::string highlight_style() { return std::string(kHighlightStyle); }

std::string highlight_introduction() {
  return std::string(kHighlightIntroduction) + shade_legend("√(p<sub>s</sub> p<sub>w</sub>)");
}

std::string highlighted_document(const DocumentAttention& document, int64_t number) {
  int64_t words = 0;
  for (const SentenceAttention& sentence : document.sentences) words += std::ssize(sentence.words);
  std::string html = section_head(fmt::format("d{}", number),
                                  fmt::format("Document {}: {}, probability {:.4f}", number,
                                              xml_label(document.label), document.probability),
                                  data_attribute("probability", document.probability) +
                                      data_attribute("length", static_cast<double>(words)),
                                  "highlighted");
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
  file_.stream() << page_foot();
  file_.commit();
}

}  // namespace alinea
