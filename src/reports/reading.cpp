#include "reports/reading.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>

#include "reports/assets/assets.h"
#include "reports/colours.h"
#include "reports/csv.h"
#include "reports/label.h"
#include "reports/page.h"

namespace alinea {

namespace {

constexpr std::string_view kReadingStyle = R"(p { overflow-wrap: anywhere; }
.query, .document { line-height: 2; }
.query bdi, .document bdi { padding: .1em .15em; }
.query bdi { border-bottom: 2px solid var(--line); cursor: pointer; }
.document bdi.supporting { outline: 2px dashed var(--most); }
.story bdi { display: block; width: fit-content; margin: .2em 0; line-height: 1.4; }
)";

constexpr std::string_view kReadingIntroduction =
    R"(<p>The further a word of the document from the colour of the paper, the larger the sum of attention s that it has; the
same of a word of the query and its β. Shades are of the square root, which shows small weights, too. Point at a word of the query,
touch it, or go to it with the arrow keys, to see what it attends to, its α, and the exact numbers of all words.</p>
)";

constexpr std::string_view kStoriesIntroduction =
    R"(<p>Each question stands above the facts of its story. The further a fact from the colour of the paper, the more the
question looked at it: its weight is the mean over the layers and heads of the encoder. So is that of the question, which looks
at itself, too. Shades are of the square root, which shows small weights, too. Point at a sentence, touch it, or use the arrow keys to
read its weight. Facts that support the answer have a dashed frame, where the input names them.</p>
)";

// `supporting` may be empty.
std::string words_html(const std::vector<std::string>& words, const std::vector<float>& weights,
                       const std::vector<bool>& supporting = {}) {
  std::string html;
  for (size_t i = 0; i < words.size(); ++i) {
    const float weight = i < weights.size() ? weights[i] : 0;
    const bool is_marked = i < supporting.size() && supporting[i];
    fmt::format_to(
        std::back_inserter(html),
        "<bdi class=\"shaded {}{}\" data-weight=\"{:.4g}\" title=\"{:.4g}{}\">{}</bdi>\n",
        shade_class(std::sqrt(std::max(weight, 0.0F))), is_marked ? " supporting" : "", weight,
        weight, is_marked ? ", supports the answer" : "", xml_label(words[i]));
  }
  return html;
}

std::string rows_json(std::span<const float> alpha, size_t width) {
  std::string json = "[";
  for (size_t i = 0; i < alpha.size(); ++i) {
    json += i % width == 0 ? (i == 0 ? "[" : "],[") : ",";
    json += fmt::format("{:.3g}", alpha[i]);
  }
  return json + (alpha.empty() ? "]" : "]]");
}

}  // namespace

WordWeightCsvFile::WordWeightCsvFile(const std::filesystem::path& path) : file_(path) {
  file_.stream() << "question,position,word,weight" << kCsvEndOfLine;
}

void WordWeightCsvFile::write(int64_t question, const std::vector<std::string>& words,
                              const std::vector<float>& weights) {
  for (size_t i = 0; i < weights.size(); ++i)
    fmt::print(file_.stream(), "{},{},{},{}{}", question, i, csv_field(words[i]), weights[i],
               kCsvEndOfLine);
}

ReadingPageFile::ReadingPageFile(const std::filesystem::path& path, Of of) : file_(path), of_(of) {
  const bool is_of_stories = of == Of::kStories;
  file_.stream() << page_head("Reading", kReadingStyle)
                 << (is_of_stories ? kStoriesIntroduction : kReadingIntroduction)
                 << shade_legend(is_of_stories ? "√ of the weight" : "√s, √β, √α");
}

void ReadingPageFile::write(int64_t question, const ReadingAttention& reading) {
  std::ostream& out = file_.stream();
  out << section_head(
      fmt::format("q{}", question), fmt::format("Question {}", question),
      data_attribute("length", static_cast<double>(reading.document.size())) +
          (reading.answer.empty() ? "" : data_attribute("probability", reading.probability)));
  if (reading.answer.empty()) {
    out << "<p><i>no answer</i></p>\n</section>\n";
    return;
  }
  const bool is_story = of_ == Of::kStories;
  fmt::print(
      out,
      "<p class=\"query values\" aria-label=\"{}\" dir=\"{}\">{}</p>\n<p>Answer: <b>{}</b> "
      "({:.4f}){}</p>\n",
      is_story ? "question" : "query", text_direction(reading.query),
      words_html(reading.query, reading.beta), xml_label(reading.answer), reading.probability,
      reading.gold.empty() ? "" : fmt::format(", expected: <b>{}</b>", xml_label(reading.gold)));
  fmt::print(out, "<p class=\"document{} values\" aria-label=\"{}\" dir=\"{}\">{}</p>\n",
             is_story ? " story" : "", is_story ? "story" : "document",
             text_direction(reading.document),
             words_html(reading.document, reading.s, reading.supporting));
  fmt::print(out, "<script type=\"application/json\">{}</script>\n</section>\n",
             rows_json(reading.alpha, std::max<size_t>(reading.document.size(), 1)));
}

void ReadingPageFile::finish() {
  file_.stream() << page_foot({assets::reading_page_script()});
  file_.commit();
}

}  // namespace alinea
