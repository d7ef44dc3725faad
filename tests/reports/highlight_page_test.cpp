#include "reports/highlight_page.h"

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <sstream>

#include "reports/shade.h"
#include "reports/tags.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {

using Catch::Matchers::Contains;

namespace {

using boost::property_tree::ptree;

std::string written_page(const std::vector<DocumentAttention>& documents) {
  const TemporaryFolder folder;
  HighlightPageFile file(folder.path() / "page.html");
  for (const DocumentAttention& document : documents) file.write(document);
  file.finish();
  return bytes_of(folder.path() / "page.html");
}

// A document's <section>, which is XML as well.
ptree section(const std::string& page, int document) {
  const size_t begin = page.find("<section id=\"d" + std::to_string(document) + "\">");
  REQUIRE(begin != std::string::npos);
  const size_t end = page.find("</section>", begin) + 10;
  const std::string xml = page.substr(begin, end - begin);
  REQUIRE(tags_match(xml));
  std::istringstream in(xml);
  ptree tree;
  read_xml(in, tree, boost::property_tree::xml_parser::trim_whitespace);
  return tree.get_child("section");
}

struct Word {
  std::string text, title, style;
};

std::vector<Word> words_of(const ptree& sentence) {
  std::vector<Word> words;
  for (const auto& [tag, element] : sentence.get_child("p")) {
    if (tag != "span") continue;
    words.push_back({element.data(), element.get<std::string>("<xmlattr>.title"),
                     element.get("<xmlattr>.class", "")});
  }
  return words;
}

std::vector<ptree> sentences_of(const ptree& section) {
  std::vector<ptree> sentences;
  for (const auto& [tag, element] : section.get_child("ol")) sentences.push_back(element);
  return sentences;
}

// The share of black that stands behind a word, read from the style sheet: 0 is white.
double darkness(const std::string& page, const std::string& style) {
  if (style.empty()) return 0;
  const std::string rule = "." + style + " { background: #";
  const size_t at = page.find(rule);
  REQUIRE(at != std::string::npos);
  const int green = std::stoi(page.substr(at + rule.size() + 2, 2), nullptr, 16);
  return 1 - green / 255.0;
}

const DocumentAttention kDocument = {
    .label = "R&D",
    .probability = 0.98765,
    .sentences = {
        {.weight = 0.8F, .words = {"<i>", "\"", "say"}, .weights = {0.9F, 0.1F, 0}},
        {.weight = 0.15F, .words = {"</p>", "&amp;"}, .weights = {0.9F, 0.1F}},
        {.weight = 0.05F, .words = {}, .weights = {}},
    }};

}  // namespace

TEST_CASE("a highlighted document has its answer as heading and every word in place") {
  const ptree document = section(written_page({{}, kDocument}), 1);
  CHECK(document.get<std::string>("h2.a") == "Document 1: R&D, probability 0.9877");
  const auto sentences = sentences_of(document);
  REQUIRE(sentences.size() == 3);
  const auto first = words_of(sentences[0]), second = words_of(sentences[1]);
  REQUIRE(first.size() == 3);
  CHECK(first[0].text == "<i>");
  CHECK(first[1].text == "\"");
  CHECK(first[2].text == "say");
  REQUIRE(second.size() == 2);
  CHECK(second[0].text == "</p>");
  CHECK(second[1].text == "&amp;");
  CHECK(sentences[2].get<std::string>("p.i") == "no words");
}

TEST_CASE("a word's shade is the square root of both weights' product") {
  const std::string page = written_page({kDocument});
  const auto sentences = sentences_of(section(page, 0));
  const auto first = words_of(sentences[0]), second = words_of(sentences[1]);
  CHECK(first[0].title == "p_w 0.9000, √(p_s p_w) 0.8485");
  CHECK(second[0].title == "p_w 0.9000, √(p_s p_w) 0.3674");
  CHECK(first[0].style == "w17");  // twentieths
  CHECK(first[1].style == "w6");   // √0.08 = 0.283
  CHECK(first[2].style.empty());   // nothing is drawn
  CHECK(second[0].style == "w7");  // √0.135 = 0.367
  CHECK(second[1].style == "w2");  // √0.015 = 0.122
}

TEST_CASE("a sentence's weight is a number, a shade and a bar") {
  const auto sentences = sentences_of(section(written_page({kDocument}), 0));
  const ptree box = sentences[0].get_child("div");
  CHECK(box.data() == "0.800");
  CHECK(box.get<std::string>("<xmlattr>.class") == "weight w16");
  CHECK(box.get<std::string>("<xmlattr>.title") == "sentence 0: p_s 0.8000");
  CHECK(box.get<std::string>("div.div.<xmlattr>.style") == "width: 80.0%");
  CHECK(sentences[2].get<std::string>("div.div.div.<xmlattr>.style") == "width: 5.0%");
}

TEST_CASE("the larger the weight, the darker the shade and the thicker the underline") {
  const std::string page = written_page({});
  double before = 0, thickness_before = 0;
  for (int step = 1; step <= 20; ++step) {
    CAPTURE(step);
    const double now = darkness(page, "w" + std::to_string(step));
    CHECK(now > before);
    before = now;
    const std::string rule = "span.w" + std::to_string(step) + " {";
    const std::string style = page.substr(page.find(rule) + rule.size(), 60);
    CHECK((style.find("box-shadow") < style.find('}')) == (step >= 3));
    if (step < 3) continue;
    double thickness = 0;
    REQUIRE(std::sscanf(style.c_str(), " box-shadow: 0 .1em #fff, 0 %lfem", &thickness) == 1);
    CHECK(thickness > thickness_before);
    thickness_before = thickness;
  }
}

TEST_CASE("text can be read on every shade") {
  const auto luminance = [](const std::string& colour) {
    const double weights[] = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (size_t i = 0; i < 3; ++i) {
      const double value = std::stoi(colour.substr(1 + 2 * i, 2), nullptr, 16) / 255.0;
      sum +=
          weights[i] * (value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4));
    }
    return sum;
  };
  for (int i = 0; i <= 100; ++i) {
    const double back = luminance(shade(i / 100.0)), text = ink(i / 100.0) == "#fff" ? 1 : 0;
    CAPTURE(i, shade(i / 100.0), ink(i / 100.0));
    CHECK((std::max(back, text) + 0.05) / (std::min(back, text) + 0.05) >= 4.5);
  }
  CHECK(shade(0) == "#ffffff");
  CHECK(shade(-1) == shade(0));
  CHECK(shade(2) == shade(1));
}

TEST_CASE("a document without sentences has a heading and says so") {
  const ptree document =
      section(written_page({{.label = "", .probability = 0.5, .sentences = {}}}), 0);
  CHECK(document.get<std::string>("p.i") == "no sentences");
}

TEST_CASE("the page needs nothing beside it") {
  const std::string page = written_page({kDocument});
  for (const char* outside : {"http", "src=", "url(", "@import", "<script", "<link"})
    CHECK_THAT(page, !Contains(outside));
  CHECK_THAT(page, Contains("<meta charset=\"utf-8\">") && Contains("width=device-width"));
  CHECK(page.ends_with("</html>\n"));
}

TEST_CASE("an unfinished page leaves nothing behind") {
  const TemporaryFolder folder;
  { HighlightPageFile(folder.path() / "page.html").write(kDocument); }
  CHECK(std::filesystem::is_empty(folder.path()));
  CHECK_THROWS_AS(HighlightPageFile(folder.path() / "none" / "page.html"), Error);
}

}  // namespace alinea
