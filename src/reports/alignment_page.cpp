// The page of alignments: each sentence with its weights as a matrix or as lines.
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "metrics/alignment_error.h"
#include "reports/alignment_writer.h"
#include "reports/assets/assets.h"
#include "reports/label.h"
#include "reports/page.h"
#include "storage/atomic_file.h"

namespace alinea {

namespace {

constexpr std::string_view kAlignmentIntroduction =
    R"(<p>Columns are the words that are attended to, rows the words that attend; the larger a
weight, the further its colour is from the paper. Point at a cell or a word, touch it, or use the arrow keys to read its
weights. Where most rows have no large weight, rows are scaled: each is as dark as its share of the largest weight of the
row.</p>
)";

// `sides`: what the tokens are to the page's script, "source", "target" or both.
std::string words_line(std::string_view sides, std::string_view title,
                       const std::vector<std::string>& tokens) {
  std::vector<std::string> words;
  words.reserve(tokens.size());
  for (const std::string& token : tokens)
    words.push_back(fmt::format("<bdi>{}</bdi>", xml_label(token)));
  return fmt::format("<p class=\"text {}\" dir=\"{}\"><b dir=\"ltr\">{}</b>{}</p>\n", sides,
                     text_direction(tokens), title, fmt::join(words, " "));
}

// Words that look at each other stand there once.
std::string words_lines(const Alignment& alignment, const PageTerms& terms) {
  if (alignment.source == alignment.target)
    return words_line("source target", "words", alignment.source);
  return words_line("source", terms.source, alignment.source) +
         words_line("target", terms.target, alignment.target);
}

// Heads of rows of weights, with five digits. JSON has no number for what is none.
std::string heads_json(const Alignment& alignment) {
  const size_t width = alignment.source.size();
  const std::vector<std::vector<float>> single = {alignment.weights};
  std::string json;
  for (const std::vector<float>& head : alignment.heads.empty() ? single : alignment.heads) {
    json += json.empty() ? "[" : ",[";
    for (size_t i = 0; i < head.size(); ++i) {
      json += i % width == 0 ? (i == 0 ? "[" : "],[") : ",";
      json += fmt::format("{:.5g}", std::isfinite(head[i]) ? head[i] : 0);
    }
    json += head.empty() ? "]" : "]]";
  }
  return json;
}

nlohmann::json links_json(const Links& links) {
  nlohmann::json json = nlohmann::json::array();
  for (const Link& link : links) json.push_back({link.source, link.target});
  return json;
}

std::string page_data(const Alignment& alignment) {
  std::string json =
      fmt::format("{{\"layers\":{},\"heads\":[{}]", alignment.layers, heads_json(alignment));
  if (alignment.gold)
    json += fmt::format(",\"gold\":{{\"sure\":{},\"possible\":{}}}",
                        links_json(alignment.gold->sure).dump(),
                        links_json(alignment.gold->possible).dump());
  if (!alignment.focus.empty()) {
    nlohmann::json focus = nlohmann::json::array();
    for (const Alignment::Focus& one : alignment.focus)
      focus.push_back({one.begin, one.end, one.centre});
    json += fmt::format(",\"focus\":{}", focus.dump());
  }
  return json + "}";
}

// What a sentence can be sorted by, as attributes and in words.
struct Facts {
  std::string attributes, text;

  void add(const char* name, const char* title, double value) {
    attributes += data_attribute(name, value);
    if (std::isfinite(value))
      text += fmt::format("{}{} {:.4g}", text.empty() ? "" : ", ", title, value);
  }
};

Facts facts_of(const Alignment& alignment, const LinksOf& links_of) {
  Facts facts;
  facts.add("length", "length", static_cast<double>(alignment.source.size()));
  if (alignment.prediction)
    facts.attributes += data_attribute("probability", alignment.prediction->probability);
  if (alignment.score) facts.add("score", "score", *alignment.score);
  if (!alignment.target.empty()) facts.add("entropy", "entropy", attention_entropy(alignment));
  if (!alignment.gold || alignment.target.empty()) return facts;
  const Links found = links_of(alignment);
  const AlignmentError error = alignment_error({&found, 1}, {&*alignment.gold, 1});
  facts.attributes += data_attribute("aer", error.aer());
  facts.text += ", " + error.to_string();
  return facts;
}

class AlignmentPageWriter : public AlignmentWriter {
 public:
  AlignmentPageWriter(const std::filesystem::path& path, std::string_view view, LinksOf links_of,
                      PageTerms terms)
      : file_(path), view_(view), links_of_(std::move(links_of)), terms_(std::move(terms)) {
    file_.stream() << page_head("Attention", "") << kAlignmentIntroduction;
  }

  void write(const Alignment& alignment) override {
    std::ostream& out = file_.stream();
    const Facts facts = facts_of(alignment, links_of_);
    out << section_head(fmt::format("s{}", alignment.sentence), heading(alignment),
                        facts.attributes, "attention")
        << words_lines(alignment, terms_);
    if (alignment.target.empty()) {
      out << "<p><i>no weights</i></p>\n</section>\n";
      return;
    }
    fmt::print(out,
               "<p class=\"soft\">{}</p>\n<div class=\"view\" data-view=\"{}\"></div>\n"
               "<script type=\"application/json\">{}</script>\n</section>\n",
               facts.text, view_, page_data(alignment));
  }

  void finish() override {
    file_.stream() << page_foot({assets::attention_drawings_script(), assets::attention_script()});
    file_.commit();
  }

 private:
  std::string heading(const Alignment& alignment) const {
    std::string text = fmt::format("{} {}", terms_.item, alignment.sentence);
    if (alignment.prediction)
      text += fmt::format(": {}, probability {:.4f}", xml_label(alignment.prediction->label),
                          alignment.prediction->probability);
    return text;
  }

  AtomicFile file_;
  std::string view_;
  LinksOf links_of_;
  PageTerms terms_;
};

}  // namespace

double attention_entropy(const Alignment& alignment) {
  double sum = 0;
  for (const float weight : alignment.weights)
    if (weight > 0) sum -= static_cast<double>(weight) * std::log(static_cast<double>(weight));
  return alignment.target.empty() ? 0 : sum / static_cast<double>(alignment.target.size());
}

std::unique_ptr<AlignmentWriter> make_heatmap_page_writer(const std::filesystem::path& file,
                                                          const LinksOf& links_of,
                                                          const PageTerms& terms) {
  return std::make_unique<AlignmentPageWriter>(file, "matrix", links_of, terms);
}

std::unique_ptr<AlignmentWriter> make_attention_page_writer(const std::filesystem::path& file,
                                                            const LinksOf& links_of,
                                                            const PageTerms& terms) {
  return std::make_unique<AlignmentPageWriter>(file, "lines", links_of, terms);
}

std::vector<std::unique_ptr<AlignmentWriter>> make_self_attention_writers(
    const std::filesystem::path& table, const std::filesystem::path& page, const PageTerms& terms) {
  std::vector<std::unique_ptr<AlignmentWriter>> writers;
  if (!table.empty()) writers.push_back(make_alignment_writer("tidy", table));
  if (!page.empty()) writers.push_back(make_attention_page_writer(page, extracted_links(), terms));
  return writers;
}

}  // namespace alinea
