#include "reports/reading.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <iterator>
#include <span>

#include "reports/assets/assets.h"
#include "reports/csv.h"
#include "reports/label.h"
#include "reports/page.h"

namespace alinea {

namespace {

constexpr std::string_view kReadingStyle = R"(body { max-width: 60em; }
p { line-height: 2; overflow-wrap: anywhere; }
p span { unicode-bidi: isolate; padding: .1em .15em; }
.query span { border-bottom: 2px solid #767676; }
.query span:focus, .query span:hover { outline: 2px solid #222; }
p, span { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
)";

constexpr std::string_view kReadingIntroduction =
    R"(<p>The darker a word of the document, the larger the sum of attention s that it has; the darker a word of the query,
the larger its β. Hover over a word of the query, or go to it with the Tab key, to see what it attends to, its α. Exact
numbers show where the mouse rests.</p>
)";

// Each word is isolated, so that one from right to left does not turn those around it.
std::string words_html(const std::vector<std::string>& words, const std::vector<float>& weights,
                       const char* attributes) {
  std::string html;
  for (size_t i = 0; i < words.size(); ++i) {
    const float weight = i < weights.size() ? weights[i] : 0;
    fmt::format_to(std::back_inserter(html),
                   "<span{} data-weight=\"{:.4g}\" title=\"{:.4g}\">{}</span>\n", attributes,
                   weight, weight, xml_label(words[i]));
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

ReadingPageFile::ReadingPageFile(const std::filesystem::path& path) : file_(path) {
  file_.stream() << page_head("Reading", kReadingStyle) << kReadingIntroduction;
}

void ReadingPageFile::write(int64_t question, const ReadingAttention& reading) {
  std::ostream& out = file_.stream();
  fmt::print(out, "<section id=\"q{0}\">\n<h2><a href=\"#q{0}\">Question {0}</a></h2>\n", question);
  if (reading.answer.empty()) {
    out << "<p><i>no answer</i></p>\n</section>\n";
    return;
  }
  fmt::print(
      out, "<p class=\"query\" dir=\"auto\">{}</p>\n<p>Answer: <b>{}</b> ({:.4f}){}</p>\n",
      words_html(reading.query, reading.beta, " tabindex=\"0\""), xml_label(reading.answer),
      reading.probability,
      reading.gold.empty() ? "" : fmt::format(", expected: <b>{}</b>", xml_label(reading.gold)));
  fmt::print(out, "<p class=\"document\" dir=\"auto\">{}</p>\n",
             words_html(reading.document, reading.s, ""));
  fmt::print(out, "<script type=\"application/json\">{}</script>\n</section>\n",
             rows_json(reading.alpha, std::max<size_t>(reading.document.size(), 1)));
}

void ReadingPageFile::finish() {
  file_.stream() << "<script>" << assets::reading_page_script() << "</script>\n" << kPageFoot;
  file_.commit();
}

}  // namespace alinea
