#include "reports/sample_translation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <iterator>
#include <string_view>

#include "reports/label.h"
#include "reports/page.h"

namespace alinea {

namespace {

// The first word takes part in the order of the tabulator; arrows lead on from there.
std::string words_html(const std::vector<std::string>& tokens, bool has_weights,
                       std::string_view side, std::string_view name) {
  std::string html =
      fmt::format("<div class=\"side\"><b>{}</b><p class=\"words {}\" dir=\"{}\"{}>", name, side,
                  text_direction(tokens),
                  has_weights ? fmt::format(" role=\"group\" aria-label=\"{}\"", name) : "");
  for (size_t i = 0; i < tokens.size(); ++i) {
    const std::string label = xml_label(tokens[i]);
    if (has_weights) {
      fmt::format_to(
          std::back_inserter(html),
          "<button type=\"button\" tabindex=\"{}\"><bdi>{}</bdi><small></small></button>\n",
          i == 0 ? 0 : -1, label);
    } else {
      fmt::format_to(std::back_inserter(html), "<bdi>{}</bdi>\n", label);
    }
  }
  return html + "</p></div>\n";
}

// JSON has no other numbers.
float finite(float weight) { return std::isfinite(weight) ? weight : 0; }

std::string weights_json(const Alignment& alignment) {
  std::vector<std::string> rows;
  for (size_t t = 0; t < alignment.target.size(); ++t) {
    std::vector<std::string> row;
    for (size_t s = 0; s < alignment.source.size(); ++s)
      row.push_back(fmt::format("{:.3g}", finite(alignment.weight(t, s))));
    rows.push_back(fmt::format("[{}]", fmt::join(row, ",")));
  }
  return fmt::format("[{}]", fmt::join(rows, ","));
}

std::string outcome(const SampleTranslation& sample) {
  if (!sample.outcome.empty()) return xml_label(sample.outcome);
  if (!sample.is_translated) return "not translated";
  return fmt::format("score {:.3f}{}", sample.score,
                     sample.alignment.ended ? "" : ", cut off by the maximum length");
}

}  // namespace

std::string sample_translation_html(const SampleTranslation& sample, const SampleTerms& terms) {
  const Alignment& alignment = sample.alignment;
  const bool has_weights = !alignment.weights.empty();
  if (alignment.source.empty())
    return fmt::format(
        "<article class=\"item\" id=\"s{0}\">\n<h3>{1} {0}</h3>\n<p><i>an empty "
        "line</i></p>\n</article>\n",
        alignment.sentence, terms.item);
  std::string facts = data_attribute("length", static_cast<double>(alignment.source.size()));
  if (sample.is_translated) facts += data_attribute("score", sample.score);
  if (has_weights)
    facts += data_attribute("entropy", attention_entropy(alignment)) +
             fmt::format(" data-weights=\"{}\"", weights_json(alignment));
  std::string html = fmt::format(
      "<article class=\"item{1}\" id=\"s{0}\"{2}>\n<h3><a href=\"#s{0}\">{4} {0}</a> "
      "<i>{3}</i></h3>\n",
      alignment.sentence, has_weights ? " pair" : "", facts, outcome(sample), terms.item);
  html += words_html(alignment.source, has_weights, "source", terms.source);
  html += words_html(alignment.target, has_weights, "translation", terms.target);
  if (!sample.reference.empty())
    html +=
        fmt::format("<div class=\"side\"><b>{}</b><p class=\"words\" dir=\"auto\">{}</p></div>\n",
                    terms.reference, xml_label(sample.reference));
  if (has_weights) html += "<p class=\"told\" role=\"status\"></p>\n";
  return html + "</article>\n";
}

}  // namespace alinea
